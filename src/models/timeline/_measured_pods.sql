-- Pods in scope with the time each took, as seen at the end of observation: the subject of the report.
--
-- `done_at` is when a pod reached what the run is about: deleted in a delete run, else Ready.
--
-- grain: run_id, pod_uid
select
    pods.run_id,
    pods.pod_uid,
    pods.namespace,
    pods.pod_name,
    pods.node_name,
    pods.created_at,
    pods.scheduled_at,
    pods.kubelet_seen_at,
    pods.ip_allocated_at,
    pods.network_ready_at,
    pods.container_started_at,
    pods.running_at,
    pods.ready_at,
    pods.deleted_at,
    pods.outcome,
    pods.attempt_count,
    pods.failed_attempt_count,
    facts.phase as run_phase,
    facts.started_at as run_started_at,
    facts.observed_until_at,
    done.ts as done_at,
    done.earliest_ts as done_earliest_at,
    done.latest_ts as done_latest_at,
    ns_between(facts.started_at, done.ts) as done_after_ns
from timeline.pods
inner join timeline._run_facts as facts
    on pods.run_id = facts.run_id
left join timeline.milestones as done
    on
        pods.run_id = done.run_id
        and pods.pod_uid = done.pod_uid
        and done.milestone = case when facts.phase = 'delete' then 'deleted' else 'ready' end
where pods.in_scope
