-- Failed steps of pods other than the sandbox: one row per pod and class of error, all its repetitions together.
--
-- Events repeat what a log tells: they count only where no log has that class for the pod.
--
-- grain: run_id, failure_id
with

reports as (

    select
        *,
        coalesce(class, 'unclassified/' || step) as subject_class,
        bool_or(source <> 'event') over (partition by run_id, pod_uid, coalesce(class, 'unclassified/' || step)) as is_logged
    from finding._step_reports

)

select
    run_id,
    'step/' || pod_uid || '/' || subject_class as failure_id,
    'step' as kind,
    pod_uid,
    min(node_name) as node_name,
    arg_min(step, (source = 'event', ts, file_id, line, item)) as step,
    min(ts) as started_at,
    min(ts) as failed_at,
    max(ts) as last_at,
    sum(case when source = 'event' and is_logged then 0 else occurrence_count end)::bigint as occurrence_count,
    arg_min(file_id, (source = 'event', ts, file_id, line, item)) as file_id,
    arg_min(line, (source = 'event', ts, file_id, line, item)) as line,
    arg_min(source, (source = 'event', ts, file_id, line, item)) as source,
    arg_min(text, (source = 'event', ts, file_id, line, item)) as text,
    arg_min(signature_id, (source = 'event', ts, file_id, line, item)) as signature_id,
    min(class) as class,
    arg_min(role, (source = 'event', ts, file_id, line, item)) as role
from reports
group by run_id, pod_uid, subject_class
