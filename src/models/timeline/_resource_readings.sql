-- When each resource was read as a whole: one row per resource, snapshot, and node for what a node keeps itself.
--
-- A list of the API is one file; host-local's addresses on a node are many, read one after the other. `sequence` and
-- the interval are as in timeline._object_snapshots; node_name is null for what the API server keeps.
--
-- grain: run_id, resource, node_name, sequence, snapshot
select
    run_id,
    resource,
    node_name,
    sequence,
    snapshot,
    min(earliest_at) as earliest_at,
    max(latest_at) as latest_at,
    min(file_id) as file_id
from timeline._object_snapshots
group by run_id, resource, node_name, sequence, snapshot
