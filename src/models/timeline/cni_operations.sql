-- CNI operations: one row per sandbox, command and program that took part, as its log tells.
--
-- A program that logs only the end of its work (Multus) has started_at null; one that logs nothing has no row. The
-- whole ADD as the runtime saw it is the sandbox attempt around it.
--
-- grain: run_id, node_name, sandbox_id, command, component
-- columns:
--   run_id                  Run, as in raw.runs.
--   node_name               Node.
--   sandbox_id              Sandbox, 64 hex digits.
--   command                 ADD or DEL.
--   component               Program, e.g. multus, calico-cni, spiderpool.
--   pod_uid                 Pod; null when no source tells whose sandbox it is.
--   started_at              First record of the work, UTC; null when the program does not log its start.
--   ended_at                Last record of it; null when the program did not log an end.
--   started_resolution_ns   Resolution of started_at, ns; null when it is.
--   ended_resolution_ns     Resolution of ended_at, ns; null when it is.
--   file_id                 File of the first record, as in raw.sources.
--   line                    Its line.
select
    run_id,
    node_name,
    sandbox_id,
    command,
    component,
    min(pod_uid) as pod_uid,
    min(ts) filter (where step = 'cni_started') as started_at,
    max(ts) filter (where step = 'cni_finished') as ended_at,
    min(ts_resolution_ns) filter (where step = 'cni_started') as started_resolution_ns,
    min(ts_resolution_ns) filter (where step = 'cni_finished') as ended_resolution_ns,
    arg_min(file_id, (ts, file_id, line)) as file_id,
    arg_min(line, (ts, file_id, line)) as line
from timeline._cni_steps
where step in ('cni_started', 'cni_finished') and sandbox_id is not null and command is not null
group by run_id, node_name, sandbox_id, command, component
