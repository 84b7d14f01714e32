-- Every pod that any source knows by UID, with its names and the earliest instant it can have existed.
--
-- Static pods have another UID on their node than in the API; they stay two rows, both out of scope.
--
-- grain: run_id, pod_uid
with

sightings as (

    select
        run_id,
        pod_uid,
        namespace,
        pod_name,
        node_name,
        created_at
    from staging.pods

    union all

    select
        run_id,
        object_uid as pod_uid,
        namespace,
        object_name as pod_name,
        null as node_name,
        null as created_at
    from staging.kube_events
    where object_kind = 'Pod' and object_uid is not null

    union all

    select
        run_id,
        pod_uid,
        namespace,
        pod_name,
        node_name,
        null as created_at
    from staging.kubelet_logs
    where pod_uid is not null and pod_name is not null

    union all

    select
        run_id,
        pod_uid,
        namespace,
        pod_name,
        node_name,
        null as created_at
    from staging.containerd_logs
    where pod_uid is not null and pod_name is not null

)

select
    run_id,
    pod_uid,
    min(namespace) as namespace,
    min(pod_name) as pod_name,
    min(node_name) as node_name,
    min(created_at) as created_at
from sightings
group by run_id, pod_uid
having min(pod_name) is not null
