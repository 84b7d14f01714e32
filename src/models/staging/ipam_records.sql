-- Address records of the IPAM systems' objects, one row per address, holder, object and snapshot.
--
-- A snapshot is known by the suffix of its file's name; timeline._object_snapshots has its time.
--
-- grain: run_id, file_id, line, item, ip, sandbox_id, pod_uid, interface, holder_kind
-- columns:
--   run_id       Run, as in raw.runs.
--   file_id      Source file within the run, as in raw.sources.
--   line         Line in the decompressed file, 1-based; a record of several lines has its first.
--   item         0-based place of the object in its file.
--   snapshot     Snapshot of the file (`before`, `mid`, `end`), '' for the only or final one.
--   system       IPAM system: whereabouts, spiderpool, calico, kube-ovn, cilium or host-local.
--   kind         Kind of the object that holds it, e.g. IPPool, OverlappingRangeIPReservation, IPAMBlock.
--   name         metadata.name of that object, or the name of the file on a node.
--   pool         Pool, block or subnet the address belongs to; null when the record does not tell.
--   ip           The address, normalised (RFC 5952 for IPv6), without prefix length; null for a handle without one.
--   ip_family    IPv4 or IPv6; null when ip is.
--   namespace    Namespace of the holder; null when unknown.
--   pod_name     Pod that holds it; null when unknown or not a pod.
--   pod_uid      UID of that pod; null when the record does not give it.
--   sandbox_id   Container id of the sandbox in the record; null when the record does not give it.
--   interface    Interface name; null when the record does not give it.
--   node_name    Node of the holder; null when the record does not give it.
--   holder_kind  pod, node, tunnel, router, health, reservation or unknown.
--   created_at   creationTimestamp of a per-address object, 1 s; null when records share an object.
--   fields       The record's other content.
select
    run_id,
    file_id,
    line,
    item,
    snapshot,
    system,
    kind,
    name,
    pool,
    ip,
    ip_family,
    namespace,
    pod_name,
    pod_uid,
    sandbox_id,
    interface,
    node_name,
    holder_kind,
    created_at,
    fields
from raw.ipam_records
