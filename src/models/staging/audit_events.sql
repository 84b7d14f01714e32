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
with

repeated as (

    select
        run_id,
        audit_id
    from raw.audit_events
    where stage in ('ResponseComplete', 'Panic')
    group by run_id, audit_id
    having count(*) > 1

),

copies as (

    select
        requests.run_id,
        requests.file_id,
        requests.line
    from raw.audit_events as requests
    semi join repeated
        on requests.run_id = repeated.run_id and requests.audit_id = repeated.audit_id
    where requests.stage in ('ResponseComplete', 'Panic')
    qualify row_number() over (
        partition by requests.run_id, requests.audit_id
        order by requests.file_id, requests.line
    ) > 1

)

select
    requests.run_id,
    requests.file_id,
    requests.line,
    requests.ts,
    requests.received_at,
    requests.audit_id,
    requests.stage,
    requests.verb,
    requests.resource,
    requests.subresource,
    requests.api_group,
    requests.namespace,
    requests.name,
    requests.uid,
    requests.username,
    requests.user_agent,
    requests.response_code,
    requests.reason,
    requests.object
from raw.audit_events as requests
anti join copies
    on requests.run_id = copies.run_id and requests.file_id = copies.file_id and requests.line = copies.line
where requests.stage in ('ResponseComplete', 'Panic') and requests.audit_id is not null
