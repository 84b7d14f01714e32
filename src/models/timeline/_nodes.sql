-- Nodes of each run: those with an object and those that only wrote logs.
--
-- grain: run_id, node_name
with

seen as (

    select run_id, node_name from staging.nodes
    union
    select run_id, node_name from timeline.pods where node_name is not null

)

select
    seen.run_id,
    seen.node_name,
    nodes.roles,
    nodes.os_image,
    nodes.kernel_version,
    nodes.kubelet_version,
    nodes.container_runtime_version,
    nodes.architecture,
    nodes.cpu_count,
    nodes.memory_bytes
from seen
left join staging.nodes
    on seen.run_id = nodes.run_id and seen.node_name = nodes.node_name
