-- What limits the report: findings of data loss, most weighty first.
--
-- grain: run_id, check_id, subject
-- columns:
--   run_id      Run, as in raw.runs.
--   check_id    What it is, as in finding.data_losses.
--   severity    info or warning.
--   subject     File, milestone or source it is about; null for the run as a whole.
--   count       How many records, lines, files or pods are concerned.
--   value       A measure that goes with it: status_delay and milestone_conflict s, clock checks ms; null when it has none.
--   first_path  File of the first case, inside the capture; null when not tied to a file.
--   first_line  Its line; null when not tied to a line.
select
    run_id,
    check_id,
    severity,
    nullif(subject, '') as subject,
    count,
    value,
    first_path,
    first_line
from finding.data_losses
order by run_id, severity desc, check_id, subject
