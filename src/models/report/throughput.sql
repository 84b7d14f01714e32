-- Throughput over time: pods that became Ready and addresses allocated, in consecutive windows of 10 s.
--
-- Windows without progress are rows with 0, up to the window in which the observation ends.
--
-- grain: run_id, t_s
-- columns:
--   run_id                Run, as in raw.runs.
--   t_s                   Begin of the window, seconds since the begin of the run.
--   window_s              Length of the window, s.
--   pods_ready_count      Pods that became Ready in it.
--   pods_ready_per_s      The same per second, 1/s.
--   ips_allocated_count   Pods whose address was allocated in it, as far as the IPAM logs it.
--   ips_allocated_per_s   The same per second, 1/s.
with

windows as (

    select
        run_id,
        unnest(generate_series(0, (ns_between(started_at, observed_until_at) // 10000000000)::bigint)) as number
    from timeline._run_facts
    where started_at is not null and observed_until_at > started_at

),

counted as (

    select
        run_id,
        number,
        sum(ready) as ready,
        sum(ips) as ips
    from (
        select
            run_id,
            not_below_zero(ns_between(run_started_at, ready_at) // 10000000000) as number,
            1 as ready,
            0 as ips
        from timeline._measured_pods
        where ready_at is not null

        union all

        select
            run_id,
            not_below_zero(ns_between(run_started_at, ip_allocated_at) // 10000000000) as number,
            0 as ready,
            1 as ips
        from timeline._measured_pods
        where ip_allocated_at is not null
    )
    group by run_id, number

)

select
    windows.run_id,
    windows.number * 10 as t_s,
    10 as window_s,
    coalesce(counted.ready, 0) as pods_ready_count,
    coalesce(counted.ready, 0) / 10.0 as pods_ready_per_s,
    coalesce(counted.ips, 0) as ips_allocated_count,
    coalesce(counted.ips, 0) / 10.0 as ips_allocated_per_s
from windows
left join counted
    on windows.run_id = counted.run_id and windows.number = counted.number
order by windows.run_id, windows.number
