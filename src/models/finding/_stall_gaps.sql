-- Gaps between two instants of progress that the run's own pace does not explain: one row per gap.
--
-- The pace at a gap is that of the instants before and after it, a tenth of the run's (10 at least) on either side, and
-- so the slower of the two rules (over the length of a window at least): where a run turns slow, its slow part is no
-- stall. Progress that comes in clumps leaves longer gaps, so the pace is divided by the dispersion. A gap is a stall
-- when a run of this pace would have less than 0.01 such gaps in all: (number of gaps) * exp(-pace * length) < 0.01.
-- Its length is what is certain: from the latest instant that the progress before it may have, to the earliest that the
-- one after it may have. While the run went on, no more can be missed in it than was still to come: the wait for a few
-- stragglers is no stall of the run. The time before the first progress has no pace to compare with; until ten have
-- come the run may still be getting going, and a gap must be longer than that time.
--
-- grain: run_id, measure, gap
with

instants as (

    select
        instants.run_id,
        instants.measure,
        instants.done_count as gap,
        instants.ts as started_at,
        instants.latest_ts,
        spans.ended_at as span_ended_at,
        spans.goal_count,
        spans.dispersion,
        spans.window_ns / 1e9 as window_s,
        s_between(spans.started_at, min(instants.ts) over (partition by instants.run_id, instants.measure)) as lead_s,
        lead(instants.ts) over following as next_at,
        lead(instants.earliest_ts) over following as next_earliest_at,
        count(*) over (partition by instants.run_id, instants.measure) as gap_count,
        first_value(instants.ts) over before_it as before_at,
        count(*) over before_it - 1 as before_count,
        first_value(instants.ts) over after_it as after_from,
        last_value(instants.ts) over after_it as after_at,
        count(*) over after_it - 1 as after_count
    from timeline._progress_instants as instants
    inner join finding._progress_spans as spans
        on instants.run_id = spans.run_id and instants.measure = spans.measure and instants.ts <= spans.ended_at
    window
        following as (partition by instants.run_id, instants.measure order by instants.done_count),
        before_it as (
            partition by instants.run_id, instants.measure
            order by instants.done_count
            rows between greatest(10, spans.done_count // 10) preceding and current row
        ),
        after_it as (
            partition by instants.run_id, instants.measure
            order by instants.done_count
            rows between 1 following and 1 + greatest(10, spans.done_count // 10) following
        )

),

gaps as (

    select
        run_id,
        measure,
        gap,
        started_at,
        next_at as ended_at,
        coalesce(next_at, span_ended_at) as seen_until_at,
        goal_count,
        gap_count,
        lead_s,
        ns_between(latest_ts, coalesce(next_earliest_at, span_ended_at)) / 1e9 as certain_s,
        (before_count + greatest(after_count, 0))
        / greatest(s_between(before_at, started_at) + coalesce(s_between(after_from, after_at), 0), window_s) as pace_per_s,
        dispersion
    from instants

)

select
    run_id,
    measure,
    gap,
    started_at,
    ended_at,
    seen_until_at,
    gap as done_count,
    goal_count,
    pace_per_s,
    certain_s
from gaps
where
    certain_s > 0
    and gap < goal_count
    and (gap >= 10 or certain_s > lead_s)
    and gap_count * exp(
        -if(ended_at is null, pace_per_s * certain_s, least(pace_per_s * certain_s, goal_count - gap)) / dispersion
    ) < 0.01
