-- When a pod's containers had started: the last first-successful start among the containers of its sandboxes.
--
-- A container that failed to start is created again under another id and the same name; only the start that succeeded
-- counts, and a restart later does not move it. A start whose name is lost may be a restart: it counts when it is the pod's
-- only one.
--
-- grain: run_id, pod_uid
with

requests as (

    select
        run_id,
        container_id,
        max(ts) as requested_at
    from timeline._runtime_steps
    where step = 'container_start_requested'
    group by run_id, container_id

),

names as (

    select
        run_id,
        container_id,
        min(container_name) as container_name
    from timeline._runtime_steps
    where step = 'container_created'
    group by run_id, container_id

),

first_starts as (

    select
        steps.run_id,
        sandboxes.pod_uid,
        steps.container_id,
        requests.requested_at,
        steps.ts,
        steps.file_id,
        steps.line
    from timeline._runtime_steps as steps
    inner join timeline._container_sandboxes as sandboxes
        on steps.run_id = sandboxes.run_id and steps.container_id = sandboxes.container_id
    left join requests
        on steps.run_id = requests.run_id and steps.container_id = requests.container_id
    left join names
        on steps.run_id = names.run_id and steps.container_id = names.container_id
    where steps.step = 'container_started'
    qualify row_number() over (
        partition by steps.run_id, sandboxes.pod_uid, names.container_name
        order by (steps.ts, steps.file_id, steps.line)
    ) = 1
    and (names.container_name is not null or count(*) over (partition by steps.run_id, sandboxes.pod_uid) = 1)

)

select
    run_id,
    pod_uid,
    requested_at,
    ts,
    file_id,
    line
from first_starts
qualify row_number() over (
    partition by run_id, pod_uid
    order by (-epoch_ns(ts), file_id, line)
) = 1
