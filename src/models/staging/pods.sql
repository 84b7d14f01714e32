-- Pod objects, one row per pod: the most advanced snapshot is kept.
--
-- A later snapshot has the later condition stamps; file names (`mid`, `end`) are not relied on.
--
-- grain: run_id, pod_uid
-- columns:
--   run_id                 Run, as in raw.runs.
--   file_id                Source file within the run, as in raw.sources.
--   line                   Line in the decompressed file, 1-based; a record of several lines has its first.
--   item                   0-based place in the List, stream or multi-document file.
--   snapshot               Suffix that tells snapshots of one kind apart (`before`, `mid`, `end`), '' for the only or final one.
--   namespace              metadata.namespace; null for cluster-scoped objects.
--   pod_name               metadata.name.
--   pod_uid                metadata.uid.
--   resource_version       metadata.resourceVersion, compared for equality only.
--   node_name              spec.nodeName; null while unscheduled.
--   owner_kind             Kind of the controlling owner; null when there is none.
--   owner_name             Name of the controlling owner; null when there is none.
--   owner_uid              UID of the controlling owner; null when there is none.
--   host_network           spec.hostNetwork: the pod has no sandbox address of its own.
--   labels                 metadata.labels.
--   annotations            metadata.annotations, including Multus network-status.
--   created_at             metadata.creationTimestamp, 1 s.
--   deletion_at            metadata.deletionTimestamp, 1 s: when the grace period ends; null when not deleting.
--   deletion_grace_s       metadata.deletionGracePeriodSeconds, s; null when not deleting.
--   phase                  status.phase; null when the object has no status.
--   reason                 status.reason; null when unset.
--   host_ip                status.hostIP; null when unset.
--   pod_ip                 status.podIP; null when unset.
--   pod_ips                status.podIPs as a list of strings; null when unset.
--   started_at             status.startTime, 1 s: the kubelet acknowledged the pod; null when unset.
--   scheduled_at           lastTransitionTime of PodScheduled=True, 1 s; null when not so.
--   initialized_at         lastTransitionTime of Initialized=True, 1 s; null when not so.
--   ready_at               lastTransitionTime of Ready=True, 1 s, the kubelet's clock; null when not Ready.
--   first_ready_at         Earliest ready_at of any snapshot: a pod can lose Ready again; null when it was never seen Ready.
--   is_ready               Ready condition is True; null when the object has no such condition.
--   container_started_at   Latest state.running.startedAt of the containers, 1 s; null when none runs.
--   container_count        Number of spec.containers.
--   ready_container_count  Number of containerStatuses with ready; null without statuses.
--   restart_count          Sum of restartCount; null without statuses.
--   conditions             status.conditions.
--   container_statuses     status.containerStatuses and initContainerStatuses.
--   images                 Images of spec.containers, as a list of strings.
select
    run_id,
    file_id,
    line,
    item,
    snapshot,
    namespace,
    pod_name,
    pod_uid,
    resource_version,
    node_name,
    owner_kind,
    owner_name,
    owner_uid,
    host_network,
    labels,
    annotations,
    created_at,
    deletion_at,
    deletion_grace_s,
    phase,
    reason,
    host_ip,
    pod_ip,
    pod_ips,
    started_at,
    scheduled_at,
    initialized_at,
    ready_at,
    min(ready_at) over (partition by run_id, pod_uid) as first_ready_at,
    is_ready,
    container_started_at,
    container_count,
    ready_container_count,
    restart_count,
    conditions,
    container_statuses,
    images
from raw.pods
where pod_uid is not null
qualify row_number() over (
    partition by run_id, pod_uid
    order by (deletion_at is not null) desc,
        greatest(ready_at, container_started_at, scheduled_at, started_at) desc nulls last,
        (phase is not null) desc,
        file_id,
        item
) = 1
