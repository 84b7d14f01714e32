-- Failure classes per run: roots with all that follows from them, and apart from these the symptoms seen.
--
-- As root a class counts every failure it is behind, itself included, so that the roots of a run add up to its failures.
-- As symptom or transient it counts the failures of the class itself: the same failures seen from outside. A failure is
-- a failed sandbox attempt, a request the kubelet gave up, or a failed step of a measured pod.
--
-- grain: run_id, role, class
-- columns:
--   run_id               Run, as in raw.runs.
--   class                Failure class; `unknown` as root where none was found.
--   role                 root, symptom or transient.
--   layer                Layer of the class, e.g. ipam; null for a class that is not in the list.
--   failure_count        Failures.
--   attempt_count        Failed sandbox attempts among them.
--   pod_count            Pods hit.
--   recovered_pod_count  Those that got there later (Ready; deleted in a delete run).
--   lost_pod_count       Those that never did.
--   time_lost_s          Time of the pods from the failed attempts' begin to their next attempt, to Ready or to the end, summed, s; null without a timed attempt.
--   first_s              First failure, s since the begin of the run.
--   last_s               Last report of one, s likewise.
with

counted as (

    select *, root_class as counted_class, 'root' as counted_role
    from report._pod_failures
    where role <> 'transient'

    union all

    select *, class, role
    from report._pod_failures
    where role <> 'root'

)

select
    counted.run_id,
    counted.counted_class as class,
    counted.counted_role as role,
    classes.layer,
    count(*) as failure_count,
    count(*) filter (where counted.kind = 'attempt') as attempt_count,
    count(distinct counted.pod_uid) as pod_count,
    count(distinct counted.pod_uid) filter (where counted.recovered) as recovered_pod_count,
    count(distinct counted.pod_uid) filter (where counted.is_lost) as lost_pod_count,
    sum(counted.lost_ns) / 1e9 as time_lost_s,
    min(counted.first_s) as first_s,
    max(counted.last_s) as last_s
from counted
left join main.failure_classes as classes
    on counted.counted_class = classes.id
group by counted.run_id, counted.counted_class, counted.counted_role, classes.layer
order by
    counted.run_id,
    case counted.counted_role
        when 'root' then 0
        when 'symptom' then 1
        else 2
    end,
    failure_count desc,
    class
