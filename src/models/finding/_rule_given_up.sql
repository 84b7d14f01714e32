-- Rule: a request that the kubelet gave up (DeadlineExceeded) is a symptom of the attempt it was waiting for.
--
-- The attempt goes on in the runtime and ends with an error of its own, or with none: then its open span is the cause.
--
-- grain: run_id, failure_id
select
    requests.run_id,
    requests.failure_id,
    coalesce(failed.failure_id, waits.failure_id) as cause_failure_id
from finding._failure_candidates as requests
left join finding._failure_candidates as failed
    on
        requests.run_id = failed.run_id
        and requests.pod_uid = failed.pod_uid
        and requests.try = failed.try
        and failed.kind = 'attempt'
left join finding._failure_candidates as waits
    on
        requests.run_id = waits.run_id
        and requests.pod_uid = waits.pod_uid
        and requests.try = waits.try
        and waits.kind = 'wait'
where requests.kind = 'request' and coalesce(failed.failure_id, waits.failure_id) is not null
