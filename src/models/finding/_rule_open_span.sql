-- Rule: an attempt that was cut off (deadline, killed, time-out) is a symptom of what the IPAM was doing for it then.
--
-- grain: run_id, failure_id
select
    attempts.run_id,
    attempts.failure_id,
    waits.failure_id as cause_failure_id
from finding._failure_candidates as attempts
inner join finding._failure_candidates as waits
    on
        attempts.run_id = waits.run_id
        and attempts.pod_uid = waits.pod_uid
        and attempts.try = waits.try
        and waits.kind = 'wait'
where
    attempts.kind = 'attempt'
    and attempts.reserved_for is null
