-- Failures of the measured pods until the end of observation, each with the root class it counts for.
--
-- Waits, incidents and leaks are causes, not failures of their own: they are behind the failures here.
--
-- grain: run_id, failure_id
select
    failures.run_id,
    failures.failure_id,
    failures.kind,
    failures.pod_uid,
    failures.class,
    failures.role,
    failures.root_class,
    failures.rule,
    failures.cause_failure_id,
    failures.occurrence_count,
    failures.first_at,
    failures.last_at,
    failures.lost_ns,
    failures.recovered,
    pods.done_at is null as is_lost,
    s_between(pods.run_started_at, failures.first_at) as first_s,
    s_between(pods.run_started_at, capped(failures.last_at, pods.observed_until_at)) as last_s
from finding.failures
inner join timeline._measured_pods as pods
    on failures.run_id = pods.run_id and failures.pod_uid = pods.pod_uid
where
    failures.kind in ('attempt', 'request', 'step')
    and failures.first_at <= pods.observed_until_at
