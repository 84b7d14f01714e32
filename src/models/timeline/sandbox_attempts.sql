-- Sandbox attempts: one row per RunPodSandbox request of a pod.
--
-- The runtime logs a start without the sandbox id, and `Attempt` does not rise when only the network set-up failed, so
-- an end belongs to the last request of the same pod before it. A refused name (`is reserved for`) comes at once
-- while the attempt that holds the name still runs: such an end takes the request just before it, and the others are
-- paired among what is left. A request the runtime never answered (it was killed, or the line was lost) takes the
-- kubelet's failure, and no answer that comes after it. An answer whose request is not in the log (it was cut, or a line
-- was lost) is an attempt with started_at null, and so are the kubelet's failures on a node without runtime log, and of
-- sandboxes that the runtime's log does not name.
--
-- grain: run_id, pod_uid, try
-- columns:
--   run_id        Run, as in raw.runs.
--   pod_uid       Pod.
--   node_name     Node it was tried on.
--   attempt       `Attempt` of the sandbox metadata; null when only the kubelet's log is there.
--   try           1 for the pod's first request, and so on, by time.
--   sandbox_id    Sandbox, 64 hex digits; null when the request failed before it had one, or no end was logged.
--   started_at    When the runtime got the request, UTC; null when the runtime's log does not hold it.
--   ended_at      When the runtime answered; null when the log holds no answer.
--   outcome       created, failed, or open (no answer in the log).
--   error         Error of a failed attempt, as logged; else null.
--   reserved_for  Sandbox that held the name, when the name was refused; else null.
--   file_id       File of the request (of the failure when there is no request), as in raw.sources.
--   line          Its line.
--   end_file_id   File of the answer; null when there is none.
--   end_line      Its line; null when there is none.
with

-- An asof join takes any of several equal instants and does not match null keys: hence `position` and `node_key`.
steps as (

    select
        *,
        coalesce(node_name, '') as node_key,
        row_number() over (partition by run_id order by ts, file_id, line) as position
    from timeline._runtime_steps
    where step in ('sandbox_requested', 'sandbox_created', 'sandbox_failed') and pod_uid is not null

),

requests as (

    select
        *,
        row_number() over (partition by run_id, node_key, pod_uid order by position) as request_number
    from steps
    where step = 'sandbox_requested'

),

ends as (

    select *
    from steps
    where step in ('sandbox_created', 'sandbox_failed')

),

refused as (

    select
        ends.*,
        requests.request_number
    from ends
    asof left join requests
        on
            ends.run_id = requests.run_id
            and ends.node_key = requests.node_key
            and ends.pod_uid = requests.pod_uid
            and ends.position >= requests.position
    where ends.reserved_for is not null

),

holding_requests as (

    select requests.*
    from requests
    anti join refused
        on
            requests.run_id = refused.run_id
            and requests.node_key = refused.node_key
            and requests.pod_uid = refused.pod_uid
            and requests.request_number = refused.request_number

),

answered as (

    select
        ends.*,
        holding_requests.request_number
    from ends
    asof left join holding_requests
        on
            ends.run_id = holding_requests.run_id
            and ends.node_key = holding_requests.node_key
            and ends.pod_uid = holding_requests.pod_uid
            and ends.position >= holding_requests.position
    where ends.reserved_for is null

),

-- What the kubelet was told of sandboxes of which the runtime's log has no answer: the answer is lost.
unanswered_failures as (

    select
        failures.run_id,
        failures.pod_uid,
        failures.node_name,
        coalesce(failures.node_name, '') as node_key,
        failures.sandbox_id,
        failures.ts,
        failures.error,
        failures.file_id,
        failures.line
    from timeline._kubelet_steps as failures
    anti join ends
        on failures.run_id = ends.run_id and failures.pod_uid = ends.pod_uid and failures.sandbox_id = ends.sandbox_id
    where failures.step = 'sandbox_failed' and not contains(coalesce(failures.error, ''), 'is reserved for')

),

-- A request whose own answer is lost takes none that comes after it.
closed_requests as (

    select
        requests.run_id,
        requests.node_key,
        requests.pod_uid,
        requests.request_number,
        min(failures.ts) as closed_at
    from unanswered_failures as failures
    asof inner join requests
        on
            failures.run_id = requests.run_id
            and failures.node_key = requests.node_key
            and failures.pod_uid = requests.pod_uid
            and failures.ts >= requests.ts
    where failures.sandbox_id is not null
    group by all

),

