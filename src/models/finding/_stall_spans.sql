-- Stalls without what else the run shows of their time: one row per stall.
--
-- Gaps of finding._stall_gaps that hold between them at most a tenth of what the pace would have brought are one stall.
--
-- grain: run_id, measure, ordinal
with

joined as (

    select
        *,
        coalesce(
            done_count_start - lag(done_count_end) over in_time
            > 0.1 * least(pace_per_s, lag(pace_per_s) over in_time)
            * s_between(lag(started_at) over in_time, seen_until_at),
            true
        ) as opens
    from finding._stall_gaps
    window in_time as (partition by run_id, measure order by gap)

),

numbered as (

    select
        *,
        sum(opens::integer) over (partition by run_id, measure order by gap) as ordinal
    from joined

)

select
    run_id,
    measure,
    ordinal::bigint as ordinal,
    min(started_at) as started_at,
    case when count(ended_at) = count(*) then max(ended_at) end as ended_at,
    max(seen_until_at) as seen_until_at,
    min(done_count_start) as done_count_start,
    max(done_count_end) as done_count_end,
    min(goal_count) as goal_count,
    min(pace_per_s) as pace_per_s
from numbered
group by run_id, measure, ordinal
