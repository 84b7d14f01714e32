-- Records that report an error, from every source, with the text that signatures are matched against.
--
-- The kubelet logs one failed sandbox four times. Only the line that names the pod and quotes the error least deeply
-- escaped is taken here; the others are its copies and are added as evidence in finding.failure_evidence. A record
-- without a severity counts when it carries an error. Instants are corrected for the node's clock where one is proved.
--
-- grain: run_id, source, file_id, line, item
with

records as (

    select
        run_id,
        'kubelet_log' as source,
        file_id,
        line,
        0 as item,
        ts,
        component,
        node_name,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        coalesce(message, '') as subject,
        concat_ws(': ', message, error) as text,
        1::bigint as occurrence_count
    from staging.kubelet_logs
    where
        (severity in ('error', 'fatal') or error is not null)
        and coalesce(message, '') not in ('RunPodSandbox from runtime service failed', 'CreatePodSandbox for pod failed')
        and not (
            message = 'Error syncing pod, skipping' and starts_with(coalesce(error, ''), 'failed to "CreatePodSandbox"')
        )

    union all

    select
        run_id,
        'runtime_log',
        file_id,
        line,
        0,
        ts,
        component,
        node_name,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        coalesce(message, ''),
        concat_ws(': ', message, error),
        1
    from staging.containerd_logs
    where severity in ('error', 'fatal') or error is not null

    union all

    select
        run_id,
        'cni_log',
        file_id,
        line,
        0,
        ts,
        component,
        node_name,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        coalesce(message, ''),
        concat_ws(': ', message, error),
        1
    from staging.cni_logs
    where severity in ('error', 'fatal') or error is not null

    union all

    -- Read from raw: only a small part of a long log is an error, and copies are left out below.
    select
        run_id,
        'controlplane_log',
        file_id,
        line,
        0,
        ts,
        component,
        node_name,
        namespace,
        pod_name,
        pod_uid,
        sandbox_id,
        coalesce(message, ''),
        concat_ws(': ', message, error),
        1
    from raw.controlplane_logs
    where severity in ('error', 'fatal') or error is not null
    qualify ts is null or row_number() over (
        partition by run_id, component, node_name, ts, message, error
        order by file_id, line
    ) = 1

    union all

    select
        run_id,
        'event',
        file_id,
        line,
        item,
        coalesce(name_ts, event_time, first_ts, ts),
        coalesce(source_component, 'events'),
        source_host,
        namespace,
        object_name,
        object_uid,
        null,
        reason,
        message,
        coalesce(count, 1)
    from staging.kube_events
    where type = 'Warning' and object_kind = 'Pod' and message is not null

)

select
    records.run_id,
    records.source,
    records.file_id,
    records.line,
    records.item,
    add_ns(records.ts, -coalesce(clocks.correction_ns, 0)) as ts,
    records.component,
    records.node_name,
    coalesce(records.pod_uid, names.pod_uid) as pod_uid,
    records.sandbox_id,
    records.subject,
    records.text,
    records.occurrence_count,
    message_key(records.text) as key
from records
left join timeline._clock_bounds as clocks
    on records.run_id = clocks.run_id and records.node_name = clocks.node_name
asof left join timeline._pod_names as names
    on
        records.run_id = names.run_id
        and records.namespace = names.namespace
        and records.pod_name = names.pod_name
        and records.ts >= names.valid_from
where records.text <> ''
