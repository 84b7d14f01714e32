-- Records that report an error, from every source, with the text that signatures are matched against.
--
-- The kubelet logs one failed sandbox four times. Only the line that names the pod and quotes the error least deeply
-- escaped is taken here; the others are its copies and are added as evidence in finding.failure_evidence. A record
-- without a severity, or a warning, counts when it carries an error; an informative one never does. Instants are corrected for the node's clock where one is proved.
--
-- grain: run_id, source, file_id, line, item
with

records as materialized (

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
        (severity in ('error', 'fatal') or (coalesce(severity, 'warning') = 'warning' and error is not null))
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
    where severity in ('error', 'fatal') or (coalesce(severity, 'warning') = 'warning' and error is not null)

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
    where severity in ('error', 'fatal') or (coalesce(severity, 'warning') = 'warning' and error is not null)

    union all

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
    from finding._controlplane_records
    where is_error

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

),

-- Many records repeat a text word for word, and masking is what costs most here.
texts as materialized (

    select distinct text
    from records

),

keys as materialized (

    select
        text,
        message_key(text) as key
    from texts

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
    keys.key
from records
inner join keys
    on records.text = keys.text
left join timeline._clock_bounds as clocks
    on records.run_id = clocks.run_id and records.node_name = clocks.node_name
left join timeline._pod_names as names
    on
        records.run_id = names.run_id
        and records.namespace = names.namespace
        and records.pod_name = names.pod_name
        and add_ns(records.ts, -coalesce(clocks.correction_ns, 0)) between names.valid_from and names.valid_until
where records.text <> ''
