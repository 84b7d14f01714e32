-- Which sandbox and pod a container belongs to, from the runtime's `CreateContainer ... returns container id`.
--
-- grain: run_id, container_id
select
    steps.run_id,
    steps.container_id,
    min(steps.sandbox_id) as sandbox_id,
    min(attempts.pod_uid) as pod_uid
from timeline._runtime_steps as steps
inner join timeline.sandbox_attempts as attempts
    on steps.run_id = attempts.run_id and steps.sandbox_id = attempts.sandbox_id
where steps.step = 'container_created' and steps.container_id is not null
group by steps.run_id, steps.container_id
