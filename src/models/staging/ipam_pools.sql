-- Pools, blocks, subnets and node ranges of the IPAM systems, one row per object and snapshot.
--
-- Calico names a block and a node's affinity to it alike; `kind` tells them apart.
--
-- grain: run_id, file_id, line, item, pool
-- columns:
--   run_id           Run, as in raw.runs.
--   file_id          Source file within the run, as in raw.sources.
--   line             Line in the decompressed file, 1-based; a record of several lines has its first.
--   item             0-based place of the object in its file.
--   snapshot         Snapshot of the file (`before`, `mid`, `end`), '' for the only or final one.
--   system           IPAM system: whereabouts, spiderpool, calico, kube-ovn, cilium or host-local.
--   kind             Kind of the object that holds it, e.g. IPPool, OverlappingRangeIPReservation, IPAMBlock.
--   name             metadata.name of that object, or the name of the file on a node.
--   pool             Name of the pool as ipam_records.pool has it.
--   ip_family        IPv4 or IPv6; null when it cannot be told.
--   ranges           Ranges as written (CIDR or dashed), a list of strings.
--   excluded         Excluded or reserved ranges as written, a list of strings; null when none.
--   capacity         Addresses the system can hand out by its own rules; a double, exact to 2^53 (an IPv6 /64 is not); null when unknown.
--   allocated_count  Addresses in use as the object itself counts them; null when it does not.
--   node_name        Node the range belongs to; null when it is cluster-wide.
--   fields           The object's other content.
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
    ip_family,
    ranges,
    excluded,
    capacity,
    allocated_count,
    node_name,
    fields
from raw.ipam_pools
