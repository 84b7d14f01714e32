-- Failed sandbox attempts, and requests that the kubelet gave up while the runtime still worked on them.
--
-- A request given up is a failure of its own beside the attempt: it is what started the retry that is then refused.
--
-- grain: run_id, failure_id
with

attempts as (

    select
        run_id,
        'attempt/' || pod_uid || '/' || try as failure_id,
        'attempt' as kind,
        pod_uid,
        node_name,
        try,
        sandbox_id,
        reserved_for,
        coalesce(started_at, ended_at) as started_at,
        ended_at as failed_at,
        end_file_id as file_id,
        end_line as line,
        error
    from timeline.sandbox_attempts
    where outcome = 'failed'

),

requests as (

    select
        failures.run_id,
        'request/' || failures.pod_uid || '/' || row_number() over (
            partition by failures.run_id, failures.pod_uid
            order by failures.ts, failures.file_id, failures.line
        ) as failure_id,
        'request' as kind,
        failures.pod_uid,
        failures.node_name,
        failures.try,
        failures.sandbox_id,
        null::varchar as reserved_for,
        coalesce(attempts.started_at, failures.ts) as started_at,
        failures.ts as failed_at,
        failures.file_id,
        failures.line,
        failures.error
    from finding._kubelet_failures as failures
    left join timeline.sandbox_attempts as attempts
        on
            failures.run_id = attempts.run_id
            and failures.pod_uid = attempts.pod_uid
            and failures.try = attempts.try
    where failures.gave_up

),

failures as (

    select * from attempts
    union all
    select * from requests

)

select
    failures.run_id,
    failures.failure_id,
    failures.kind,
    failures.pod_uid,
    failures.node_name,
    failures.try,
    failures.sandbox_id,
    failures.reserved_for,
    failures.started_at,
    failures.failed_at,
    failures.file_id,
    failures.line,
    failures.error as text,
    records.source,
    classes.signature_id,
    classes.class,
    classes.role
from failures
left join finding._error_records as records
    on
        failures.run_id = records.run_id
        and failures.file_id = records.file_id
        and failures.line = records.line
        and records.source in ('runtime_log', 'kubelet_log')
left join finding._message_classes as classes
    on records.key = classes.key
