-- How far each node's clock is ahead of the API server's, as an interval from pairs of which one must come first.
--
-- The node cannot know of a pod before the API server got its binding, nor of its deletion before that was asked for:
-- ahead <= known - received. The API server cannot get a request for an event, or store an event or a status, before the
-- node made it: ahead >= made - received. A correction
-- is used only when the interval excludes zero; it is the middle of the interval, or the bound where there is one only.
-- A corrected instant of the node, on the API server's axis, was at most early_ns before and late_ns after it. Where a
-- side has no pair, nothing contradicts a clock that agrees; a clock that is proved to be off can be off by as much as
-- the observation is long. Of a clock whose bounds exclude each other (it was stepped) each bound holds at some time.
--
-- grain: run_id, node_name
with

bindings as (

    select
        run_id,
        pod_uid,
        min(ts) as bound_at
    from (
        select run_id, pod_uid, received_at as ts
        from timeline._api_steps
        where step = 'bound'

        union all

        select run_id, pod_uid, scheduled_at as ts
        from staging.pods
        where scheduled_at is not null
    )
    group by run_id, pod_uid

),

-- The name of a pod that followed another of the same name does not tell which of them the node knew of.
single_names as (

    select
        run_id,
        namespace,
        pod_name,
        min(pod_uid) as pod_uid
    from timeline._pod_names
    group by run_id, namespace, pod_name
    having count(*) = 1

),

known_pods as (

    select
        run_id,
        node_name,
        pod_uid,
        ts
    from staging.kubelet_logs
    where message = 'Topology Admit Handler' and pod_uid is not null and ts is not null and node_name is not null

    union all

    select
        logs.run_id,
        logs.node_name,
        names.pod_uid,
        logs.ts
    from staging.kubelet_logs as logs
    inner join single_names as names
        on logs.run_id = names.run_id and logs.namespace = names.namespace and logs.pod_name = names.pod_name
    where logs.message = 'SyncLoop ADD' and logs.ts is not null and logs.node_name is not null

    union all

    select
        run_id,
        node_name,
        pod_uid,
        ts
    from staging.containerd_logs
    where starts_with(message, 'RunPodSandbox for ') and pod_uid is not null and ts is not null and node_name is not null

),

known_deletions as (

    select
        logs.run_id,
        logs.node_name,
        ns_between(requests.received_at, logs.ts) as ahead_ns
    from staging.kubelet_logs as logs
    inner join single_names as names
        on logs.run_id = names.run_id and logs.namespace = names.namespace and logs.pod_name = names.pod_name
    inner join (
        select
            run_id,
            pod_uid,
            min(received_at) as received_at
        from timeline._api_steps
        where step = 'delete_requested'
        group by run_id, pod_uid
    ) as requests
        on names.run_id = requests.run_id and names.pod_uid = requests.pod_uid
    where logs.message = 'SyncLoop DELETE' and logs.ts is not null and logs.node_name is not null

),

latest_bounds as (

    select
        run_id,
        node_name,
        min(ahead_ns) as latest_ns,
        count(*) as pair_count
    from (
        select
            known_pods.run_id,
            known_pods.node_name,
            ns_between(bindings.bound_at, known_pods.ts) as ahead_ns
        from known_pods
        inner join bindings
            on known_pods.run_id = bindings.run_id and known_pods.pod_uid = bindings.pod_uid

        union all

        select run_id, node_name, ahead_ns
        from known_deletions
    )
    group by run_id, node_name

),

later_status_writes as (

    select
        run_id,
        pod_uid,
        max(ts) as ts
    from timeline._api_steps
    where step = 'status_written'
    group by run_id, pod_uid
    having count(*) > 1

),

first_starts as (

    select
        run_id,
        node_name,
        pod_uid,
        min(ts) as ts
    from staging.kubelet_logs
    where
        message = 'SyncLoop (PLEG): event for pod'
        and field(fields, 'event_type') = 'ContainerStarted'
        and pod_uid is not null
    group by run_id, node_name, pod_uid

),

made_before_stored as (

    select
        run_id,
        clock as node_name,
        ns_between(stamp_end(created_at, 1000000000), name_ts) as ahead_ns
    from staging.kube_events
    where clock is not null and clock <> 'apiserver' and name_ts is not null and created_at is not null

    union all

    select
        run_id,
        substr(username, 13) as node_name,
        -- the audit log cuts its stamps to microseconds
        ns_between(stamp_end(received_at, 1000), event_name_instant(name)) as ahead_ns
    from staging.audit_events
    where resource = 'events' and verb = 'create' and starts_with(username, 'system:node:')

    union all

    select
        first_starts.run_id,
        first_starts.node_name,
        ns_between(stamp_end(writes.ts, 1000), first_starts.ts) as ahead_ns
    from first_starts
    inner join later_status_writes as writes
        on first_starts.run_id = writes.run_id and first_starts.pod_uid = writes.pod_uid

),

earliest_bounds as (

    select
        run_id,
        node_name,
        max(ahead_ns) as earliest_ns,
        count(ahead_ns) as pair_count
    from made_before_stored
    where ahead_ns is not null and node_name is not null
    group by run_id, node_name

),

spans as (

    select
        bindings.run_id,
        ns_between(min(bindings.bound_at), max(bounds.observed_until_at)) as span_ns
    from bindings
    inner join timeline._run_bounds as bounds
        on bindings.run_id = bounds.run_id
    group by bindings.run_id

),

bounds as (

    select
        run_id,
        node_name,
        earliest_bounds.earliest_ns,
        latest_bounds.latest_ns,
        coalesce(earliest_bounds.pair_count, 0) + coalesce(latest_bounds.pair_count, 0) as pair_count,
        coalesce(earliest_bounds.earliest_ns > latest_bounds.latest_ns, false) as is_contradictory,
        coalesce(earliest_bounds.earliest_ns > 0, false) or coalesce(latest_bounds.latest_ns < 0, false) as is_off
    from earliest_bounds
    full outer join latest_bounds
        using (run_id, node_name)

),

corrected as (

    select
        *,
        case
            when is_off and not is_contradictory
                then (coalesce(earliest_ns, latest_ns) + coalesce(latest_ns, earliest_ns)) // 2
            else 0
        end as correction_ns
    from bounds

)

select
    corrected.run_id,
    corrected.node_name,
    corrected.earliest_ns,
    corrected.latest_ns,
    corrected.pair_count,
    corrected.is_contradictory,
    corrected.correction_ns,
    case
        when corrected.latest_ns is null and corrected.is_off then spans.span_ns
        -- greatest() passes over null
        else greatest(corrected.latest_ns, if(corrected.is_contradictory, corrected.earliest_ns, null), corrected.correction_ns)
            - corrected.correction_ns
    end as early_ns,
    case
        when corrected.earliest_ns is null and corrected.is_off then spans.span_ns
        else corrected.correction_ns
            - least(corrected.earliest_ns, if(corrected.is_contradictory, corrected.latest_ns, null), corrected.correction_ns)
    end as late_ns
from corrected
left join spans
    on corrected.run_id = spans.run_id
