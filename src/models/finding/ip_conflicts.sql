-- Addresses on which sources disagree: one row per run, kind, address (or pod) and holder.
--
-- `double_hold`: one living pod with two records for one interface and family. `duplicate`: two living pods with one
-- address (containers running, neither being deleted: a terminating pod's address may rightly be in use again).
-- `half_state`: one of two objects that should agree lacks the address, or a pool's own count differs from its map.
-- `missing`: the address of a Ready pod has no record. What can have changed between the two lists is `possible`; so is
-- a missing record where the pod has another one in that pool: networks may share a range.
--
-- grain: run_id, kind, system, subject, detail
-- columns:
--   run_id           Run, as in raw.runs.
--   kind             double_hold, duplicate, half_state or missing.
--   system           IPAM, as in timeline.ip_leases.
--   subject          Address, or the sandbox or handle where there is none; for double_hold the pod's UID and interface.
--   detail           Who else: for half_state allocation_only, companion_only or count; for duplicate the pods' UIDs; for
--                    double_hold the addresses; for missing the pod's UID.
--   ip               Address; null for a handle without one, and for a count.
--   pool             Pool; null when unknown.
--   pod_uid          Pod (the first by UID when there are two); null when unknown.
--   sandbox_id       Sandbox of the record; null when it gives none.
--   certainty        proved or possible.
--   since_at         Since when it was so, UTC; null when before what was observed.
--   seen_at          The evidence was read at this time or later; null when its time is unknown.
--   file_id          File of the evidence, as in raw.sources.
--   line             Its line.
with

last_files as (

    select
        snapshots.run_id,
        resources.system,
        resources.role,
        snapshots.resource,
        snapshots.node_name,
        snapshots.file_id,
        snapshots.sequence,
        snapshots.earliest_at,
        snapshots.latest_at
    from timeline._object_snapshots as snapshots
    inner join timeline._ipam_resources as resources
        on snapshots.run_id = resources.run_id and snapshots.resource = resources.resource
    where snapshots.sequence = 2
    qualify
        -- one file an address: all of a node's are the last
        snapshots.resource in ('cni-networks', 'cni-results')
        or row_number() over (
            partition by snapshots.run_id, resources.system, snapshots.resource
            order by snapshots.earliest_at desc nulls last, snapshots.file_id desc
        ) = 1

),

last_readings as (

    select
        run_id,
        system,
        role,
        node_name,
        min(earliest_at) as earliest_at,
        max(latest_at) as latest_at,
        min(file_id) as file_id
    from last_files
    group by run_id, system, role, node_name

),

final_records as (

    select
        records.*,
        last_files.role as file_role
    from timeline._ip_records as records
    inner join last_files
        on
            records.run_id = last_files.run_id
            and records.file_id = last_files.file_id
            and records.system = last_files.system
    where records.holder_kind = 'pod'

),

living_pods as (

    select
        pods.run_id,
        pods.pod_uid
    from timeline.pods
    where pods.deleted_at is null and pods.delete_requested_at is null

),

double_holds as (

    select
        records.run_id,
        'double_hold' as kind,
        records.system,
        records.pod_uid || '/' || coalesce(records.interface, records.pool, '') || '/' || records.ip_family as subject,
        string_agg(distinct records.ip, ',' order by records.ip) as detail,
        min(records.ip) as ip,
        min(records.pool) as pool,
        records.pod_uid,
        min(records.sandbox_id) as sandbox_id,
        'proved' as certainty,
        case when count(leases.allocated_at) = count(*) then max(leases.allocated_at) end as since_at,
        min(records.earliest_at) as seen_at,
        min(records.file_id) as file_id,
        arg_min(records.line, (records.file_id, records.line)) as line
    from final_records as records
    semi join living_pods
        on records.run_id = living_pods.run_id and records.pod_uid = living_pods.pod_uid
    left join timeline.ip_leases as leases
        on
            records.run_id = leases.run_id
            and records.system = leases.system
            and records.ip = leases.ip
            and records.holder_id = leases.holder_id
    where records.role = 'allocation' and records.ip is not null
    group by
        records.run_id, records.system, records.pod_uid, records.interface, records.pool, records.ip_family
    -- host-local gives one sandbox as many addresses as its network has sets of ranges
    having count(distinct case when records.system = 'host-local' then records.sandbox_id else records.ip end) > 1

),

running_addresses as (

    select distinct
        run_id,
        unnest(from_json(pod_ips, '["varchar"]')) as ip,
        pod_uid,
        file_id,
        line,
        container_started_at
    from staging.pods
    where
        not coalesce(host_network, false)
        and deletion_at is null
        and container_started_at is not null
        and coalesce(phase, 'Running') = 'Running'

),

-- with those of further interfaces
own_addresses as (

    select
        addresses.run_id,
        addresses.ip,
        addresses.pod_uid
    from timeline._pod_addresses as addresses
    semi join running_addresses as pods
        on addresses.run_id = pods.run_id and addresses.pod_uid = pods.pod_uid

),

duplicates as (

    select
        run_id,
        'duplicate' as kind,
        'pods' as system,
        ip as subject,
        string_agg(pod_uid, ',' order by pod_uid) as detail,
        ip,
        null::varchar as pool,
        min(pod_uid) as pod_uid,
        null::varchar as sandbox_id,
        'proved' as certainty,
        max(container_started_at) as since_at,
        null::timestamp_ns as seen_at,
        min(file_id) as file_id,
        arg_min(line, (file_id, line)) as line
    from running_addresses
    group by run_id, ip
    having count(distinct pod_uid) > 1

),

sides as (

    select
        run_id,
        system,
        role,
        case when system = 'host-local' then node_name end as node_name,
        case when system = 'calico' then null else ip end as ip,
        case
            when system in ('whereabouts', 'calico', 'host-local') then sandbox_id
            when system = 'spiderpool' then pod_uid
        end as holder,
        min(pool) as pool,
        min(ip) as any_ip,
        min(pod_uid) as pod_uid,
        min(sandbox_id) as sandbox_id,
        min(created_at) as created_at,
        min(file_id) as file_id,
        arg_min(line, (file_id, line)) as line
    from final_records
    where system in ('whereabouts', 'calico', 'spiderpool', 'host-local')
    group by all

),

compared as (

    select
        sides.*,
        others.role as other_role,
        own.earliest_at,
        greatest(own.latest_at, other_file.latest_at) as latest_at,
        least(own.earliest_at, other_file.earliest_at) as first_read_at
    from sides
    inner join last_readings as own
        on
            sides.run_id = own.run_id
            and sides.system = own.system
            and sides.role = own.role
            and sides.node_name is not distinct from own.node_name
    -- both objects were listed at the end, be the list empty
    inner join last_readings as other_file
        on
            sides.run_id = other_file.run_id
            and sides.system = other_file.system
            and sides.role <> other_file.role
            and sides.node_name is not distinct from other_file.node_name
    left join sides as others
        on
            sides.run_id = others.run_id
            and sides.system = others.system
            and sides.role <> others.role
            and sides.ip is not distinct from others.ip
            and sides.holder is not distinct from others.holder
    where other_file.role in ('allocation', 'companion')

),

moving as (

    select
        compared.run_id,
        compared.system,
        compared.role,
        compared.file_id,
        compared.line,
        compared.any_ip,
        compared.holder
    from compared
    inner join timeline._ip_events as events
        on
            compared.run_id = events.run_id
            and compared.system = events.system
            and (compared.any_ip = events.ip or compared.sandbox_id = events.sandbox_id)
    where
        compared.other_role is null
        and stamp_end(events.ts, events.ts_resolution_ns) >= add_ns(compared.first_read_at, -2000000000)
        and events.ts <= add_ns(compared.latest_at, 2000000000)
    group by all

),

half_states as (

    select
        compared.run_id,
        'half_state' as kind,
        compared.system,
        coalesce(compared.any_ip, compared.holder, '') || '/' || coalesce(compared.holder, '') as subject,
        compared.role || '_only' as detail,
        compared.any_ip as ip,
        compared.pool,
        compared.pod_uid,
        compared.sandbox_id,
        case
            when moving.run_id is not null or compared.first_read_at is null or compared.latest_at is null then 'possible'
            else 'proved'
        end as certainty,
        compared.created_at as since_at,
        compared.earliest_at as seen_at,
        compared.file_id,
        compared.line
    from compared
    left join moving
        on
            compared.run_id = moving.run_id
            and compared.system = moving.system
            and compared.role = moving.role
            and compared.file_id = moving.file_id
            and compared.line = moving.line
            and compared.any_ip is not distinct from moving.any_ip
            and compared.holder is not distinct from moving.holder
    where compared.other_role is null

),

counted as (

    select
        pools.run_id,
        pools.system,
        pools.pool,
        pools.file_id,
        pools.line,
        pools.allocated_count,
        count(records.ip) as record_count,
        min(last_files.earliest_at) as earliest_at
    from staging.ipam_pools as pools
    inner join last_files
        on pools.run_id = last_files.run_id and pools.file_id = last_files.file_id and pools.system = last_files.system
    left join final_records as records
        on pools.run_id = records.run_id and pools.file_id = records.file_id and pools.pool = records.pool
    where pools.allocated_count is not null and pools.system = 'spiderpool'
    group by pools.run_id, pools.system, pools.pool, pools.file_id, pools.line, pools.allocated_count

),

missing as (

    select
        addresses.run_id,
        'missing' as kind,
        readings.system,
        addresses.ip as subject,
        addresses.pod_uid as detail,
        addresses.ip,
        min(pools.pool) as pool,
        addresses.pod_uid,
        null::varchar as sandbox_id,
        case when bool_or(held.pod_uid is null) then 'proved' else 'possible' end as certainty,
        min(pods.ready_at) as since_at,
        min(readings.earliest_at) as seen_at,
        min(readings.file_id) as file_id,
        1::bigint as line
    from own_addresses as addresses
    inner join timeline.pods
        on addresses.run_id = pods.run_id and addresses.pod_uid = pods.pod_uid
    inner join last_readings as readings
        on
            addresses.run_id = readings.run_id
            and readings.role = 'allocation'
            and coalesce(readings.node_name = pods.node_name, readings.node_name is null)
    inner join (
        select run_id, system, pool, node_name, unnest(from_json(ranges, '["varchar"]')) as range
        from timeline._ip_pools
    ) as pools
        on
            readings.run_id = pools.run_id
            and readings.system = pools.system
            -- a node's own range may be that of another node too
            and (readings.node_name is null or pools.node_name = readings.node_name)
            and ip_in_range(addresses.ip, pools.range)
    left join (
        select distinct run_id, system, pool, pod_uid
        from final_records
        where pod_uid is not null
    ) as held
        on
            addresses.run_id = held.run_id
            and addresses.pod_uid = held.pod_uid
            and pools.system = held.system
            and pools.pool = held.pool
    anti join final_records as records
        on addresses.run_id = records.run_id and addresses.ip = records.ip
    where
        pods.ready_at < readings.earliest_at
        and pods.delete_requested_at is null
        and pods.deleted_at is null
    group by addresses.run_id, readings.system, addresses.ip, addresses.pod_uid

)

select * from double_holds
union all by name
select * from duplicates
union all by name
select * from half_states
union all by name
select
    run_id,
    'half_state' as kind,
    system,
    pool as subject,
    'count' as detail,
    null::varchar as ip,
    pool,
    null::varchar as pod_uid,
    null::varchar as sandbox_id,
    'proved' as certainty,
    null::timestamp_ns as since_at,
    earliest_at as seen_at,
    file_id,
    line
from counted
where allocated_count <> record_count
union all by name
select * from missing
