-- Address leases: one row per address and holder that the IPAM held it for.
--
-- A holder is what the IPAM files the address under: a sandbox (Whereabouts, Calico, Cilium, host-local), a pod
-- (Spiderpool, Kube-OVN), or a node, tunnel, router or health address of the CNI's own. A pod's address that no record
-- and no log shows being allocated is there by its pod object. A release that only a later snapshot or the next holder
-- proves is dated by that: it was released by then.
--
-- grain: run_id, system, ip, holder_id
-- columns:
--   run_id             Run, as in raw.runs.
--   system             IPAM: whereabouts, spiderpool, calico, kube-ovn, cilium, host-local, or unknown.
--   ip                 Address, without prefix length.
--   ip_family          IPv4 or IPv6.
--   holder_id          Sandbox, pod UID, namespace/name, or kind/node of the holder.
--   holder_kind        pod, node, tunnel, router, health, reservation or unknown.
--   pool               Pool, block or subnet; null when no record tells.
--   namespace          Namespace of the pod; null when unknown or not a pod.
--   pod_name           Pod; null likewise.
--   pod_uid            Its UID; null when nothing tells which pod of that name it was.
--   sandbox_id         Sandbox that it was allocated for; null when unknown.
--   node_name          Node; null when unknown.
--   interface          Interface in the pod; null when unknown.
--   is_reserved        The system keeps it for a pod of that name on purpose (StatefulSet).
--   allocated_at       When it was allocated, UTC; null when before what was observed.
--   allocated_source   ipam_log, object (creation stamp, 1 s) or pod_object; null when allocated_at is.
--   released_at        When it was released, or by when; null: not released as far as seen.
--   released_source    ipam_log, audit, snapshot or reallocation; null when released_at is.
--   certainty          proved (record or confirmed allocation), likely (pod object only) or possible (a write without an
--                      answer).
--   last_snapshot      Suffix of the last snapshot that shows the record; null when none does.
--   last_seen_at       That snapshot was not read before this; null when none shows it, or its time is unknown.
--   last_seen_latest_at  It was not read after this; null likewise.
--   first_seen_by_at   The first snapshot that shows it was not read after this; null likewise.
--   file_id            File of the evidence of the allocation, as in raw.sources.
--   line               Its line.
--   record_file_id     File of the last snapshot that shows the record; null when none does.
--   record_line        Its line.
--   release_file_id    File of the evidence of the release; null when there is none.
--   release_line       Its line.
with

-- pools of a node, or of a whole system, when a record or a log line does not name its pool
sole_pools as (

    select
        run_id,
        system,
        ip_family,
        node_name,
        min(pool) as pool
    from timeline._ip_pools
    group by run_id, system, ip_family, node_name
    having count(*) = 1

),

-- Kube-OVN files an address under its Subnet also when it comes from an IPPool inside it
inner_pools as (

    select
        run_id,
        system,
        ip_family,
        pool,
        unnest(from_json(ranges, '["varchar"]')) as range
    from timeline._ip_pools
    where system = 'kube-ovn' and kind = 'IPPool'

),

inner_addresses as (

    select
        holdings.run_id,
        holdings.system,
        holdings.ip,
        min(inner_pools.pool) as pool
    from timeline._ip_holdings as holdings
    inner join inner_pools
        on holdings.run_id = inner_pools.run_id and holdings.system = inner_pools.system
    where ip_in_range(holdings.ip, inner_pools.range)
    group by holdings.run_id, holdings.system, holdings.ip

),

systems as (

    select
        run_id,
        min(system) as system
    from timeline._ipam_resources
    group by run_id
    having count(distinct system) = 1

),

