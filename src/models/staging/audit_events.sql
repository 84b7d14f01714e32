-- Completed API requests, each once.
--
-- Only stage ResponseComplete (the write is stored) and Panic; a rotated audit log may repeat a line: one per auditID.
--
-- grain: run_id, audit_id
-- columns:
--   run_id         Run, as in raw.runs.
--   file_id        Source file within the run, as in raw.sources.
--   line           Line in the decompressed file, 1-based; a record of several lines has its first.
--   ts             stageTimestamp, µs: when the stage was reached (ResponseComplete: the write is stored).
--   received_at    requestReceivedTimestamp, µs.
--   audit_id       auditID.
--   stage          Stage, e.g. ResponseComplete.
--   verb           Verb, e.g. create, patch, delete.
--   resource       objectRef.resource; null for non-resource requests.
--   subresource    objectRef.subresource, e.g. status, binding; null when none.
--   api_group      objectRef.apiGroup; null for the core group.
--   namespace      objectRef.namespace; null when none.
--   name           objectRef.name, else the name in the response or request body; null when none is given.
--   uid            objectRef.uid, else the uid in the body; null when none is given.
--   username       user.username.
--   user_agent     userAgent.
--   response_code  responseStatus.code; null while the request runs.
--   reason         responseStatus.reason, e.g. Conflict; null when none.
--   object         responseObject, else requestObject, where the audit level includes one; else null.
select
    run_id,
    file_id,
    line,
    ts,
    received_at,
    audit_id,
    stage,
    verb,
    resource,
    subresource,
    api_group,
    namespace,
    name,
    uid,
    username,
    user_agent,
    response_code,
    reason,
    object
from raw.audit_events
where stage in ('ResponseComplete', 'Panic') and audit_id is not null
qualify row_number() over (
    partition by run_id, audit_id
    order by file_id, line
) = 1
