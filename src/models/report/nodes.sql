-- Nodes of each run, with what they are and how the pods in scope fared on them.
--
-- grain: run_id, node_name
-- columns:
--   run_id                     Run, as in raw.runs.
--   node_name                  Node.
--   roles                      Roles from its labels; null when none or unknown.
--   os_image                   Operating system; null when it has no object.
--   kernel_version             Kernel; null likewise.
--   kubelet_version            Kubelet; null likewise.
--   container_runtime_version  Runtime and version; null likewise.
--   architecture               Architecture; null likewise.
--   cpu_count                  Cores; null when unknown.
--   memory_gib                 Memory, GiB; null when unknown.
--   pod_count                  Pods in scope bound to it.
--   ready_count                Those that were Ready.
--   failed_attempt_count       Failed sandbox attempts of those pods.
--   latency_p50_s              Median of created to Ready among those that were Ready, s; null when none was.
--   clock_offset_earliest_ms   Its clock is ahead of the API server's by at least this, ms; null without evidence.
--   clock_offset_latest_ms     By at most this, ms; null without evidence.
--   clock_offset_applied       Its instants were corrected by it.
with

loads as (

    select
        run_id,
        node_name,
        count(*) as pod_count,
        count(ready_at) as ready_count,
        sum(failed_attempt_count) as failed_attempt_count,
        quantile_disc(ns_between(created_at, ready_at), 0.5) as latency_p50_ns
    from timeline._measured_pods
    where node_name is not null
    group by run_id, node_name

)

select
    nodes.run_id,
    nodes.node_name,
    nodes.roles,
    nodes.os_image,
    nodes.kernel_version,
    nodes.kubelet_version,
    nodes.container_runtime_version,
    nodes.architecture,
    nodes.cpu_count,
    nodes.memory_bytes / 1073741824 as memory_gib,
    coalesce(loads.pod_count, 0) as pod_count,
    coalesce(loads.ready_count, 0) as ready_count,
    coalesce(loads.failed_attempt_count, 0) as failed_attempt_count,
    loads.latency_p50_ns / 1e9 as latency_p50_s,
    offsets.earliest_ns / 1e6 as clock_offset_earliest_ms,
    offsets.latest_ns / 1e6 as clock_offset_latest_ms,
    coalesce(offsets.is_applied, false) as clock_offset_applied
from timeline._nodes as nodes
left join loads
    on nodes.run_id = loads.run_id and nodes.node_name = loads.node_name
left join finding.clock_offsets as offsets
    on nodes.run_id = offsets.run_id and nodes.node_name = offsets.node_name
order by nodes.run_id, nodes.node_name
