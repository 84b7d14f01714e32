-- Throughput over time: pods that became Ready and addresses allocated, in consecutive windows.
--
-- A window is 10 s long, or a multiple of it in an observation longer than a day, so that there are 10000 at most. Windows
-- without progress are rows with 0, up to the window in which the observation ends.
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

lengths as (

    select
        run_id,
        started_at,
        observed_until_at,
        rate_window_s(started_at, observed_until_at) as window_s
    from timeline._run_facts
    where started_at is not null and observed_until_at > started_at

),

windows as (

    select
        run_id,
        window_s,
        unnest(generate_series(0, (ns_between(started_at, observed_until_at) // (window_s * 1000000000)))) as number
    from lengths

),

arrivals as (

    unpivot (
        select
            pods.run_id,
            not_below_zero(ns_between(pods.run_started_at, pods.ready_at) // (lengths.window_s * 1000000000)) as ready,
            not_below_zero(ns_between(pods.run_started_at, pods.ip_allocated_at) // (lengths.window_s * 1000000000)) as ip
        from timeline._measured_pods as pods
        inner join lengths
            on pods.run_id = lengths.run_id
    )
    on ready, ip
    into name measure value number

),

counted as (

    select
        run_id,
        number,
        count(*) filter (where measure = 'ready') as ready,
        count(*) filter (where measure = 'ip') as ips
    from arrivals
    group by run_id, number

)

select
    windows.run_id,
    windows.number * windows.window_s as t_s,
    windows.window_s::integer as window_s,
    coalesce(counted.ready, 0) as pods_ready_count,
    coalesce(counted.ready, 0) / windows.window_s as pods_ready_per_s,
    coalesce(counted.ips, 0) as ips_allocated_count,
    coalesce(counted.ips, 0) / windows.window_s as ips_allocated_per_s
from windows
left join counted
    on windows.run_id = counted.run_id and windows.number = counted.number
order by windows.run_id, windows.number
