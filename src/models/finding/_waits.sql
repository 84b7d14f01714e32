-- What the IPAM was doing for an attempt that did not end by an error of its own: the open span.
--
-- Of interest are attempts that were cut off (deadline, killed, time-out of a request), attempts without an answer, and
-- attempts that a later one collided with. The state is read at the instant the kubelet first gave up, else at the
-- attempt's end, else at the end of observation. When most of the time until then went into waiting for the serial resource
-- (lease, host-wide lock, queue), that wait is the cause, else the allocation itself; a wait whose end is in no record was
-- over when the address was chosen, and what follows an allocation that ended without an address (the DEL, which waits
-- as well) is none of its time. No row: no log tells. A time-out of a request to the API server counts here when the
-- plugin's own limit had been used up by such a wait.
--
-- grain: run_id, pod_uid, try
with

holders as (

    select
        refused.run_id,
        refused.pod_uid,
        holder.try,
        min(refused.reserved_for) as sandbox_id
    from timeline.sandbox_attempts as refused
    asof inner join (
        select * from timeline.sandbox_attempts
        where reserved_for is null
    ) as holder
        on
            refused.run_id = holder.run_id
            and refused.pod_uid = holder.pod_uid
            and refused.try > holder.try
    where refused.reserved_for is not null
    group by refused.run_id, refused.pod_uid, holder.try

),

given_up as (

    select
        run_id,
        pod_uid,
        try,
        min(failed_at) as ts
    from finding._sandbox_failures
    where kind = 'request' and try is not null
    group by run_id, pod_uid, try

),

subjects as (

    select
        attempts.run_id,
        attempts.pod_uid,
        attempts.node_name,
        attempts.try,
        coalesce(attempts.sandbox_id, holders.sandbox_id) as sandbox_id,
        attempts.started_at,
        coalesce(given_up.ts, attempts.ended_at, bounds.observed_until_at) as seen_at,
        coalesce(failures.class, '') as class
    from timeline.sandbox_attempts as attempts
    inner join timeline._run_bounds as bounds
        on attempts.run_id = bounds.run_id
    left join holders
        on
            attempts.run_id = holders.run_id
            and attempts.pod_uid = holders.pod_uid
            and attempts.try = holders.try
    left join given_up
        on
            attempts.run_id = given_up.run_id
            and attempts.pod_uid = given_up.pod_uid
            and attempts.try = given_up.try
    left join finding._sandbox_failures as failures
        on
            attempts.run_id = failures.run_id
            and attempts.pod_uid = failures.pod_uid
            and attempts.try = failures.try
            and failures.kind = 'attempt'
    where
        attempts.reserved_for is null
        and attempts.started_at is not null
        and (
            attempts.outcome = 'open'
            or (
                attempts.outcome = 'failed'
                and (coalesce(failures.role, 'symptom') = 'symptom' or failures.class = 'apiserver_timeout')
            )
            or (attempts.outcome = 'created' and (given_up.ts is not null or holders.sandbox_id is not null))
        )

),

serial as (

    select distinct
        run_id,
        component
    from timeline.ipam_operations
    where command = 'ADD' and acquired_at is not null

),

-- the requests that can be an attempt's: of its sandbox, or of its pod where the IPAM or the attempt knows no sandbox
own_operations as (

    select
        subjects.*,
        operations.operation_id
    from subjects
    inner join timeline.ipam_operations as operations
        on subjects.run_id = operations.run_id and subjects.sandbox_id = operations.sandbox_id

    union

    select
        subjects.*,
        operations.operation_id
    from subjects
    inner join timeline.ipam_operations as operations
        on subjects.run_id = operations.run_id and subjects.pod_uid = operations.pod_uid
    where
        operations.sandbox_id is null
        -- whole seconds in the plugin's log
        or (subjects.sandbox_id is null and operations.started_at >= add_ns(subjects.started_at, -1000000000))

),

matched as (

    select
        subjects.run_id,
        subjects.pod_uid,
        subjects.node_name,
        subjects.try,
        coalesce(subjects.sandbox_id, operations.sandbox_id) as sandbox_id,
        subjects.seen_at,
        subjects.class as error_class,
        operations.component,
        coalesce(operations.wait_started_at, operations.started_at) as asked_at,
        operations.acquired_at,
        operations.allocated_at,
        case
            -- least() ignores nulls, which is meant here
            when operations.allocated_at is null then least(operations.ended_at, subjects.seen_at)
            else subjects.seen_at
        end as until_at,
        operations.file_id,
        operations.line,
        operations.outcome = 'failed' and operations.sandbox_id is null as has_failed,
        serial.component is not null as is_serial,
        resources.kind
    from own_operations as subjects
    inner join timeline.ipam_operations as operations
        on subjects.run_id = operations.run_id and subjects.operation_id = operations.operation_id
    left join serial
        on operations.run_id = serial.run_id and operations.component = serial.component
    left join main.serial_resources as resources
        on operations.component = resources.component
    where
        operations.command = 'ADD'
        and operations.started_at <= subjects.seen_at
        and (
            operations.allocated_at is null
            -- still at work: the address is chosen, but not handed over
            or operations.ended_at > subjects.seen_at
            -- the plugin waited for the controller's work on the pod, which was done too late for this attempt
            or (
                operations.sandbox_id is null
                and subjects.class = 'ipam_wait_timeout'
                and operations.ended_at > subjects.started_at
            )
            -- an error of the request itself: an address was chosen, but not stored or not answered in time
            or (operations.sandbox_id is not null and subjects.class in (
                'apiserver_timeout', 'api_client_throttled', 'ipam_request_timeout'
            ))
        )
    qualify row_number() over (
        partition by subjects.run_id, subjects.pod_uid, subjects.try
        order by (-epoch_ns(operations.started_at), operations.operation_id)
    ) = 1

)

select
    run_id,
    'wait/' || pod_uid || '/' || try as failure_id,
    'wait' as kind,
    pod_uid,
    node_name,
    try,
    sandbox_id,
    component,
    asked_at as started_at,
    seen_at as failed_at,
    file_id,
    line,
    case
        when not waited then 'ipam_slow'
        when kind = 'lock' then 'ipam_lock_wait'
        else 'ipam_queue_wait'
    end as class
from (
    select
        *,
        is_serial
        and ns_between(asked_at, capped(coalesce(acquired_at, allocated_at, until_at), until_at)) * 2
        >= ns_between(asked_at, until_at)
            as waited
    from matched
)
-- a time-out of the API server is its own cause, unless the plugin's limit was used up by the wait for the lock; where a
-- controller's work on the pod failed, its error is the cause
where not has_failed and (waited or error_class <> 'apiserver_timeout')
