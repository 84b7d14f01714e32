-- Node objects, one row per node.
--
-- grain: run_id, node_name
-- columns:
--   run_id                     Run, as in raw.runs.
--   file_id                    Source file within the run, as in raw.sources.
--   line                       Line in the decompressed file, 1-based; a record of several lines has its first.
--   item                       0-based place in the List, stream or multi-document file.
--   snapshot                   Suffix that tells snapshots of one kind apart (`before`, `mid`, `end`), '' for the only or final one.
--   namespace                  metadata.namespace; null for cluster-scoped objects.
--   node_name                  metadata.name.
--   node_uid                   metadata.uid.
--   roles                      Roles from node-role.kubernetes.io labels, comma-separated and sorted; null when none.
--   created_at                 metadata.creationTimestamp, 1 s.
--   internal_ip                First InternalIP address; null when unset.
--   os_image                   status.nodeInfo.osImage.
--   kernel_version             status.nodeInfo.kernelVersion.
--   architecture               status.nodeInfo.architecture.
--   kubelet_version            status.nodeInfo.kubeletVersion.
--   container_runtime_version  status.nodeInfo.containerRuntimeVersion, e.g. containerd://1.7.2.
--   cpu_count                  status.capacity.cpu, cores; null when unset.
--   memory_bytes               status.capacity.memory, bytes; null when unset.
--   pod_capacity               status.capacity.pods; null when unset.
--   pod_cidrs                  spec.podCIDRs as a list of strings; null when unset.
--   is_ready                   Ready condition is True; null when absent.
--   conditions                 status.conditions.
--   labels                     metadata.labels.
select
    run_id,
    file_id,
    line,
    item,
    snapshot,
    namespace,
    node_name,
    node_uid,
    roles,
    created_at,
    internal_ip,
    os_image,
    kernel_version,
    architecture,
    kubelet_version,
    container_runtime_version,
    cpu_count,
    memory_bytes,
    pod_capacity,
    pod_cidrs,
    is_ready,
    conditions,
    labels
from raw.nodes
qualify row_number() over (
    partition by run_id, node_name
    order by file_id desc, item
) = 1
