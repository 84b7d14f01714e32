-- How far each node's clock is ahead of the API server's, as an interval from pairs of which one must come first.
--
-- The kubelet cannot see a pod before the API server got its binding: ahead <= seen - bound. The API server cannot store
-- an event or a status before the node made it: ahead >= made - stored. A correction is used only when the interval
-- excludes zero; it is the middle of the interval, or the bound where there is one only, and it can be wrong by
-- uncertainty_ns.
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

latest_bounds as (

    select
        logs.run_id,
        logs.node_name,
        min(ns_between(bindings.bound_at, logs.ts)) as latest_ns,
        count(*) as pair_count
    from staging.kubelet_logs as logs
    inner join bindings
        on logs.run_id = bindings.run_id and logs.pod_uid = bindings.pod_uid
    where logs.message = 'Topology Admit Handler' and logs.ts is not null and logs.node_name is not null
    group by logs.run_id, logs.node_name

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
        first_starts.run_id,
        first_starts.node_name,
        ns_between(writes.ts, first_starts.ts) as ahead_ns
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

)

select
    run_id,
    node_name,
    earliest_bounds.earliest_ns,
    latest_bounds.latest_ns,
    coalesce(earliest_bounds.pair_count, 0) + coalesce(latest_bounds.pair_count, 0) as pair_count,
    case
        when earliest_bounds.earliest_ns > latest_bounds.latest_ns then 0
        when earliest_bounds.earliest_ns > 0 or latest_bounds.latest_ns < 0
            then (
                coalesce(earliest_bounds.earliest_ns, latest_bounds.latest_ns)
                + coalesce(latest_bounds.latest_ns, earliest_bounds.earliest_ns)
            ) // 2
        else 0
    end as correction_ns,
    case
        when earliest_bounds.earliest_ns > latest_bounds.latest_ns then 0
        when earliest_bounds.earliest_ns > 0 or latest_bounds.latest_ns < 0
            then coalesce((latest_bounds.latest_ns - earliest_bounds.earliest_ns) // 2 + 1, 0)
        else 0
    end as uncertainty_ns
from earliest_bounds
full outer join latest_bounds
    using (run_id, node_name)
