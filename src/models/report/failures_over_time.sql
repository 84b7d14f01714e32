-- Failures over time: per window of 10 s and root class how many failures of measured pods it is behind.
--
-- Windows without a failure have no row. Requests the kubelet gave up are left out: their attempt is counted.
--
-- grain: run_id, class, t_s
-- columns:
--   run_id         Run, as in raw.runs.
--   class          Root class; `unknown` where none was found.
--   t_s            Begin of the window, s since the begin of the run.
--   window_s       Its length, s.
--   failure_count  Failures in it (a step counts at its first report).
select
    run_id,
    root_class as class,
    floor(first_s / 10) * 10 as t_s,
    10 as window_s,
    count(*) as failure_count
from report._pod_failures
where role <> 'transient' and kind <> 'request' and first_s is not null
group by run_id, root_class, floor(first_s / 10)
order by run_id, class, t_s
