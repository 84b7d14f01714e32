-- Rule: an exhausted pool is a symptom when addresses of it belong to no pod: then the leak is the cause.
--
-- grain: run_id, failure_id
select
    failures.run_id,
    failures.failure_id,
    arg_max(leaks.failure_id, (leaks.occurrence_count, leaks.failure_id)) as cause_failure_id
from finding._failure_candidates as failures
inner join finding._failure_candidates as leaks
    on failures.run_id = leaks.run_id and leaks.kind = 'leak'
where failures.class = 'ip_pool_exhausted' and failures.kind in ('attempt', 'step')
group by failures.run_id, failures.failure_id
