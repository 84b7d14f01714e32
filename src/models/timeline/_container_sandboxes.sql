-- Which sandbox and pod a container belongs to, from the runtime's `CreateContainer ... returns container id`.
--
-- Where the answer that gave the sandbox its id is lost, the pod is that of which the kubelet saw the container start; so
-- it is, with no sandbox, where only the container's start is there.
--
-- grain: run_id, container_id
with

seen as (

    select
        run_id,
        container_id,
        min(pod_uid) as pod_uid
    from timeline._kubelet_steps
    where step = 'container_started' and container_id is not null
    group by run_id, container_id

)

select
    steps.run_id,
    steps.container_id,
    min(steps.sandbox_id) as sandbox_id,
    coalesce(min(attempts.pod_uid), min(seen.pod_uid)) as pod_uid
from timeline._runtime_steps as steps
left join timeline.sandbox_attempts as attempts
    on steps.run_id = attempts.run_id and steps.sandbox_id = attempts.sandbox_id
left join seen
    on steps.run_id = seen.run_id and steps.container_id = seen.container_id
where
    steps.step in ('container_created', 'container_started')
    and steps.container_id is not null
    and coalesce(attempts.pod_uid, seen.pod_uid) is not null
group by steps.run_id, steps.container_id
