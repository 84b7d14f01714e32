-- Use of the serial resources over time: one row per run, program and consecutive window, as in report.throughput.
--
-- A server is saturated in a window when at all times but a twentieth of it somebody waited. It need not have been held
-- all that time: what is missing to 1 in held_ratio is handover from one holder to the next. Where the time of the work is
-- not known (the scheduler) there is no held_ratio, and a queue does not prove that it was busy. Windows after the last request and after the end of observation are
-- left out.
--
-- grain: run_id, component, t_s
-- columns:
--   run_id          Run, as in raw.runs.
--   component       Program, as in main.serial_resources.
--   resource        Name of the resource, e.g. lease.
--   t_s             Begin of the window, s since the begin of the run.
--   window_s        Its length, s; the last one ends with the observation.
--   server_count    Servers: 1, or the nodes that used theirs.
--   parallel_count  Requests that one server worked on at once, the most that it did for a twentieth of the time it worked;
--                   1 for a lock.
--   waiting_mean    Requests that waited, mean over the window, over all servers.
--   queued_ratio    Share of the window in which somebody waited, mean over the servers.
--   held_ratio      Share of the window in which it was held, mean over servers and their parallel workers; null when the
--                   time of the work is unknown.
--   served_count    Requests that got it in the window.
--   service_mean_s  Mean time these held it, s; null when none has a known end.
--   is_saturated    queued_ratio is 0.95 at least; null when the time of the work is unknown.
with

requests as (

    select
        requests.run_id,
        requests.component,
        requests.resource,
        requests.server,
        epoch_ns(facts.started_at) as zero_ns,
        epoch_ns(facts.observed_until_at) as end_ns,
        rate_window_s(facts.started_at, facts.observed_until_at) * 1000000000 as window_ns,
        epoch_ns(requests.wait_started_at) as asked_ns,
        epoch_ns(coalesce(requests.acquired_at, requests.gave_up_at)) as wait_ended_ns,
        epoch_ns(requests.acquired_at) as acquired_ns,
        case when not requests.is_served_only then epoch_ns(requests.released_at) end as released_ns,
        requests.is_served_only
    from timeline.serial_requests as requests
    inner join timeline._run_facts as facts
        on requests.run_id = facts.run_id
    where facts.started_at is not null and facts.observed_until_at > facts.started_at

),

changes as (

    select run_id, component, server, asked_ns as ns, 1 as waiting, 0 as holding
    from requests
    where wait_ended_ns > asked_ns

    union all

    select run_id, component, server, wait_ended_ns, -1, 0
    from requests
    where wait_ended_ns > asked_ns

    union all

    select run_id, component, server, acquired_ns, 0, 1
    from requests
    where released_ns > acquired_ns

    union all

    select run_id, component, server, released_ns, 0, -1
    from requests
    where released_ns > acquired_ns

),

programs as (

    select
        run_id,
        component,
        min(resource) as resource,
        min(zero_ns) as zero_ns,
        min(end_ns) as end_ns,
        min(window_ns) as window_ns,
        least(min(end_ns), max(greatest(asked_ns, wait_ended_ns, acquired_ns, released_ns))) as last_ns,
        count(distinct server) as server_count,
        bool_and(is_served_only) as is_served_only
    from requests
    group by run_id, component

),

