-- Gaps between two instants of progress that the run's own pace does not explain: one row per gap.
--
-- The pace at a gap is that of the instants before and after it, a tenth of the run's (10 at least) on either side, and
-- so the slower of the two rules (over the length of a window at least): where a run turns slow, its slow part is no
-- stall. Progress that comes in clumps leaves longer gaps, so the pace is divided by the dispersion, to which the windows
-- of the gap itself do not count: progress that stopped once and for long is not in clumps. A gap is a stall when a run
-- of this pace would have less than 0.01 such gaps in all: (number of gaps) * P(so few) < 0.01, where P is the Poisson tail
-- of what the pace would have brought in it. It is one too when it is longer than a window and more than three times as
-- long as any other gap of the run, with ten before it and ten still to come: then it is no part of how unevenly it goes.
-- Its length is what is certain: from the latest instant that the progress before it may have, to the earliest that the
-- one after it may have. Up to nine whose own intervals span most of it do not hide it: they may have come in it, as each
-- node may have had a status write under way. They leave one part more than they are, of which the longest is at least its
-- share of the length: by this it is compared with the other gaps. While the run went on, no more can be missed in it than
-- was still to come: the wait for a few stragglers is no stall of the run. The time before the first progress has no pace
-- to compare with; until ten have come the run may still be getting going, and a gap must be longer than that time.
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
        spans.pairs,
        spans.started_at as span_started_at,
        spans.window_ns,
        spans.window_ns / 1e9 as window_s,
        s_between(spans.started_at, min(instants.ts) over (partition by instants.run_id, instants.measure)) as lead_s,
        list(instants.ts) over next_few as next_at,
        list(instants.earliest_ts) over next_few as next_earliest_at,
        list(ns_between(instants.earliest_ts, instants.latest_ts) / 1e9) over next_few as next_uncertain_s,
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
        next_few as (
            partition by instants.run_id, instants.measure
            order by instants.done_count
            rows between 1 following and 10 following
        ),
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

longest as (

    select
        run_id,
        measure,
        max(s_between(started_at, next_at[1]), 2) as gaps_s
    from instants
    where next_at[1] is not null
    group by run_id, measure

),

gaps as (

    select
        instants.run_id,
        instants.measure,
        instants.gap,
        instants.gap + within.within_count as done_count_end,
        instants.started_at,
        instants.next_at[within.within_count + 1] as ended_at,
        coalesce(instants.next_at[within.within_count + 1], instants.span_ended_at) as seen_until_at,
        instants.goal_count,
        instants.gap_count,
        instants.lead_s,
        within.within_count,
        longest.gaps_s[if(s_between(instants.started_at, instants.next_at[1]) >= longest.gaps_s[1], 2, 1)]
            as other_gap_s,
        list_min(instants.next_uncertain_s[: within.within_count]) as within_uncertain_s,
        ns_between(
            instants.latest_ts, coalesce(instants.next_earliest_at[within.within_count + 1], instants.span_ended_at)
        ) / 1e9 as certain_s,
        (instants.before_count + greatest(instants.after_count, 0))
        / greatest(
            s_between(instants.before_at, instants.started_at)
            + coalesce(s_between(instants.after_from, instants.after_at), 0),
            instants.window_s
        ) as pace_per_s,
        instants.window_s,
        instants.dispersion,
        instants.pairs,
        ns_between(instants.span_started_at, instants.started_at) // instants.window_ns as first_window,
        ns_between(
            instants.span_started_at, coalesce(instants.next_at[within.within_count + 1], instants.span_ended_at)
        ) // instants.window_ns as last_window
    from instants
    cross join (select unnest(range(10)) as within_count) as within
    left join longest
        on instants.run_id = longest.run_id and instants.measure = longest.measure

),

expected as (

    select
        *,
        if(ended_at is null, pace_per_s * certain_s, least(pace_per_s * certain_s, goal_count - gap))
        / case when certain_s > window_s
            then greatest(1, coalesce(list_avg(list_transform(
                list_filter(pairs, lambda pair: pair.number < first_window or pair.number >= last_window),
                lambda pair: pair.unevenness
            )), 1))
            else dispersion
        end as brought
    from gaps
    where
        certain_s > 0
        and coalesce(within_uncertain_s > certain_s / 2, true)
        and done_count_end < goal_count
        and (gap >= 10 or certain_s > lead_s)

),

judged as (

    select
        *,
        exp(-brought)
        * list_sum(list_transform(range(within_count + 1), lambda count: pow(brought, count) / factorial(count::integer)))
            as tail,
        gap >= 10
        and goal_count - done_count_end >= 10
        and certain_s / (within_count + 1) > greatest(window_s, 3 * other_gap_s) as is_outlier
    from expected

)

select
    run_id,
    measure,
    gap,
    started_at,
    ended_at,
    seen_until_at,
    gap as done_count_start,
    done_count_end,
    goal_count,
    pace_per_s,
    certain_s
from judged
where gap_count * tail < 0.01 or is_outlier
qualify row_number() over (partition by run_id, measure, gap order by tail, within_count) = 1
