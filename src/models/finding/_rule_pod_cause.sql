-- Rule: a plugin that waited in vain for an address is a symptom of why the pod got none, and a container start that timed
-- out of why the runtime could not start it.
--
-- The cause is another failure of the same pod, reported by who knew it: a controller names the pod whose address it
-- could not allocate, while the plugin only sees none.
--
-- grain: run_id, failure_id
select
    symptoms.run_id,
    symptoms.failure_id,
    arg_min(causes.failure_id, (causes.first_at, causes.failure_id)) as cause_failure_id
from finding._failure_candidates as symptoms
inner join finding._failure_candidates as causes
    on symptoms.run_id = causes.run_id and symptoms.pod_uid = causes.pod_uid
inner join main.failure_classes as cause_classes
    on causes.class = cause_classes.id
where
    symptoms.role = 'symptom'
    and causes.role = 'root'
    and causes.kind = 'step'
    and case
        when symptoms.class in ('ipam_wait_timeout', 'ipam_request_timeout') then cause_classes.layer = 'ipam'
        when symptoms.kind = 'step' and symptoms.class = 'deadline_exceeded' then causes.class = 'runtime_start_failed'
        else false
    end
group by symptoms.run_id, symptoms.failure_id