windows as (

    select
        run_id,
        component,
        unnest(range(greatest(1, (last_ns - zero_ns + window_ns - 1) // window_ns))) as number
    from programs

),

servers as (

    select distinct
        run_id,
        component,
        server
    from requests

),

marks as (

    select run_id, component, server, ns, waiting, holding from changes

    union all

    select
        windows.run_id,
        windows.component,
        servers.server,
        programs.zero_ns + windows.number * programs.window_ns,
        0,
        0
    from windows
    inner join servers
        on windows.run_id = servers.run_id and windows.component = servers.component
    inner join programs
        on windows.run_id = programs.run_id and windows.component = programs.component

),

levels as (

    select
        run_id,
        component,
        server,
        ns,
        sum(sum(waiting)) over so_far as waiting,
        sum(sum(holding)) over so_far as holding,
        lead(ns) over (partition by run_id, component, server order by ns) as next_ns
    from marks
    group by run_id, component, server, ns
    window so_far as (partition by run_id, component, server order by ns)

),

depths as (

    select
        run_id,
        component,
        holding,
        sum(next_ns - ns) as duration_ns
    from levels
    where holding > 0
    group by run_id, component, holding

),

parallels as (

    select
        programs.run_id,
        programs.component,
        if(min(resources.kind) = 'lock', 1, coalesce(max(depths.holding), 1))::bigint as parallel_count
    from programs
    inner join main.serial_resources as resources
        on programs.component = resources.component
    left join (
        select
            run_id,
            component,
            holding
        from depths
        qualify sum(duration_ns) over (partition by run_id, component order by holding desc)
            >= 0.05 * sum(duration_ns) over (partition by run_id, component)
    ) as depths
        on programs.run_id = depths.run_id and programs.component = depths.component
    group by programs.run_id, programs.component

),

used as (

    select
        levels.run_id,
        levels.component,
        (levels.ns - programs.zero_ns) // programs.window_ns as number,
        sum(levels.waiting * (least(coalesce(levels.next_ns, programs.end_ns), programs.end_ns) - levels.ns)) as waiting_ns,
        sum(least(coalesce(levels.next_ns, programs.end_ns), programs.end_ns) - levels.ns)
        filter (where levels.waiting > 0) as queued_ns,
        sum(least(levels.holding, parallels.parallel_count) * (
            least(coalesce(levels.next_ns, programs.end_ns), programs.end_ns) - levels.ns
        )) as held_ns
    from levels
    inner join programs
        on levels.run_id = programs.run_id and levels.component = programs.component
    inner join parallels
        on levels.run_id = parallels.run_id and levels.component = parallels.component
    where levels.ns >= programs.zero_ns and levels.ns < programs.end_ns
    group by all

),

served as (

    select
        run_id,
        component,
        (acquired_ns - zero_ns) // window_ns as number,
        count(*) as served_count,
        avg(released_ns - acquired_ns) / 1e9 as service_mean_s
    from requests
    where acquired_ns between zero_ns and end_ns
    group by all

),

measured as (

    select
        windows.run_id,
        windows.component,
        windows.number,
        programs.resource,
        programs.server_count,
        programs.is_served_only,
        windows.number * programs.window_ns // 1000000000 as t_s,
        least(programs.window_ns, programs.end_ns - programs.zero_ns - windows.number * programs.window_ns) as window_ns
    from windows
    inner join programs
        on windows.run_id = programs.run_id and windows.component = programs.component

)

select
    measured.run_id,
    measured.component,
    measured.resource,
    measured.t_s,
    measured.window_ns / 1e9 as window_s,
    measured.server_count,
    parallels.parallel_count,
    coalesce(used.waiting_ns, 0) / measured.window_ns as waiting_mean,
    coalesce(used.queued_ns, 0) / (measured.window_ns * measured.server_count) as queued_ratio,
    case when not measured.is_served_only
        then coalesce(used.held_ns, 0) / (measured.window_ns * measured.server_count * parallels.parallel_count)
    end as held_ratio,
    coalesce(served.served_count, 0) as served_count,
    served.service_mean_s,
    case when not measured.is_served_only
        then coalesce(used.queued_ns, 0) / (measured.window_ns * measured.server_count) >= 0.95
    end as is_saturated
from measured
inner join parallels
    on measured.run_id = parallels.run_id and measured.component = parallels.component
left join used
    on measured.run_id = used.run_id and measured.component = used.component and measured.number = used.number
left join served
    on measured.run_id = served.run_id and measured.component = served.component and measured.number = served.number
where measured.window_ns > 0
order by measured.run_id, measured.component, measured.number
