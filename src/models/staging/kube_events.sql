-- Events, each once: the snapshot with the highest count is kept.
--
-- Snapshots of one run repeat an event with a growing count. An event without a UID is told apart by name.
--
-- grain: run_id, event_id
-- columns:
--   run_id             Run, as in raw.runs.
--   file_id            Source file within the run, as in raw.sources.
--   line               Line in the decompressed file, 1-based; a record of several lines has its first.
--   item               0-based place in the List, stream or multi-document file.
--   snapshot           Suffix that tells snapshots of one kind apart (`before`, `mid`, `end`), '' for the only or final one.
--   namespace          metadata.namespace; null for cluster-scoped objects.
--   ts                 Best instant of the last occurrence: eventTime, else the name's suffix, else lastTimestamp.
--   ts_resolution_ns   Resolution of ts, ns: 1e3 eventTime, 1 name suffix, 1e9 stamps; null when ts is.
--   clock              Clock of ts: the reporting node, or `apiserver` for cluster components.
--   event_name         metadata.name.
--   event_uid          metadata.uid; null when absent.
--   name_ts            Instant in the hex suffix of the name: when the first occurrence was recorded; null without a suffix.
--   event_time         eventTime, µs; null when unset.
--   first_ts           firstTimestamp, 1 s; null when unset.
--   last_ts            lastTimestamp, 1 s; null when unset.
--   created_at         metadata.creationTimestamp, 1 s: when the API server stored it.
--   count              Number of occurrences (count, or series.count); null when the object gives none.
--   type               Normal or Warning.
--   reason             Reason as Kubernetes spells it.
--   message            Message (note in events.k8s.io).
--   source_component   source.component or reportingController; null when neither is set.
--   source_host        source.host or reportingInstance when that is a node; null when unset.
--   object_kind        Kind of the involved object.
--   object_name        Name of the involved object.
--   object_uid         UID of the involved object; null when unset.
--   object_field_path  fieldPath, e.g. spec.containers{app}; null when unset.
--   event_id           event_uid, or namespace/event_name where there is none.
select
    run_id,
    file_id,
    line,
    item,
    snapshot,
    namespace,
    ts,
    ts_resolution_ns,
    clock,
    event_name,
    event_uid,
    name_ts,
    event_time,
    first_ts,
    last_ts,
    created_at,
    count,
    type,
    reason,
    message,
    source_component,
    source_host,
    object_kind,
    object_name,
    object_uid,
    object_field_path,
    coalesce(event_uid, namespace || '/' || event_name) as event_id
from raw.kube_events
qualify row_number() over (
    partition by run_id, coalesce(event_uid, namespace || '/' || event_name)
    order by count desc nulls last, last_ts desc nulls last, file_id, item
) = 1
