-- Error messages that no signature knows, one row per template and program.
--
-- A template is the message with ids, names, addresses, times and numbers masked. Messages known to be harmless are
-- neither here nor in the shares.
--
-- grain: run_id, component, template
-- columns:
--   run_id         Run, as in raw.runs.
--   component      Program that wrote it; for an event its reporter; null when the capture does not tell.
--   template       Masked message, at most 500 characters.
--   message_count  How often, events by their counts.
--   share_ratio    Share of all error messages of the run, 0 to 1.
--   pod_count      Pods named in them; 0 when they name none.
--   first_at       First time, UTC; null when no stamp is known.
--   last_at        Last time, UTC; null likewise.
--   message        One of them, at most 2000 characters.
--   file_id        Its file, as in raw.sources.
--   line           Its line.
--   path           Its path inside the capture.
with

-- Read twice rather than kept: the number of all needs no text.
judged as not materialized (

    select
        records.run_id,
        records.component,
        records.key,
        records.text,
        records.occurrence_count,
        records.pod_uid,
        records.ts,
        records.source,
        records.file_id,
        records.line,
        records.item,
        classes.class
    from finding._error_records as records
    inner join finding._message_classes as classes
        on records.key = classes.key
    where not classes.is_noise

),

totals as (

    select
        run_id,
        sum(occurrence_count) as total_count
    from judged
    group by run_id

),

unknown as materialized (

    select *
    from judged
    where class is null

),

templates as materialized (

    select
        key,
        left(mask_message(min(left(text, 2000))), 500) as template
    from unknown
    group by key

)

select
    unknown.run_id,
    unknown.component,
    templates.template,
    sum(unknown.occurrence_count)::bigint as message_count,
    sum(unknown.occurrence_count) / min(totals.total_count) as share_ratio,
    count(distinct unknown.pod_uid) as pod_count,
    min(unknown.ts) as first_at,
    max(unknown.ts) as last_at,
    arg_min(left(unknown.text, 2000), (unknown.source, unknown.file_id, unknown.line, unknown.item)) as message,
    arg_min(unknown.file_id, (unknown.source, unknown.file_id, unknown.line, unknown.item)) as file_id,
    arg_min(unknown.line, (unknown.source, unknown.file_id, unknown.line, unknown.item)) as line,
    arg_min(sources.path, (unknown.source, unknown.file_id, unknown.line, unknown.item)) as path
from unknown
inner join templates
    on unknown.key = templates.key
inner join totals
    on unknown.run_id = totals.run_id
inner join raw.sources as sources
    on unknown.run_id = sources.run_id and unknown.file_id = sources.file_id
group by unknown.run_id, unknown.component, templates.template
