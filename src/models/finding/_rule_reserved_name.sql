-- Rule: a refused sandbox name is a symptom of the attempt that holds the name.
--
-- The refusal quotes the holder's sandbox id. The holder's own error often comes later than the refusal, and a holder
-- still running has no error at all: then the cause is what it waits for. A holder without an answer in the log has no sandbox id there: it is the
-- pod's last attempt before that was not refused itself.
--
-- grain: run_id, failure_id
with

holders as (

    select
        refused.run_id,
        refused.failure_id,
        coalesce(named.pod_uid, earlier.pod_uid) as pod_uid,
        coalesce(named.try, earlier.try) as try
    from finding._failure_candidates as refused
    left join (
        select
            run_id,
            sandbox_id,
            pod_uid,
            try
        from timeline.sandbox_attempts
        where sandbox_id is not null and reserved_for is null
        qualify row_number() over (partition by run_id, sandbox_id order by try) = 1
    ) as named
        on refused.run_id = named.run_id and refused.reserved_for = named.sandbox_id
    asof left join (
        select * from timeline.sandbox_attempts
        where reserved_for is null
    ) as earlier
        on refused.run_id = earlier.run_id and refused.pod_uid = earlier.pod_uid and refused.try > earlier.try
    where refused.reserved_for is not null

)

select
    holders.run_id,
    holders.failure_id,
    coalesce(failed.failure_id, waits.failure_id) as cause_failure_id
from holders
left join finding._failure_candidates as failed
    on
        holders.run_id = failed.run_id
        and holders.pod_uid = failed.pod_uid
        and holders.try = failed.try
        and failed.kind = 'attempt'
left join finding._failure_candidates as waits
    on
        holders.run_id = waits.run_id
        and holders.pod_uid = waits.pod_uid
        and holders.try = waits.try
        and waits.kind = 'wait'
where coalesce(failed.failure_id, waits.failure_id) is not null
