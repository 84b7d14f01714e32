-- Address records of each snapshot with their holder resolved, and the interval in which the snapshot was read.
--
-- `role` is allocation for the object the IPAM takes addresses from, companion for the object beside it that should
-- say the same: Whereabouts' reservations, Spiderpool's endpoints, Calico's handles, Cilium's endpoint slices, libcni's
-- cached results beside host-local's files; attachment for such a result of another IPAM. A record names its pod by name
-- only in most systems: the UID comes from the sandbox, else from the pod that bore the name when the record was made.
-- host-local names the sandbox only: the pod is the one that the cached result or the runtime names, else the only pod of
-- the node with that address, which host-local gives to nobody else as long as the file is there. `is_reserved` marks what a pod may leave behind rightly: fixed addresses of StatefulSets.
--
-- grain: run_id, file_id, line, item, ip, sandbox_id, pod_uid, interface, holder_kind
with

sandbox_pods as (

    select
        run_id,
        sandbox_id,
        min(pod_uid) as pod_uid,
        min(node_name) as node_name
    from timeline.sandbox_attempts
    where sandbox_id is not null
    group by run_id, sandbox_id

),

-- Spiderpool says only in the endpoint that a pod's addresses are fixed, not in the pool
fixed as (

    select distinct
        run_id,
        system,
        namespace,
        pod_name
    from staging.ipam_records
    where
        kind = 'SpiderEndpoint'
        and field(fields, 'ownerControllerType') in ('StatefulSet', 'VirtualMachineInstance')

),

attachments as (

    select
        run_id,
        sandbox_id,
        min(pod_uid) as pod_uid,
        min(namespace) as namespace,
        min(pod_name) as pod_name
    from staging.ipam_records
    where kind = 'CachedResult' and sandbox_id is not null
    group by run_id, sandbox_id

),

addressed_pods as (

    select
        run_id,
        node_name,
        ip,
        min(pod_uid) as pod_uid
    from (
        select
            run_id,
            node_name,
            unnest(from_json(pod_ips, '["varchar"]')) as ip,
            pod_uid
        from staging.pods
        where not coalesce(host_network, false)
    )
    where ip is not null and node_name is not null
    group by run_id, node_name, ip
    having count(distinct pod_uid) = 1

),

resolved as (

    select
        records.run_id,
        records.file_id,
        records.line,
        records.item,
        records.snapshot,
        snapshots.sequence,
        snapshots.resource,
        snapshots.earliest_at,
        snapshots.latest_at,
        records.system,
        records.kind,
        records.name,
        records.pool,
        records.ip,
        records.ip_family,
        coalesce(records.namespace, attachments.namespace, identities.namespace) as namespace,
        coalesce(records.pod_name, attachments.pod_name, identities.pod_name) as pod_name,
        coalesce(
            records.pod_uid,
            sandbox_pods.pod_uid,
            names.pod_uid,
            attachments.pod_uid,
            addressed_pods.pod_uid
        ) as pod_uid,
        records.sandbox_id,
        records.interface,
        coalesce(records.node_name, sandbox_pods.node_name) as node_name,
        records.holder_kind,
        records.created_at,
        case
            when records.kind in ('OverlappingRangeIPReservation', 'SpiderEndpoint', 'IPAMHandle', 'CiliumEndpointSlice')
                then 'companion'
            when records.kind = 'CachedResult' and records.system = 'host-local' then 'companion'
            when records.kind = 'CachedResult' then 'attachment'
            else 'allocation'
        end as role,
        coalesce(
            field(records.fields, 'podType') in ('StatefulSet', 'VirtualMachine')
            or field(records.fields, 'ownerControllerType') in ('StatefulSet', 'VirtualMachineInstance')
            or fixed.pod_name is not null,
            false
        ) as is_reserved
    from staging.ipam_records as records
    left join timeline._object_snapshots as snapshots
        on records.run_id = snapshots.run_id and records.file_id = snapshots.file_id
    left join sandbox_pods
        on records.run_id = sandbox_pods.run_id and records.sandbox_id = sandbox_pods.sandbox_id
    left join fixed
        on
            records.run_id = fixed.run_id
            and records.system = fixed.system
            and records.namespace = fixed.namespace
            and records.pod_name = fixed.pod_name
    left join attachments
        on records.run_id = attachments.run_id and records.sandbox_id = attachments.sandbox_id
    left join addressed_pods
        on
            records.run_id = addressed_pods.run_id
            and records.node_name = addressed_pods.node_name
            and records.ip = addressed_pods.ip
            and records.system = 'host-local'
            and sandbox_pods.sandbox_id is null
            and attachments.sandbox_id is null
    left join timeline._pod_identities as identities
        on
            records.run_id = identities.run_id
            and coalesce(sandbox_pods.pod_uid, addressed_pods.pod_uid) = identities.pod_uid
    left join timeline._pod_names as names
        on
            records.run_id = names.run_id
            and records.namespace = names.namespace
            and records.pod_name = names.pod_name
            -- the object is made after its pod; a stamp of 1 s can still be the same second
            and coalesce(records.created_at, snapshots.earliest_at, end_of_time())
                between names.valid_from and names.valid_until

)

select
    *,
    case
        when holder_kind <> 'pod' then coalesce(holder_kind, 'unknown') || '/' || coalesce(node_name, name)
        when system in ('spiderpool', 'kube-ovn') then coalesce(pod_uid, sandbox_id, namespace || '/' || pod_name)
        else coalesce(sandbox_id, pod_uid, namespace || '/' || pod_name)
    end as holder_id
from resolved
