-- Progress in stretches of one pace each: one row per run, measure and stretch between two changes of the rate.
--
-- The changes are those that minimise, over all ways to cut the run's windows into stretches, twice the negative
-- log-likelihood of a Poisson process of constant rate in each, divided by the dispersion (quasi-Poisson), plus 3 ln(number
-- of windows) for each change (the modified BIC of Zhang and Siegmund, 2007). The minimum is exact (optimal partitioning,
-- Jackson et al., 2005) and places a change to within one window. A run of one pace is one row.
--
-- grain: run_id, measure, ordinal
-- columns:
--   run_id            Run, as in raw.runs.
--   measure           pods (Ready; gone in a delete run) or addresses (held by measured pods, net of releases).
--   ordinal           1 for the first stretch, and so on.
--   started_s         Begin: of the run, or where the rate changed, s since the begin of the run.
--   ended_s           End: where the rate changed, when all were done, or the end of observation, s likewise.
--   done_count_start  Done by its begin.
--   done_count_end    Done by its end.
--   goal_count        All that there are to be done: the pods in scope, or an address of each family for each of them.
--   rate_per_s        Done in it per second, 1/s.
--   rate_ratio        rate_per_s / that of the stretch before; null for the first one, and after one without progress.
--   window_s          Length of the windows, s: how finely a change is placed.
--   dispersion        How unevenly the run's progress came; 1 for single independent pods.
--   failure_count     Failures of measured pods that came in it.
--   cause_class       Root class behind most of them; null when there were none.
--   cause_count       Failures that it is behind; null likewise.
--   component         Program whose serial resource most requests waited for in it; null when none waited.
--   resource          That resource; null likewise.
--   waiting_mean      Requests that waited for it, mean over the stretch; null likewise.
select
    segments.run_id,
    segments.measure,
    segments.ordinal,
    s_between(runs.started_at, segments.started_at) as started_s,
    s_between(runs.started_at, segments.ended_at) as ended_s,
    segments.done_count_start,
    segments.done_count_end,
    segments.goal_count,
    segments.rate_per_s,
    segments.rate_per_s / nullif(lag(segments.rate_per_s) over in_time, 0) as rate_ratio,
    segments.window_ns / 1e9 as window_s,
    segments.dispersion,
    facts.failure_count,
    facts.cause_class,
    facts.cause_count,
    facts.component,
    facts.resource,
    facts.waiting_mean
from finding._progress_segments as segments
inner join finding._interval_facts as facts
    on
        segments.run_id = facts.run_id
        and segments.measure = facts.measure
        and segments.ordinal = facts.ordinal
        and facts.kind = 'segment'
inner join timeline._run_facts as runs
    on segments.run_id = runs.run_id
window in_time as (partition by segments.run_id, segments.measure order by segments.ordinal)
order by segments.run_id, segments.measure desc, segments.ordinal
