-- Pod stories: everything known of a pod in order, one row per milestone, sandbox attempt, CNI or IPAM span, and failure.
--
-- grain: run_id, pod_uid, ordinal
-- columns:
--   run_id       Run, as in raw.runs.
--   pod_uid      Pod.
--   ordinal      Place in the story, 1-based: by begin, then milestones, attempts, spans, failures.
--   entry        milestone, attempt, cni, ipam_wait, ipam or failure.
--   name         Milestone, program, or class of the failure; `attempt <n>` for an attempt.
--   started_at   Begin, UTC; null when unknown.
--   ended_at     End, UTC; null for an instant, and when none was logged.
--   earliest_ts  Lower end of the interval of a milestone, UTC; else null.
--   latest_ts    Upper end of it, UTC; else null.
--   outcome      Outcome of an attempt or IPAM span, role of a failure; null for what has none.
--   detail       Error, address, source of the milestone or cause; null when there is none.
--   try          Attempt it belongs to; null when it belongs to none.
--   failure_id   Failure, as in finding.failures; null for the other entries.
--   path         File of the evidence inside the capture; null when there is none.
--   line         Its line; null likewise.
with

attempts as (

    select
        attempts.*,
        failures.failure_id
    from timeline.sandbox_attempts as attempts
    left join finding.failures
        on
            attempts.run_id = failures.run_id
            and attempts.pod_uid = failures.pod_uid
            and attempts.try = failures.try
            and failures.kind = 'attempt'

),

entries as (

    select
        run_id,
        pod_uid,
        1 as place,
        'milestone' as entry,
        milestone as name,
        ts as started_at,
        null::timestamp_ns as ended_at,
        earliest_ts,
        latest_ts,
        null::varchar as outcome,
        source as detail,
        null::bigint as try,
        null::varchar as failure_id,
        file_id,
        line
    from timeline.milestones

    union all

    select
        run_id,
        pod_uid,
        2,
        'attempt',
        'attempt ' || try,
        started_at,
        ended_at,
        null,
        null,
        outcome,
        sandbox_id,
        try,
        null,
        file_id,
        line
    from attempts

    union all

    select
        operations.run_id,
        coalesce(operations.pod_uid, attempts.pod_uid),
        3,
        'cni',
        operations.component || ' ' || operations.command,
        coalesce(operations.started_at, operations.ended_at),
        operations.ended_at,
        null,
        null,
        null,
        operations.sandbox_id,
        attempts.try,
        null,
        operations.file_id,
        operations.line
    from timeline.cni_operations as operations
    left join (
        select
            run_id,
            sandbox_id,
            min(pod_uid) as pod_uid,
            min(try) as try
        from timeline.sandbox_attempts
        where sandbox_id is not null and reserved_for is null
        group by run_id, sandbox_id
    ) as attempts
        on operations.run_id = attempts.run_id and operations.sandbox_id = attempts.sandbox_id

    union all

    select
        run_id,
        pod_uid,
        4,
        'ipam_wait',
        component || ' ' || command,
        wait_started_at,
        acquired_at,
        null,
        null,
        if(acquired_at is null, 'open', 'acquired'),
        null,
        null,
        null,
        file_id,
        line
    from timeline.ipam_operations
    where wait_started_at is not null

    union all

    select
        run_id,
        pod_uid,
        5,
        'ipam',
        component || ' ' || command,
        started_at,
        ended_at,
        null,
        null,
        outcome,
        ip,
        null,
        null,
        file_id,
        line
    from timeline.ipam_operations
    where started_at is not null

    union all

    select
        run_id,
        pod_uid,
        6,
        'failure',
        class,
        if(kind = 'wait', started_at, first_at),
        case
            when kind = 'wait' then first_at
            when last_at > first_at then last_at
        end,
        null,
        null,
        role,
        message,
        try,
        failure_id,
        file_id,
        line
    from finding.failures
    where pod_uid is not null

)

select
    entries.run_id,
    entries.pod_uid,
    row_number() over (
        partition by entries.run_id, entries.pod_uid
        order by
            coalesce(entries.started_at, entries.ended_at),
            entries.place,
            entries.name,
            entries.file_id,
            entries.line,
            entries.detail
    ) as ordinal,
    entries.entry,
    entries.name,
    entries.started_at,
    entries.ended_at,
    entries.earliest_ts,
    entries.latest_ts,
    entries.outcome,
    entries.detail,
    entries.try,
    entries.failure_id,
    sources.path,
    entries.line
from entries
left join raw.sources as sources
    on entries.run_id = sources.run_id and entries.file_id = sources.file_id
where entries.pod_uid is not null
