-- Evidence of failures: one row per record that shows a failure.
--
-- The kubelet logs a failed sandbox four times within milliseconds; the lines without the pod are found by their error
-- text and time. Events count once per event object, however often it was repeated. Plugin lines
-- count when they name the sandbox.
--
-- grain: run_id, failure_id, source, file_id, line
-- columns:
--   run_id      Run, as in raw.runs.
--   failure_id  Failure, as in finding.failures.
--   source      kubelet_log, runtime_log, cni_log, controlplane_log, event, audit or ipam_object.
--   file_id     File of the record, as in raw.sources.
--   line        Its line.
--   ts          Its instant, UTC; null for a record without one.
with

own as (

    select
        run_id,
        failure_id,
        source,
        file_id,
        line,
        case when kind = 'incident' then started_at else first_at end as ts
    from finding._failure_candidates
    where file_id is not null and source is not null

),

kubelet_failures as (

    select
        failures.run_id,
        coalesce(requests.failure_id, 'attempt/' || failures.pod_uid || '/' || failures.try) as failure_id,
        failures.node_name,
        failures.file_id,
        failures.line,
        failures.ts,
        failures.error,
        failures.pod_uid
    from finding._kubelet_failures as failures
    left join finding._failure_candidates as requests
        on
            failures.run_id = requests.run_id
            and failures.file_id = requests.file_id
            and failures.line = requests.line
            and requests.kind = 'request'
    where not failures.gave_up or requests.failure_id is not null

),

kubelet_copies as (

    select
        logs.run_id,
        logs.node_name,
        logs.file_id,
        logs.line,
        add_ns(logs.ts, -coalesce(clocks.correction_ns, 0)) as ts,
        logs.message,
        logs.error,
        logs.pod_uid,
        logs.namespace,
        logs.pod_name
    from staging.kubelet_logs as logs
    left join timeline._clock_bounds as clocks
        on logs.run_id = clocks.run_id and logs.node_name = clocks.node_name
    where
        logs.ts is not null
        and logs.message in (
            'RunPodSandbox from runtime service failed', 'CreatePodSandbox for pod failed', 'Error syncing pod, skipping'
        )

),

before_it as (

    select
        failures.run_id,
        failures.failure_id,
        copies.file_id,
        copies.line,
        copies.ts
    from kubelet_failures as failures
    asof inner join (
        select * from kubelet_copies
        where message = 'RunPodSandbox from runtime service failed'
    ) as copies
        on
            failures.run_id = copies.run_id
            and failures.node_name is not distinct from copies.node_name
            and failures.error = copies.error
            and failures.ts >= copies.ts
    where ns_between(copies.ts, failures.ts) < 1000000000
    -- of failures with the same words each line belongs to one
    qualify row_number() over (
        partition by copies.run_id, copies.file_id, copies.line
        order by (failures.ts, failures.failure_id)
    ) = 1

),

named_copies as (

    select
        copies.run_id,
        copies.file_id,
        copies.line,
        copies.ts,
        copies.message,
        coalesce(copies.pod_uid, names.pod_uid) as pod_uid
    from kubelet_copies as copies
    left join timeline._pod_names as names
        on
            copies.run_id = names.run_id
            and copies.namespace = names.namespace
            and copies.pod_name = names.pod_name
            and copies.ts between names.valid_from and names.valid_until
    where
        copies.message = 'CreatePodSandbox for pod failed'
        or starts_with(coalesce(copies.error, ''), 'failed to "CreatePodSandbox"')

),

after_it as (

    select
        copies.run_id,
        arg_max(failures.failure_id, (failures.ts, failures.failure_id)) as failure_id,
        copies.file_id,
        copies.line,
        copies.ts
    from named_copies as copies
    inner join kubelet_failures as failures
        on copies.run_id = failures.run_id and copies.pod_uid = failures.pod_uid and copies.ts >= failures.ts
    where ns_between(failures.ts, copies.ts) < 1000000000
    group by copies.run_id, copies.file_id, copies.line, copies.ts

),

events as (

    select
        records.run_id,
        arg_max(failures.failure_id, (failures.ts, failures.failure_id)) as failure_id,
        records.file_id,
        records.line,
        records.ts
    from finding._error_records as records
    inner join kubelet_failures as failures
        on
            records.run_id = failures.run_id
            and records.pod_uid = failures.pod_uid
            -- an event is recorded just after the line, and stamps may be whole seconds
            and add_ns(records.ts, 999999999) >= failures.ts
    where records.source = 'event' and records.subject = 'FailedCreatePodSandBox'
    group by records.run_id, records.file_id, records.line, records.item, records.ts

),

plugin_lines as (

    select
        records.run_id,
        failures.failure_id,
        records.file_id,
        records.line,
        records.ts
    from finding._error_records as records
    inner join finding._message_classes as classes
        on records.key = classes.key
    inner join (
        select
            run_id,
            sandbox_id,
            min(failure_id) as failure_id
        from finding._failure_candidates
        where kind = 'attempt' and sandbox_id is not null
        group by run_id, sandbox_id
    ) as failures
        on records.run_id = failures.run_id and records.sandbox_id = failures.sandbox_id
    where records.source = 'cni_log' and classes.role in ('root', 'symptom')

),

steps as (

    select
        run_id,
        'step/' || pod_uid || '/' || coalesce(class, 'unclassified/' || step) as failure_id,
        source,
        file_id,
        line,
        ts
    from finding._step_reports

),

pieces as (

    select * from own
    union all
    select run_id, failure_id, 'kubelet_log', file_id, line, ts from kubelet_failures
    union all
    select run_id, failure_id, 'kubelet_log', file_id, line, ts from before_it
    union all
    select run_id, failure_id, 'kubelet_log', file_id, line, ts from after_it
    union all
    select run_id, failure_id, 'event', file_id, line, ts from events
    union all
    select run_id, failure_id, 'cni_log', file_id, line, ts from plugin_lines
    union all
    select * from steps

)

select
    run_id,
    failure_id,
    source,
    file_id,
    line,
    min(ts) as ts
from pieces
group by run_id, failure_id, source, file_id, line
