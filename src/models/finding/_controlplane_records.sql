-- Records of the control plane that report an error or a regained lease, each once.
--
-- Read from raw: such a log can be longer than all others together, and only a small part of it matters here. The one
-- scan serves both purposes.
--
-- grain: run_id, file_id, line
select
    run_id,
    file_id,
    line,
    ts,
    component,
    node_name,
    namespace,
    pod_name,
    pod_uid,
    sandbox_id,
    message,
    error,
    severity in ('error', 'fatal') or (coalesce(severity, 'warning') = 'warning' and error is not null) as is_error
from raw.controlplane_logs
where
    severity in ('error', 'fatal')
    or (coalesce(severity, 'warning') = 'warning' and error is not null)
    or starts_with(message, 'successfully acquired lease')
qualify ts is null or row_number() over (
    partition by hash(run_id, component, node_name, ts, message, error)
    order by file_id, line
) = 1