unrecorded as (

    select
        addresses.run_id,
        coalesce(systems.system, 'unknown') as system,
        addresses.ip,
        case when contains(addresses.ip, ':') then 'IPv6' else 'IPv4' end as ip_family,
        addresses.pod_uid as holder_id,
        'pod' as holder_kind,
        pods.namespace,
        pods.pod_name,
        addresses.pod_uid,
        pods.node_name,
        addresses.interface,
        false as is_reserved,
        'likely' as certainty,
        pods.file_id,
        pods.line
    from timeline._pod_addresses as addresses
    inner join staging.pods
        on addresses.run_id = pods.run_id and addresses.pod_uid = pods.pod_uid
    left join systems
        on addresses.run_id = systems.run_id
    anti join timeline._ip_holdings as holdings
        on
            addresses.run_id = holdings.run_id
            and addresses.pod_uid = holdings.pod_uid
            and addresses.ip = holdings.ip

),

recorded as (

    select
        holdings.run_id,
        holdings.system,
        holdings.ip,
        holdings.ip_family,
        holdings.holder_id,
        holdings.holder_kind,
        coalesce(inner_addresses.pool, holdings.pool, node_pools.pool, sole_pools.pool) as pool,
        coalesce(holdings.namespace, identities.namespace) as namespace,
        coalesce(holdings.pod_name, identities.pod_name) as pod_name,
        holdings.pod_uid,
        holdings.sandbox_id,
        coalesce(holdings.node_name, identities.node_name) as node_name,
        coalesce(holdings.interface, addresses.interface) as interface,
        holdings.is_reserved,
        coalesce(holdings.logged_at, holdings.created_at) as allocated_at,
        case
            when holdings.logged_at is not null then 'ipam_log'
            when holdings.created_at is not null then 'object'
        end as allocated_source,
        releases.ts as released_at,
        releases.source as released_source,
        case when holdings.is_confirmed or holdings.last_sequence is not null then 'proved' else 'possible' end as certainty,
        holdings.last_snapshot,
        holdings.last_seen_at,
        holdings.last_seen_latest_at,
        holdings.first_seen_latest_at as first_seen_by_at,
        coalesce(holdings.log_file_id, holdings.record_file_id) as file_id,
        coalesce(holdings.log_line, holdings.record_line) as line,
        holdings.record_file_id,
        holdings.record_line,
        releases.file_id as release_file_id,
        releases.line as release_line
    from timeline._ip_holdings as holdings
    left join timeline._pod_identities as identities
        on holdings.run_id = identities.run_id and holdings.pod_uid = identities.pod_uid
    left join inner_addresses
        on
            holdings.run_id = inner_addresses.run_id
            and holdings.system = inner_addresses.system
            and holdings.ip = inner_addresses.ip
    left join sole_pools as node_pools
        on
            holdings.run_id = node_pools.run_id
            and holdings.system = node_pools.system
            and holdings.ip_family = node_pools.ip_family
            and coalesce(holdings.node_name, identities.node_name) = node_pools.node_name
    left join sole_pools
        on
            holdings.run_id = sole_pools.run_id
            and holdings.system = sole_pools.system
            and holdings.ip_family = sole_pools.ip_family
            and sole_pools.node_name is null
    left join timeline._pod_addresses as addresses
        on
            holdings.run_id = addresses.run_id
            and holdings.pod_uid = addresses.pod_uid
            and holdings.ip = addresses.ip
    left join timeline._ip_releases as releases
        on
            holdings.run_id = releases.run_id
            and holdings.system = releases.system
            and holdings.ip = releases.ip
            and holdings.holder_id = releases.holder_id

)

select
    run_id,
    system,
    ip,
    ip_family,
    holder_id,
    holder_kind,
    pool,
    namespace,
    pod_name,
    pod_uid,
    sandbox_id,
    node_name,
    interface,
    is_reserved,
    allocated_at,
    allocated_source,
    released_at,
    released_source,
    certainty,
    last_snapshot,
    last_seen_at,
    last_seen_latest_at,
    first_seen_by_at,
    file_id,
    line,
    record_file_id,
    record_line,
    release_file_id,
    release_line
from (
    select * from recorded
    union all by name
    select * from unrecorded
)