-- The first answer after a request is its own.
answers as (

    select
        ends.*,
        ends.request_number is not null
        and coalesce(ends.ts <= closed_requests.closed_at, true)
        and row_number() over (
            partition by ends.run_id, ends.node_key, ends.pod_uid, ends.request_number
            order by ends.position
        ) = 1 as has_request
    from (
        select * from refused
        union all by name
        select * from answered
    ) as ends
    left join closed_requests
        on
            ends.run_id = closed_requests.run_id
            and ends.node_key = closed_requests.node_key
            and ends.pod_uid = closed_requests.pod_uid
            and ends.request_number = closed_requests.request_number

),

from_runtime as (

    select
        requests.run_id,
        requests.pod_uid,
        requests.node_name,
        requests.attempt,
        answers.sandbox_id,
        requests.ts as started_at,
        answers.ts as ended_at,
        case answers.step
            when 'sandbox_created' then 'created'
            when 'sandbox_failed' then 'failed'
            else 'open'
        end as outcome,
        answers.error,
        answers.reserved_for,
        requests.file_id,
        requests.line,
        answers.file_id as end_file_id,
        answers.line as end_line
    from requests
    left join answers
        on
            requests.run_id = answers.run_id
            and requests.node_key = answers.node_key
            and requests.pod_uid = answers.pod_uid
            and requests.request_number = answers.request_number
            and answers.has_request

    union all by name

    select
        run_id,
        pod_uid,
        node_name,
        attempt,
        sandbox_id,
        null::timestamp_ns as started_at,
        ts as ended_at,
        case step when 'sandbox_created' then 'created' else 'failed' end as outcome,
        error,
        reserved_for,
        file_id,
        line,
        file_id as end_file_id,
        line as end_line
    from answers
    where not has_request

),

lost_answers as (

    select
        open_attempts.run_id,
        open_attempts.pod_uid,
        open_attempts.file_id,
        open_attempts.line,
        failures.sandbox_id,
        failures.ts as ended_at,
        failures.error,
        failures.file_id as end_file_id,
        failures.line as end_line
    from (
        select
            *,
            lead(started_at) over (
                partition by run_id, node_name, pod_uid
                order by started_at, file_id, line
            ) as next_started_at
        from from_runtime
        where reserved_for is null and started_at is not null
    ) as open_attempts
    inner join unanswered_failures as failures
        on
            open_attempts.run_id = failures.run_id
            and open_attempts.pod_uid = failures.pod_uid
            and open_attempts.node_name is not distinct from failures.node_name
            and failures.ts >= open_attempts.started_at
            and failures.ts < coalesce(open_attempts.next_started_at, 'infinity'::timestamp_ns)
    where open_attempts.outcome = 'open'
    qualify row_number() over (
        partition by open_attempts.run_id, open_attempts.file_id, open_attempts.line
        order by (failures.ts, failures.file_id, failures.line)
    ) = 1

),

completed as (

    select
        from_runtime.* replace (
            coalesce(from_runtime.sandbox_id, lost_answers.sandbox_id) as sandbox_id,
            coalesce(from_runtime.ended_at, lost_answers.ended_at) as ended_at,
            case when lost_answers.ended_at is not null then 'failed' else from_runtime.outcome end as outcome,
            coalesce(from_runtime.error, lost_answers.error) as error,
            coalesce(from_runtime.end_file_id, lost_answers.end_file_id) as end_file_id,
            coalesce(from_runtime.end_line, lost_answers.end_line) as end_line
        )
    from from_runtime
    left join lost_answers
        on
            from_runtime.run_id = lost_answers.run_id
            and from_runtime.file_id = lost_answers.file_id
            and from_runtime.line = lost_answers.line
            and from_runtime.pod_uid = lost_answers.pod_uid

),

from_kubelet as (

    select
        run_id,
        pod_uid,
        node_name,
        null::integer as attempt,
        sandbox_id,
        null::timestamp_ns as started_at,
        ts as ended_at,
        'failed' as outcome,
        error,
        null::varchar as reserved_for,
        file_id,
        line,
        file_id as end_file_id,
        line as end_line
    from timeline._kubelet_steps as failures
    anti join completed
        on
            failures.run_id = completed.run_id
            and failures.pod_uid = completed.pod_uid
            and failures.sandbox_id = completed.sandbox_id
    where
        step = 'sandbox_failed'
        and (
            (sandbox_id is not null and not contains(coalesce(error, ''), 'is reserved for'))
            or (run_id, coalesce(node_name, '')) not in (
                select
                    run_id,
                    node_key
                from requests
            )
        )

)

select
    run_id,
    pod_uid,
    node_name,
    attempt,
    row_number() over (
        partition by run_id, pod_uid
        order by coalesce(started_at, ended_at), file_id, line
    ) as try,
    sandbox_id,
    started_at,
    ended_at,
    outcome,
    error,
    reserved_for,
    file_id,
    line,
    end_file_id,
    end_line
from (
    select * from completed
    union all by name
    select * from from_kubelet
)
