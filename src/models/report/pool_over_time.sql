-- Pools over time: one row per pool and second in which a count changed, with the counts at the end of that second.
--
-- What was held before the run stands at second 0. Counts end at the end of observation.
--
-- grain: run_id, system, ip_family, pool, t_s
-- columns:
--   run_id           Run, as in raw.runs.
--   system           IPAM, as in timeline.ip_leases.
--   ip_family        IPv4 or IPv6.
--   pool             Pool, block or subnet.
--   t_s              Seconds since the begin of the run, the end of the second.
--   capacity         Addresses the pool can give; null when unknown.
--   allocated_count  Addresses held.
--   leaked_count     Of these, leaked.
--   used_count       Of these, held by Ready pods.
with

steps as (

    select
        changes.run_id,
        changes.system,
        changes.ip_family,
        changes.pool,
        case
            when changes.ts <= facts.started_at then 0
            else ceil(s_between(facts.started_at, changes.ts))::bigint
        end as t_s,
        sum(delta) filter (where measure = 'allocated') as allocated,
        sum(delta) filter (where measure = 'leaked') as leaked,
        sum(delta) filter (where measure = 'used') as used
    from finding._pool_changes as changes
    inner join timeline._run_facts as facts
        on changes.run_id = facts.run_id
    group by all

)

select
    steps.run_id,
    steps.system,
    steps.ip_family,
    steps.pool,
    steps.t_s,
    pools.capacity,
    coalesce(sum(steps.allocated) over so_far, 0)::bigint as allocated_count,
    coalesce(sum(steps.leaked) over so_far, 0)::bigint as leaked_count,
    coalesce(sum(steps.used) over so_far, 0)::bigint as used_count
from steps
left join timeline._ip_pools as pools
    on
        steps.run_id = pools.run_id
        and steps.system = pools.system
        and steps.ip_family = pools.ip_family
        and steps.pool = pools.pool
window so_far as (
    partition by steps.run_id, steps.system, steps.ip_family, steps.pool
    order by steps.t_s
)
order by steps.run_id, steps.system, steps.ip_family, steps.pool, steps.t_s
