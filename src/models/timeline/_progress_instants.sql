-- Instants of a run's progress: one row per pod that was done, and per address by which more were held than ever before.
--
-- Pods are done when Ready, in a delete run when gone. Of addresses those count that measured pods were given in the
-- run, less those given back: an address that replaces one given back is no progress. What came after the end of
-- observation is left out, as is what only a pod object shows, for it has no instant.
--
-- grain: run_id, measure, done_count
with

resolutions as (

    select
        run_id,
        max(resolution_ns) as resolution_ns
    from timeline.ipam_operations
    group by run_id

),

leases as (

    select
        leases.run_id,
        leases.allocated_at,
        leases.released_at,
        case when leases.allocated_source = 'ipam_log' then resolutions.resolution_ns end as resolution_ns,
        facts.observed_until_at
    from timeline.ip_leases as leases
    inner join timeline._run_facts as facts
        on leases.run_id = facts.run_id
    left join resolutions
        on leases.run_id = resolutions.run_id
    left join timeline.pods
        on leases.run_id = pods.run_id and leases.pod_uid = pods.pod_uid
    where
        leases.certainty = 'proved'
        and leases.holder_kind = 'pod'
        and facts.phase <> 'delete'
        and coalesce(pods.in_scope, true)
        -- stamps of whole seconds may fall before the begin of the second in which the run began
        and stamp_end(leases.allocated_at, coalesce(resolution_ns, 1000000000)) >= facts.started_at

),

changes as (

    select
        run_id,
        allocated_at as ts,
        1 as delta,
        coalesce(resolution_ns, 1000000000) as resolution_ns,
        observed_until_at
    from leases

    union all

    select
        run_id,
        greatest(released_at, allocated_at),
        -1,
        1,
        observed_until_at
    from leases
    where released_at is not null

),

held as (

    select
        run_id,
        ts,
        delta,
        resolution_ns,
        sum(delta) over (
            partition by run_id
            -- given back before given again: a swap within one second is no progress
            order by ts, delta, resolution_ns
            rows between unbounded preceding and current row
        ) as held_count
    from changes
    where ts <= observed_until_at

),

heights as (

    select
        *,
        max(held_count) over (
            partition by run_id
            order by ts, delta, resolution_ns
            rows between unbounded preceding and 1 preceding
        ) as highest_count
    from held

)

select
    run_id,
    'addresses' as measure,
    held_count::bigint as done_count,
    ts,
    ts as earliest_ts,
    stamp_end(ts, resolution_ns) as latest_ts
from heights
where delta > 0 and held_count > coalesce(highest_count, 0)

union all

select
    run_id,
    'pods' as measure,
    row_number() over (partition by run_id order by done_at, pod_uid) as done_count,
    done_at as ts,
    done_earliest_at as earliest_ts,
    done_latest_at as latest_ts
from timeline._measured_pods
where done_at is not null
