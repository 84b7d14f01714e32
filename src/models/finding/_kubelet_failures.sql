-- The kubelet's report of each failed sandbox, with the attempt that it was about.
--
-- It is about the last request before it. When the runtime had not answered by then, the kubelet gave up waiting: the
-- attempt went on and its own end comes later, or never (`gave_up`).
--
-- grain: run_id, file_id, line
select
    steps.run_id,
    steps.file_id,
    steps.line,
    steps.ts,
    steps.pod_uid,
    steps.node_name,
    steps.error,
    attempts.try,
    attempts.sandbox_id,
    attempts.try is null
    or attempts.ended_at is null
    -- both processes read the same clock, but the answer is logged before it is sent
    or attempts.ended_at > add_ns(steps.ts, 50000000) as gave_up
from timeline._kubelet_steps as steps
asof left join (
    select
        *,
        coalesce(started_at, ended_at) as begun_at
    from timeline.sandbox_attempts
) as attempts
    on
        steps.run_id = attempts.run_id
        and steps.pod_uid = attempts.pod_uid
        and steps.node_name is not distinct from attempts.node_name
        and steps.ts >= attempts.begun_at
where steps.step = 'sandbox_failed'
