-- IPAM steps with their command: a step whose line does not tell takes it from a step of the same sandbox.
--
-- Whereabouts logs `Beginning IPAM` for both commands. It belongs to a DEL when the sandbox already existed or its
-- attempt had already ended; the steps that follow it within the process say ADD or DEL themselves.
--
-- grain: run_id, file_id, line
select
    steps.run_id,
    steps.node_name,
    steps.component,
    steps.file_id,
    steps.line,
    steps.ts,
    steps.ts_resolution_ns,
    steps.sandbox_id,
    steps.pod_uid,
    steps.step,
    steps.ip,
    coalesce(
        steps.command,
        case when steps.ts > attempts.ended_at
            then 'DEL'
        else 'ADD' end
    ) as command
from timeline._cni_steps as steps
left join (
    select
        run_id,
        sandbox_id,
        min(ended_at) as ended_at
    from timeline.sandbox_attempts
    where sandbox_id is not null
    group by run_id, sandbox_id
) as attempts
    on steps.run_id = attempts.run_id and steps.sandbox_id = attempts.sandbox_id
where
    (steps.step in ('ip_allocated', 'ip_conflict') or starts_with(steps.step, 'ipam_'))
    and coalesce(steps.sandbox_id, steps.pod_uid) is not null
