-- Where the time went: pod-seconds in each phase, summed over the pods in scope from creation to Ready.
--
-- Pods that never got Ready count until they were gone or the observation ended. Delete runs are not broken down.
--
-- grain: run_id, phase
-- columns:
--   run_id       Run, as in raw.runs.
--   phase        Phase, as in timeline.phases.
--   ordinal      Place in the order in which a pod passes the phases.
--   pod_count    Pods that spent time in it.
--   total_s      Pod-seconds spent in it, s.
--   share_ratio  Its share of all pod-seconds of the run; null when there are none.
--   mean_s       total_s / pod_count, s.
--   p50_s        Median over those pods of their time in it, s (discrete).
--   max_s        Longest time of one pod in it, s.
with

pod_phases as (

    select
        phases.run_id,
        phases.pod_uid,
        phases.phase,
        sum(ns_between(phases.started_at, phases.ended_at))::bigint as duration_ns
    from timeline.phases
    inner join timeline._measured_pods as pods
        on phases.run_id = pods.run_id and phases.pod_uid = pods.pod_uid
    where pods.run_phase <> 'delete'
    group by all

)

select
    run_id,
    phase,
    list_position(
        [
            'scheduling', 'kubelet_wait', 'sandbox_wait', 'failed_attempt', 'backoff', 'sandbox', 'cni', 'ipam_wait',
            'ipam', 'image', 'container_start', 'status_update', 'readiness'
        ],
        phase
    ) as ordinal,
    count(*) as pod_count,
    sum(duration_ns) / 1e9 as total_s,
    sum(duration_ns) / nullif(sum(sum(duration_ns)) over (partition by run_id), 0) as share_ratio,
    sum(duration_ns) / count(*) / 1e9 as mean_s,
    quantile_disc(duration_ns, 0.5) / 1e9 as p50_s,
    max(duration_ns) / 1e9 as max_s
from pod_phases
group by run_id, phase
order by run_id, ordinal
