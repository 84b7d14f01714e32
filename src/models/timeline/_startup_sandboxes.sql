-- The sandbox that a pod started in: the last one created before its first container started, else the last created.
--
-- grain: run_id, pod_uid
with

first_starts as (

    select
        sandboxes.run_id,
        sandboxes.pod_uid,
        min(containers.ts) as first_started_at
    from timeline._runtime_steps as containers
    inner join timeline._container_sandboxes as sandboxes
        on containers.run_id = sandboxes.run_id and containers.container_id = sandboxes.container_id
    where containers.step = 'container_started'
    group by sandboxes.run_id, sandboxes.pod_uid

)

select
    attempts.run_id,
    attempts.pod_uid,
    attempts.try,
    attempts.sandbox_id,
    attempts.started_at,
    attempts.ended_at,
    attempts.end_file_id as file_id,
    attempts.end_line as line
from timeline.sandbox_attempts as attempts
left join first_starts
    on attempts.run_id = first_starts.run_id and attempts.pod_uid = first_starts.pod_uid
where attempts.outcome = 'created'
qualify row_number() over (
    partition by attempts.run_id, attempts.pod_uid
    order by (coalesce(attempts.ended_at <= first_starts.first_started_at, true), attempts.ended_at, attempts.try) desc
) = 1
