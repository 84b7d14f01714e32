-- Time to Ready with the unfinished pods counted in: one row per run and origin of time.
--
-- From the Kaplan-Meier estimate (report.survival). Counted from the begin of the run it is the time until so many of all
-- pods were Ready; counted from their creation it is what a pod waited. The restricted mean is the mean of the time to
-- Ready, no pod counting for more than the horizon: one horizon for all runs, up to which every run is known. It is the
-- shortest observation of those in which pods were missing; when none is, the longest time of any pod.
--
-- grain: run_id, origin
-- columns:
--   run_id                   Run, as in raw.runs.
--   origin                   begin (of the run) or created (each pod).
--   pod_count                Pods in scope whose time is known.
--   ready_count              Those that were Ready by the end of observation.
--   censored_count           Those that were not.
--   horizon_s                Horizon of the restricted mean, s.
--   restricted_mean_s        Mean time to Ready up to the horizon, s.
--   time_to_1_percent_s      Until 1 % were Ready, s; null when that was not reached.
--   time_to_10_percent_s     Until 10 % were, s; null likewise.
--   time_to_25_percent_s     Until 25 % were, s; null likewise.
--   time_to_50_percent_s     Until 50 % were, s; null likewise.
--   time_to_75_percent_s     Until 75 % were, s; null likewise.
--   time_to_90_percent_s     Until 90 % were, s; null likewise.
--   time_to_95_percent_s     Until 95 % were, s; null likewise.
--   time_to_99_percent_s     Until 99 % were, s; null likewise.
--   time_to_100_percent_s    Until all were, s (counted from the begin: the makespan); null likewise.
with

totals as (

    select
        run_id,
        origin,
        max(at_risk_count) as pod_count,
        sum(event_count)::bigint as ready_count,
        min(survival_ratio) as last_ratio,
        max(t_s) as last_s,
        max(t_s) filter (where event_count > 0) as last_ready_s
    from finding._survival_steps
    group by run_id, origin

),

horizons as (

    select
        origin,
        coalesce(min(last_s) filter (where last_ratio > 0), max(last_ready_s)) as horizon_s
    from totals
    group by origin

),

areas as (

    select
        steps.run_id,
        steps.origin,
        sum(steps.survival_ratio * (
            least(coalesce(steps.next_s, horizons.horizon_s), horizons.horizon_s) - least(steps.t_s, horizons.horizon_s)
        )) + least(min(steps.t_s), min(horizons.horizon_s)) as restricted_mean_s
    from (
        select
            *,
            lead(t_s) over (partition by run_id, origin order by t_s) as next_s
        from finding._survival_steps
    ) as steps
    inner join horizons
        on steps.origin = horizons.origin
    group by steps.run_id, steps.origin

),

-- a product of rounded ratios may miss a round share by this much
reached as (

    select
        run_id,
        origin,
        min(t_s) filter (where survival_ratio <= 0.99 + 1e-9) as t_1,
        min(t_s) filter (where survival_ratio <= 0.9 + 1e-9) as t_10,
        min(t_s) filter (where survival_ratio <= 0.75 + 1e-9) as t_25,
        min(t_s) filter (where survival_ratio <= 0.5 + 1e-9) as t_50,
        min(t_s) filter (where survival_ratio <= 0.25 + 1e-9) as t_75,
        min(t_s) filter (where survival_ratio <= 0.1 + 1e-9) as t_90,
        min(t_s) filter (where survival_ratio <= 0.05 + 1e-9) as t_95,
        min(t_s) filter (where survival_ratio <= 0.01 + 1e-9) as t_99,
        min(t_s) filter (where survival_ratio <= 1e-9) as t_100
    from finding._survival_steps
    group by run_id, origin

)

select
    totals.run_id,
    totals.origin,
    totals.pod_count,
    totals.ready_count,
    totals.pod_count - totals.ready_count as censored_count,
    horizons.horizon_s,
    areas.restricted_mean_s,
    reached.t_1 as time_to_1_percent_s,
    reached.t_10 as time_to_10_percent_s,
    reached.t_25 as time_to_25_percent_s,
    reached.t_50 as time_to_50_percent_s,
    reached.t_75 as time_to_75_percent_s,
    reached.t_90 as time_to_90_percent_s,
    reached.t_95 as time_to_95_percent_s,
    reached.t_99 as time_to_99_percent_s,
    reached.t_100 as time_to_100_percent_s
from totals
inner join horizons
    on totals.origin = horizons.origin
inner join areas
    on totals.run_id = areas.run_id and totals.origin = areas.origin
inner join reached
    on totals.run_id = reached.run_id and totals.origin = reached.origin
order by totals.run_id, totals.origin
