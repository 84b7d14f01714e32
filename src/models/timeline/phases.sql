-- Phases: a partition of each pod's time from its first known instant to Ready, deletion or the end of observation.
--
-- Phases follow each other in the order in which a pod passes them; where a clock or a coarse stamp puts a boundary
-- before the one it follows, it moves up to it, so there is no gap and no overlap. A phase can occur more than once.
--
-- grain: run_id, pod_uid, ordinal
-- columns:
--   run_id      Run, as in raw.runs.
--   pod_uid     Pod.
--   ordinal     1 for the pod's first phase, and so on.
--   phase       scheduling (created to bound), kubelet_wait (bound to seen by the kubelet), sandbox_wait (to the first
--               sandbox attempt: volumes, queue), failed_attempt, backoff (between a failed attempt and the next),
--               sandbox (runtime), cni, ipam_wait (for the IPAM's serial resource), ipam, image, container_start,
--               status_update (started until visible as Running), readiness (until Ready).
--   started_at  Begin, UTC.
--   ended_at    End: the begin of the next phase.
--   is_open     The pod was still in this phase when the observation ended; ended_at is that instant then.
with

ends as (

    select
        pods.run_id,
        pods.pod_uid,
        coalesce(pods.ready_at, pods.deleted_at, bounds.observed_until_at) as end_at,
        pods.ready_at is null and pods.deleted_at is null as is_censored
    from timeline.pods
    inner join timeline._run_bounds as bounds
        on pods.run_id = bounds.run_id

),

ordered as (

    select
        boundaries.run_id,
        boundaries.pod_uid,
        boundaries.stage,
        boundaries.phase,
        boundaries.ts,
        ends.end_at,
        ends.is_censored,
        least(
            max(boundaries.ts) over (
                partition by boundaries.run_id, boundaries.pod_uid
                order by boundaries.stage, boundaries.ts, boundaries.phase desc
                rows between unbounded preceding and current row
            ),
            ends.end_at
        ) as started_at,
        row_number() over (
            partition by boundaries.run_id, boundaries.pod_uid
            order by boundaries.stage, boundaries.ts, boundaries.phase desc
        ) as boundary_number
    from timeline._phase_boundaries as boundaries
    inner join ends
        on boundaries.run_id = ends.run_id and boundaries.pod_uid = ends.pod_uid

),

spans as (

    select
        *,
        coalesce(
            lead(started_at) over (partition by run_id, pod_uid order by boundary_number),
            end_at
        ) as ended_at,
        is_censored and lead(started_at) over (partition by run_id, pod_uid order by boundary_number) is null as is_last
    from ordered

)

select
    run_id,
    pod_uid,
    row_number() over (partition by run_id, pod_uid order by boundary_number) as ordinal,
    phase,
    started_at,
    ended_at,
    is_last as is_open
from spans
where ended_at > started_at
