-- Pods: one row per pod that any source shows, with its milestones and what became of it.
--
-- Instants are the best estimates of timeline.milestones; their intervals and evidence are there. A pod that never got
-- there has null and is censored at the end of observation, not dropped.
--
-- grain: run_id, pod_uid
-- columns:
--   run_id                 Run, as in raw.runs.
--   pod_uid                Pod.
--   namespace              Namespace.
--   pod_name               Name.
--   node_name              Node it was bound to; null when no source tells.
--   workload_kind          Kind of the top controller (a ReplicaSet's Deployment); null when it has none or is unknown.
--   workload_name          Its name; null likewise.
--   created_at             Created in the API, UTC; null when no source tells.
--   scheduled_at           Bound to its node; null when never, or no source tells.
--   kubelet_seen_at        The kubelet got it; null when never, or no source tells.
--   sandbox_started_at     First sandbox attempt; null when never, or the runtime's log is missing.
--   ip_allocated_at        The address it started with was chosen; null when never, or the IPAM does not log it.
--   network_ready_at       The sandbox it started in was answered; null when never.
--   container_started_at   Last of its containers started for the first time; null when never.
--   running_at             Phase Running visible in the API; null when never.
--   ready_at               Ready visible in the API; null when never.
--   delete_requested_at    Deletion asked for; null when never.
--   deleted_at             Gone from the API; null when still there.
--   outcome                ready (it was Ready once), running, failed, pending or deleted (gone; in delete runs).
--   attempt_count          Sandbox attempts begun until the end of observation.
--   failed_attempt_count   Those that had failed by then.
--   ip_addresses           Addresses of the object's podIPs joined by `,`; null when it shows none.
--   restart_count          Container restarts; null without an object.
--   scope                  measured, system, earlier (from before the run) or later.
--   in_scope               scope is measured: counted in report totals.
--   has_object             A Pod object of it is among the captured ones.
with

instants as (

    pivot (select run_id, pod_uid, milestone, ts from timeline.milestones)
    on milestone in (
        'created', 'scheduled', 'kubelet_seen', 'sandbox_started', 'ip_allocated', 'network_ready',
        'container_started', 'running', 'ready', 'delete_requested', 'deleted'
    )
    using min(ts)
    group by run_id, pod_uid

),

attempts as (

    select
        attempts.run_id,
        attempts.pod_uid,
        count(*) as attempt_count,
        count(*) filter (where outcome = 'failed' and ended_at <= bounds.observed_until_at) as failed_attempt_count,
        min(node_name) as node_name
    from timeline.sandbox_attempts as attempts
    inner join timeline._run_bounds as bounds
        on attempts.run_id = bounds.run_id
    where coalesce(attempts.started_at, attempts.ended_at) <= bounds.observed_until_at
    group by attempts.run_id, attempts.pod_uid

)

select
    identities.run_id,
    identities.pod_uid,
    identities.namespace,
    identities.pod_name,
    coalesce(objects.node_name, identities.node_name, attempts.node_name) as node_name,
    coalesce(owners.owner_kind, objects.owner_kind) as workload_kind,
    coalesce(owners.owner_name, objects.owner_name) as workload_name,
    instants.created as created_at,
    instants.scheduled as scheduled_at,
    instants.kubelet_seen as kubelet_seen_at,
    instants.sandbox_started as sandbox_started_at,
    instants.ip_allocated as ip_allocated_at,
    instants.network_ready as network_ready_at,
    instants.container_started as container_started_at,
    instants.running as running_at,
    instants.ready as ready_at,
    instants.delete_requested as delete_requested_at,
    instants.deleted as deleted_at,
    case
        when runs.phase = 'delete' and instants.deleted is not null then 'deleted'
        when instants.ready is not null then 'ready'
        when instants.deleted is not null then 'deleted'
        when objects.phase = 'Failed' then 'failed'
        when instants.running is not null then 'running'
        else 'pending'
    end as outcome,
    coalesce(attempts.attempt_count, 0) as attempt_count,
    coalesce(attempts.failed_attempt_count, 0) as failed_attempt_count,
    array_to_string(from_json(objects.pod_ips, '["varchar"]'), ',') as ip_addresses,
    objects.restart_count,
    scopes.scope,
    scopes.scope = 'measured' as in_scope,
    objects.pod_uid is not null as has_object
from timeline._pod_identities as identities
inner join staging.runs
    on identities.run_id = runs.run_id
inner join timeline._pod_scope as scopes
    on identities.run_id = scopes.run_id and identities.pod_uid = scopes.pod_uid
left join staging.pods as objects
    on identities.run_id = objects.run_id and identities.pod_uid = objects.pod_uid
left join staging.workloads as owners
    on objects.run_id = owners.run_id and objects.owner_uid = owners.uid
left join instants
    on identities.run_id = instants.run_id and identities.pod_uid = instants.pod_uid
left join attempts
    on identities.run_id = attempts.run_id and identities.pod_uid = attempts.pod_uid
