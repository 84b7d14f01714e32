-- Incidents: what struck a node or the whole cluster at once, with its time.
--
-- Found from what programs log of themselves and from silences of the audit log, never from the manifest. Without audit
-- log a stall of the API server shows only in its clients: error bursts from three places at least, with no gap of
-- more than 10 s.
--
-- grain: run_id, incident_id
-- columns:
--   run_id          Run, as in raw.runs.
--   incident_id     Kind, place and number in time, joined by `/`.
--   kind            apiserver_stall, etcd_stall, runtime_restart, kubelet_restart, agent_restart, or leader_election_lost.
--   class           Failure class, e.g. runtime_restarted.
--   node_name       Node it struck; null when it struck the whole cluster.
--   component       Program concerned.
--   started_at      Last sign of normal work before it, UTC (a stall without audit log: its first error).
--   ended_at        First sign of normal work after it; null when none was captured.
--   evidence_count  Records that show it.
--   file_id         File of the first piece of evidence, as in raw.sources.
--   line            Its line.
--   path            Its path inside the capture.
--   message         What that line says; null for a silence.
with

stalls as (

    select
        run_id,
        if(store_waited, 'etcd_stall', 'apiserver_stall') as kind,
        if(store_waited, 'etcd_stalled', 'apiserver_stalled') as class,
        null::varchar as node_name,
        if(store_waited, 'etcd', 'kube-apiserver') as component,
        started_at,
        ended_at,
        held_count + error_count as evidence_count,
        file_id,
        line,
        null::varchar as message
    from finding._api_stalls

),

api_errors as (

    select
        records.run_id,
        records.ts,
        coalesce(records.node_name, records.component) as place,
        records.file_id,
        records.line,
        records.text,
        coalesce(
            s_between(
                lag(records.ts) over (
                    partition by records.run_id
                    order by records.ts, records.source, records.file_id, records.line
                ),
                records.ts
            ) > 10,
            true
        ) as opens_burst,
        records.source
    from finding._error_records as records
    inner join finding._message_classes as classes
        on records.key = classes.key
    anti join (select distinct run_id from staging.audit_events) as audited
        on records.run_id = audited.run_id
    where
        classes.class in ('apiserver_timeout', 'apiserver_unreachable', 'etcd_error')
        and records.source <> 'event'
        and records.ts is not null

),

bursts as (

    select
        run_id,
        'apiserver_stall' as kind,
        'apiserver_stalled' as class,
        null::varchar as node_name,
        'kube-apiserver' as component,
        min(ts) as started_at,
        max(ts) as ended_at,
        count(*) as evidence_count,
        arg_min(file_id, (ts, source, file_id, line)) as file_id,
        arg_min(line, (ts, source, file_id, line)) as line,
        arg_min(text, (ts, source, file_id, line)) as message
    from (
        select
            *,
            sum(opens_burst::integer) over (partition by run_id order by ts, source, file_id, line) as burst
        from api_errors
    )
    group by run_id, burst
    having count(distinct place) >= 3

),

agents as (

    select
        died.run_id,
        'agent_restart' as kind,
        'agent_restarted' as class,
        died.node_name,
        pods.pod_name as component,
        died.ts as started_at,
        started.ts as ended_at,
        1 as evidence_count,
        died.file_id,
        died.line,
        'SyncLoop (PLEG): ContainerDied' as message
    from timeline._kubelet_steps as died
    inner join timeline.pods
        on died.run_id = pods.run_id and died.pod_uid = pods.pod_uid
    asof left join (
        select * from timeline._kubelet_steps
        where step = 'container_started'
    ) as started
        on died.run_id = started.run_id and died.pod_uid = started.pod_uid and died.ts <= started.ts
    where
        died.step = 'container_died'
        and pods.workload_kind = 'DaemonSet'
        and regexp_matches(pods.pod_name, 'multus|whereabouts|spiderpool|calico|cilium|kube-ovn|ovs-ovn|flannel|aws-node')
        and pods.delete_requested_at is null
        -- an init container that is done is no restart
        and pods.restart_count > 0

),

incidents as (

    select * from stalls
    union all
    select * from bursts
    union all
    select
        run_id,
        kind,
        class,
        node_name,
        if(kind = 'kubelet_restart', 'kubelet', 'containerd') as component,
        started_at,
        ended_at,
        1 as evidence_count,
        file_id,
        line,
        message
    from finding._restarts
    union all
    select
        run_id,
        'leader_election_lost',
        'leader_election_lost',
        null,
        component,
        started_at,
        ended_at,
        1,
        file_id,
        line,
        message
    from finding._lost_leaders
    union all
    select * from agents

)

select
    incidents.run_id,
    incidents.kind || '/' || coalesce(incidents.node_name, 'cluster') || '/' || row_number() over (
        partition by incidents.run_id, incidents.kind, incidents.node_name
        order by started_at, incidents.component, incidents.file_id, line
    ) as incident_id,
    incidents.kind,
    class,
    incidents.node_name,
    incidents.component,
    started_at,
    ended_at,
    evidence_count::bigint as evidence_count,
    incidents.file_id,
    line,
    sources.path,
    message
from incidents
left join raw.sources as sources
    on incidents.run_id = sources.run_id and incidents.file_id = sources.file_id
