-- Workload objects, one row per workload.
--
-- grain: run_id, uid
-- columns:
--   run_id         Run, as in raw.runs.
--   file_id        Source file within the run, as in raw.sources.
--   line           Line in the decompressed file, 1-based; a record of several lines has its first.
--   item           0-based place in the List, stream or multi-document file.
--   snapshot       Suffix that tells snapshots of one kind apart (`before`, `mid`, `end`), '' for the only or final one.
--   namespace      metadata.namespace; null for cluster-scoped objects.
--   kind           Kind of the workload.
--   name           metadata.name.
--   uid            metadata.uid.
--   owner_kind     Kind of the controlling owner; null when there is none.
--   owner_name     Name of the controlling owner; null when there is none.
--   owner_uid      UID of the controlling owner; null when there is none.
--   created_at     metadata.creationTimestamp, 1 s.
--   desired_count  spec.replicas, or desiredNumberScheduled; null when unset.
--   ready_count    status.readyReplicas or numberReady; null when unset (the API omits 0).
--   labels         metadata.labels.
--   images         Images of the pod template, as a list of strings.
select
    run_id,
    file_id,
    line,
    item,
    snapshot,
    namespace,
    kind,
    name,
    uid,
    owner_kind,
    owner_name,
    owner_uid,
    created_at,
    desired_count,
    ready_count,
    labels,
    images
from raw.workloads
where uid is not null
qualify row_number() over (
    partition by run_id, uid
    order by ready_count desc nulls last, file_id, item
) = 1
