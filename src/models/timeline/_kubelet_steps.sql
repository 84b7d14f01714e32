-- Kubelet records that mark a step in a pod's life, with the pod's UID.
--
-- Instants are corrected for the node's clock offset where one is proved. `SyncLoop ADD` may name several pods in one record: one row each.
--
-- grain: run_id, file_id, line, pod_uid, step
with

marked as (

    select
        logs.run_id,
        logs.node_name,
        file_id,
        line,
        add_ns(ts, -coalesce(clocks.correction_ns, 0)) as ts,
        ts_resolution_ns,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        container_id,
        error,
        fields,
        case
            when message = 'SyncLoop ADD' then 'seen'
            when message = 'Topology Admit Handler' then 'admitted'
            when message = 'SyncLoop DELETE' then 'delete_seen'
            when message = 'SyncLoop REMOVE' then 'removed'
            when message = 'Failed to create sandbox for pod' then 'sandbox_failed'
            when message = 'Observed pod startup duration' then 'startup_observed'
            when message = 'Status for pod updated successfully'
                and contains(field(fields, 'status'), '{Type:Ready Status:True ')
                then 'ready_written'
            when message = 'SyncLoop (PLEG): event for pod' and field(fields, 'event_type') = 'ContainerStarted'
                then 'container_started'
            when message = 'SyncLoop (PLEG): event for pod' and field(fields, 'event_type') = 'ContainerDied'
                then 'container_died'
        end as step
    from staging.kubelet_logs as logs
    left join timeline._clock_bounds as clocks
        on logs.run_id = clocks.run_id and logs.node_name = clocks.node_name
    where message in (
        'SyncLoop ADD', 'Topology Admit Handler', 'SyncLoop DELETE', 'SyncLoop REMOVE',
        'Failed to create sandbox for pod', 'Observed pod startup duration', 'Status for pod updated successfully',
        'SyncLoop (PLEG): event for pod'
    )

),

named as (

    select
        * replace (
            unnest(case
                when field(fields, 'pods') is not null
                    then regexp_extract_all(field(fields, 'pods'), '[^\[\], "]+')
                else [namespace || '/' || pod_name]
            end) as pod_name
        )
    from marked
    where step is not null

)

select
    named.run_id,
    named.node_name,
    named.file_id,
    named.line,
    named.ts,
    named.ts_resolution_ns,
    coalesce(named.pod_uid, names.pod_uid) as pod_uid,
    named.sandbox_id,
    named.container_id,
    named.error,
    named.fields,
    named.step,
    -- the object's own stamp, on the API server's clock, in startup_observed; its key changed with Kubernetes 1.27
    go_instant(coalesce(field(named.fields, 'pod.CreationTimestamp'), field(named.fields, 'podCreationTimestamp')))
        as created_at
from named
left join timeline._pod_names as names
    on
        named.run_id = names.run_id
        and split_part(named.pod_name, '/', 1) = names.namespace
        and split_part(named.pod_name, '/', 2) = names.pod_name
        and named.ts between names.valid_from and names.valid_until
where coalesce(named.pod_uid, names.pod_uid) is not null and named.ts is not null
