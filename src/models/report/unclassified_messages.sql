-- Error messages that no signature knows: the 20 most frequent templates per run.
--
-- grain: run_id, ordinal
-- columns:
--   run_id         Run, as in raw.runs.
--   ordinal        1 for the most frequent.
--   component      Program that wrote it; for an event its reporter; null when the capture does not tell.
--   template       Message with ids, names, addresses, times and numbers masked.
--   message_count  How often.
--   share_ratio    Share of all error messages of the run, 0 to 1.
--   message        One of them.
--   path           Its file inside the capture.
--   line           Its line.
select
    run_id,
    row_number() over (
        partition by run_id
        order by message_count desc, component, template
    ) as ordinal,
    component,
    template,
    message_count,
    share_ratio,
    message,
    path,
    line
from finding.unclassified_messages
qualify ordinal <= 20
order by run_id, ordinal
