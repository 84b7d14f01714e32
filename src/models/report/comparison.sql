-- The published table: one row per CNI (with its version, mode, families and phase), limited beside unlimited.
--
-- Several runs of one cell are repetitions: their median, minimum and maximum are over the complete ones, and one that
-- did not complete makes the cell a failure. A cell without a run is `na`. Runs without a scenario are not compared, nor
-- are runs with injected faults. Runs with another number of pods are another row.
--
-- From three runs on the median has a 95 % bootstrap interval (Efron's percentile interval), computed exactly: a resample
-- of n runs has its m-th smallest time at or below the k-th of the runs with the probability that a binomial (n, k/n) is
-- at least m. With an even n the bounds are those of the lower and of the upper middle, which hold the median's own.
--
-- grain: cni, cni_version, cni_mode, ip_families, phase, pod_count
-- columns:
--   cni                    CNI under test.
--   cni_version            Its version; null when unknown.
--   cni_mode               Its mode; null when unknown.
--   ip_families            Families; null when unknown.
--   phase                  create, recreate, recover or delete.
--   pod_count              Pods in scope of each run of the row.
--   limited_run_count      Runs with exactly as many addresses as pods.
--   limited_outcome        complete, failure (a run did not complete) or na (no run).
--   limited_time_s         Median time to all, s; null unless complete.
--   limited_time_min_s     Shortest of the runs, s; null likewise.
--   limited_time_max_s     Longest of the runs, s; null likewise.
--   limited_time_low_s     Lower end of the median's 95 % bootstrap interval, s; null below three runs.
--   limited_time_high_s    Upper end, s; null likewise.
--   limited_ready_count    Pods that got there, in the run that came least far; null when na.
--   limited_pod_count      pod_count; null when na.
--   unlimited_run_count    Runs with plenty of addresses.
--   unlimited_outcome      complete, failure or na.
--   unlimited_time_s       Median time to all, s; null unless complete.
--   unlimited_time_min_s   Shortest of the runs, s; null likewise.
--   unlimited_time_max_s   Longest of the runs, s; null likewise.
--   unlimited_time_low_s   Lower end of the median's 95 % bootstrap interval, s; null below three runs.
--   unlimited_time_high_s  Upper end, s; null likewise.
--   unlimited_ready_count  Pods that got there, in the run that came least far; null when na.
--   unlimited_pod_count    pod_count; null when na.
with

cells as (

    select
        cni,
        cni_version,
        cni_mode,
        ip_families,
        phase,
        pod_count,
        scenario,
        count(*) as run_count,
        case when bool_and(outcome in ('complete', 'deleted')) then 'complete' else 'failure' end as outcome,
        median(time_to_all_s) as time_s,
        min(time_to_all_s) as time_min_s,
        max(time_to_all_s) as time_max_s,
        list(time_to_all_s order by time_to_all_s) as times,
        min(if(phase = 'delete', deleted_count, ready_count)) as done_count
    from report.runs
    where cni is not null and scenario in ('limited', 'unlimited') and outcome <> 'empty' and coalesce(fault_count, 0) = 0
    group by all

),

spreads as (

    select
        *,
        case when len(times) >= 3
            then times[bootstrap_rank(len(times), (len(times) + 1) // 2, 0.025)]
        end as time_low_s,
        case when len(times) >= 3
            then times[bootstrap_rank(len(times), len(times) // 2 + 1, 0.975)]
        end as time_high_s
    from cells

)

select
    cni,
    cni_version,
    cni_mode,
    ip_families,
    phase,
    pod_count,
    coalesce(max(run_count) filter (where scenario = 'limited'), 0) as limited_run_count,
    coalesce(max(outcome) filter (where scenario = 'limited'), 'na') as limited_outcome,
    max(time_s) filter (where scenario = 'limited' and outcome = 'complete') as limited_time_s,
    max(time_min_s) filter (where scenario = 'limited' and outcome = 'complete') as limited_time_min_s,
    max(time_max_s) filter (where scenario = 'limited' and outcome = 'complete') as limited_time_max_s,
    max(time_low_s) filter (where scenario = 'limited' and outcome = 'complete') as limited_time_low_s,
    max(time_high_s) filter (where scenario = 'limited' and outcome = 'complete') as limited_time_high_s,
    max(done_count) filter (where scenario = 'limited') as limited_ready_count,
    max(pod_count) filter (where scenario = 'limited') as limited_pod_count,
    coalesce(max(run_count) filter (where scenario = 'unlimited'), 0) as unlimited_run_count,
    coalesce(max(outcome) filter (where scenario = 'unlimited'), 'na') as unlimited_outcome,
    max(time_s) filter (where scenario = 'unlimited' and outcome = 'complete') as unlimited_time_s,
    max(time_min_s) filter (where scenario = 'unlimited' and outcome = 'complete') as unlimited_time_min_s,
    max(time_max_s) filter (where scenario = 'unlimited' and outcome = 'complete') as unlimited_time_max_s,
    max(time_low_s) filter (where scenario = 'unlimited' and outcome = 'complete') as unlimited_time_low_s,
    max(time_high_s) filter (where scenario = 'unlimited' and outcome = 'complete') as unlimited_time_high_s,
    max(done_count) filter (where scenario = 'unlimited') as unlimited_ready_count,
    max(pod_count) filter (where scenario = 'unlimited') as unlimited_pod_count
from spreads
group by cni, cni_version, cni_mode, ip_families, phase, pod_count
order by phase, cni, cni_version, ip_families, cni_mode, pod_count
