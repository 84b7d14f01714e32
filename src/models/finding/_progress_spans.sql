-- The time in which each run could make progress, how much it made, and how unevenly it came: one row per run and measure.
--
-- The time ends when all were done, else with the observation. It is cut into windows of one length, the last one longer by
-- what is left over: the shortest of 1, 2, 5, 10, ... s that gives at most 300 of them and is no finer than the instants.
-- The dispersion says how many come at once: the mean over neighbouring windows of (difference)^2 / sum, which is 1 for
-- progress that comes singly and independently (Poisson), whatever its rate. `pairs` lists what each pair of windows adds.
--
-- grain: run_id, measure
with

goals as (

    select
        run_id,
        'pods' as measure,
        count(*) as goal_count,
        min(run_started_at) as started_at,
        min(observed_until_at) as observed_until_at,
        case when count(done_at) = count(*) then max(done_at) end as finished_at
    from timeline._measured_pods
    group by run_id

    union all

    select
        pods.run_id,
        'addresses' as measure,
        count(distinct pods.pod_uid) * count(distinct leases.ip_family) as goal_count,
        min(pods.run_started_at) as started_at,
        min(pods.observed_until_at) as observed_until_at,
        case when count(distinct pods.pod_uid) = count(distinct pods.pod_uid) filter (where pods.done_at is not null)
            then max(pods.done_at)
        end as finished_at
    from timeline._measured_pods as pods
    inner join (
        select
            run_id,
            ip_family
        from timeline.ip_leases
        where certainty = 'proved' and holder_kind = 'pod'
        group by run_id, ip_family
    ) as leases
        on pods.run_id = leases.run_id
    semi join timeline._progress_instants as instants
        on pods.run_id = instants.run_id and instants.measure = 'addresses'
    group by pods.run_id

),

made as (

    select
        run_id,
        measure,
        max(done_count) as done_count,
        max(ts) as last_at,
        quantile_disc(ns_between(earliest_ts, latest_ts), 0.5) as uncertainty_ns
    from timeline._progress_instants
    group by run_id, measure

),

spans as (

    select
        goals.run_id,
        goals.measure,
        goals.goal_count,
        coalesce(made.done_count, 0) as done_count,
        goals.started_at,
        case when made.done_count >= goals.goal_count then made.last_at
        else coalesce(goals.finished_at, goals.observed_until_at) end as ended_at,
        coalesce(made.done_count >= goals.goal_count or goals.finished_at is not null, false) as is_complete,
        coalesce(made.uncertainty_ns, 0) as uncertainty_ns
    from goals
    left join made
        on goals.run_id = made.run_id and goals.measure = made.measure
    where goals.started_at is not null

),

windowed as (

    select
        *,
        list_min(list_filter(
            [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400, 604800],
            lambda width: width * 300 >= s_between(started_at, ended_at) and width * 1e9 >= uncertainty_ns
        )) * 1000000000::bigint as window_ns
    from spans
    where ended_at > started_at

),

counts as (

    select
        windowed.run_id,
        windowed.measure,
        not_below_zero(ns_between(windowed.started_at, instants.ts)) // windowed.window_ns as number,
        count(*) as progress_count
    from windowed
    inner join timeline._progress_instants as instants
        on
            windowed.run_id = instants.run_id
            and windowed.measure = instants.measure
            and windowed.ended_at >= instants.ts
    group by all

),

-- windows next to one with progress, those without progress among them
pairs as (

    select
        run_id,
        measure,
        number,
        sum(progress_count) as total,
        sum(progress_count * side) as difference
    from (
        select run_id, measure, number, progress_count, 1 as side from counts
        union all
        select run_id, measure, number - 1, progress_count, -1 as side from counts
    )
    group by run_id, measure, number
    having number >= 0

),

dispersions as (

    select
        run_id,
        measure,
        avg(difference * difference / total order by number) as dispersion,
        list({'number': number, 'unevenness': difference * difference / total} order by number) as pairs
    from pairs
    group by run_id, measure

)

select
    windowed.run_id,
    windowed.measure,
    windowed.goal_count,
    windowed.done_count,
    windowed.started_at,
    windowed.ended_at,
    windowed.is_complete,
    windowed.window_ns,
    greatest(1, ns_between(windowed.started_at, windowed.ended_at) // windowed.window_ns)::bigint as window_count,
    greatest(1, coalesce(dispersions.dispersion, 1)) as dispersion,
    coalesce(dispersions.pairs, []) as pairs
from windowed
left join dispersions
    on windowed.run_id = dispersions.run_id and windowed.measure = dispersions.measure
