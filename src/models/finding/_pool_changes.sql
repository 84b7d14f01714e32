-- Changes of each pool's counts: one row per lease and change, with what it adds.
--
-- A lease held before anything that was observed counts from the begin of the run. A Ready pod's lease counts as used
-- from Ready until the pod is gone or the address released; pods from before the run count as Ready from its begin. What
-- changed after the end of observation is left out. A lease that leaks later is used until then.
--
-- grain: run_id, system, ip, holder_id, measure, delta
with

leases as (

    select
        leases.run_id,
        leases.system,
        leases.pool,
        leases.ip_family,
        leases.ip,
        leases.holder_id,
        facts.observed_until_at,
        leases.released_at,
        leaks.certainty = 'leak' as is_leak,
        -- greatest() and least() ignore nulls, which is meant here
        greatest(leases.allocated_at, facts.started_at) as begin_at,
        greatest(leaks.leaked_at, leases.allocated_at, facts.started_at) as leaked_at,
        coalesce(
            pods.ready_at,
            case when pods.scope = 'earlier' or (facts.phase = 'delete' and pods.in_scope) then facts.started_at end
        ) as ready_at,
        leases.holder_kind = 'pod' and (leaks.ip is null or leaks.leaked_at is not null) as is_rightful,
        least(pods.deleted_at, leases.released_at, leaks.leaked_at) as unused_at
    from timeline.ip_leases as leases
    inner join timeline._run_facts as facts
        on leases.run_id = facts.run_id
    left join timeline.pods
        on leases.run_id = pods.run_id and leases.pod_uid = pods.pod_uid
    left join finding.ip_leaks as leaks
        on
            leases.run_id = leaks.run_id
            and leases.system = leaks.system
            and leases.ip = leaks.ip
            and leases.holder_id = leaks.holder_id
    where leases.certainty = 'proved' and leases.pool is not null and facts.started_at is not null

),

changes as (

    select *, 'allocated' as measure, 1 as delta, begin_at as ts from leases
    union all
    select *, 'allocated' as measure, -1 as delta, greatest(released_at, begin_at) as ts
    from leases
    where released_at is not null
    union all
    select *, 'leaked' as measure, 1 as delta, leaked_at as ts from leases where is_leak
    union all
    select *, 'used' as measure, 1 as delta, greatest(ready_at, begin_at) as ts
    from leases
    where is_rightful and ready_at is not null and coalesce(unused_at > greatest(ready_at, begin_at), true)
    union all
    select *, 'used' as measure, -1 as delta, unused_at as ts
    from leases
    where is_rightful and ready_at is not null and unused_at > greatest(ready_at, begin_at)

)

select
    run_id,
    system,
    ip_family,
    pool,
    ip,
    holder_id,
    measure,
    delta,
    ts
from changes
where ts <= observed_until_at
