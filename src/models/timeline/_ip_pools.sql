-- Pools that addresses are taken from, with how many they can give: one row per run, system, family and pool.
--
-- Calico's blocks and Cilium's node ranges count as pools; Calico's IPPool and Kube-OVN's IPPool inside a Subnet hold no
-- records of their own name and stay apart. Whereabouts keeps the limits in its CNI configuration only: its own line
-- with the first and last address of the effective range gives the capacity, else the configuration it says it has read
-- (a run of DELs has no other; network and broadcast address are never given), unless ranges are left out of it.
--
-- grain: run_id, system, ip_family, pool
with

-- A plugin says the same of every request.
lines as materialized (

    select
        run_id,
        message,
        count(*) as line_count
    from staging.cni_logs
    where
        component = 'whereabouts'
        and (
            starts_with(message, 'IterateForAssignment input')
            or contains(message, 'IPAM configuration successfully read')
        )
    group by run_id, message

),

ranges as (

    select
        run_id,
        regexp_extract(message, 'ipnet: \{([0-9a-fA-F.:]+) ([0-9a-f]+)\}', ['address', 'mask']) as network,
        regexp_extract(message, 'first IP: ([0-9a-fA-F.:]+)', 1) as first_ip,
        regexp_extract(message, 'last IP: ([0-9a-fA-F.:]+)', 1) as last_ip,
        line_count
    from lines
    where starts_with(message, 'IterateForAssignment input')

),

configured as (

    select
        run_id,
        regexp_extract(range, 'Range:([^ ]+)/(\d+) ', ['address', 'length']) as network,
        nullif(regexp_extract(range, 'RangeStart:([0-9a-fA-F.:]+)', 1), '') as first_ip,
        nullif(regexp_extract(range, 'RangeEnd:([0-9a-fA-F.:]+)', 1), '') as last_ip,
        line_count
    from (
        select
            run_id,
            unnest(regexp_extract_all(message, 'Range:[^ ]+/\d+ RangeStart:[^ ]* RangeEnd:[^} ]*')) as range,
            line_count
        from lines
        where contains(message, 'IPAM configuration successfully read')
    )

),

sized as (

    select
        run_id,
        case when contains(network.address, ':') then 'IPv6' else 'IPv4' end as ip_family,
        replace(network.address, ':', '-') || '-' || network.length as pool,
        case
            when contains(network.address, '.') and network.length::integer < 31
                then
                    coalesce(
                        ipv4_number(last_ip),
                        ipv4_number(network.address) + (1::bigint << (32 - network.length::integer)) - 2
                    )
                    - greatest(ipv4_number(first_ip), ipv4_number(network.address) + 1) + 1
            when contains(network.address, ':') and network.length::integer < 127 and last_ip is null
                and coalesce(first_ip = network.address, true)
                then pow(2, 128 - network.length::integer) - 2
        end as capacity,
        line_count
    from (
        select
            run_id,
            network,
            first_ip,
            last_ip,
            sum(line_count) as line_count
        from configured
        group by run_id, network, first_ip, last_ip
    )

),

omissions as (

    select distinct run_id
    from lines
    where
        contains(message, 'IPAM configuration successfully read')
        and regexp_matches(message, 'OmitRanges:\[[^\]]')

),

effective as (

    select
        run_id,
        case when contains(network.address, ':') then 'IPv6' else 'IPv4' end as ip_family,
        replace(network.address, ':', '-') || '-'
        || list_sum(list_transform(
            string_split(network.mask, ''),
            lambda digit: case digit when 'f' then 4 when 'e' then 3 when 'c' then 2 when '8' then 1 else 0 end
        ))::varchar as pool,
        case
            when contains(first_ip, '.')
                then ipv4_number(last_ip) - ipv4_number(first_ip) + 1
            when
                regexp_replace(first_ip, '[0-9a-fA-F]*$', '') = regexp_replace(last_ip, '[0-9a-fA-F]*$', '')
                -- a first address can end in `::`; a last one that does was cut off
                then try_cast('0x' || nullif(regexp_extract(last_ip, '[0-9a-fA-F]*$', 0), '') as bigint)
                    - try_cast('0x0' || regexp_extract(first_ip, '[0-9a-fA-F]*$', 0) as bigint) + 1
        end as capacity,
        line_count
    from (
        select
            run_id,
            network,
            first_ip,
            last_ip,
            sum(line_count) as line_count
        from ranges
        group by run_id, network, first_ip, last_ip
    )

),

listed as (

    select
        pools.run_id,
        pools.system,
        pools.ip_family,
        pools.pool,
        pools.kind,
        pools.node_name,
        pools.capacity,
        pools.allocated_count,
        pools.ranges
    from staging.ipam_pools as pools
    left join timeline._object_snapshots as snapshots
        on pools.run_id = snapshots.run_id and pools.file_id = snapshots.file_id
    where
        pools.pool is not null
        and pools.kind <> 'BlockAffinity'
        and not (pools.system = 'calico' and pools.kind = 'IPPool')
    qualify row_number() over (
        partition by pools.run_id, pools.system, pools.ip_family, pools.pool
        order by
            snapshots.sequence desc,
            pools.capacity is null,
            -- what an attachment was made with goes before what stands in the folder of configurations
            pools.kind = 'NetworkConfiguration',
            pools.file_id,
            pools.item
    ) = 1

),

held as (

    select distinct
        run_id,
        system,
        ip_family,
        pool
    from timeline._ip_records
    where pool is not null and ip is not null

)

select
    coalesce(listed.run_id, held.run_id) as run_id,
    coalesce(listed.system, held.system) as system,
    coalesce(listed.ip_family, held.ip_family) as ip_family,
    coalesce(listed.pool, held.pool) as pool,
    listed.kind,
    listed.node_name,
    listed.ranges,
    coalesce(
        listed.capacity,
        case when omissions.run_id is null then coalesce(effective.capacity, sized.capacity) end
    ) as capacity
from listed
full outer join held
    on
        listed.run_id = held.run_id
        and listed.system = held.system
        and listed.ip_family = held.ip_family
        and listed.pool = held.pool
left join (
    select
        run_id,
        ip_family,
        pool,
        -- a configuration that was changed while some runtimes kept the old one: the range most allocations used
        arg_max(capacity, (line_count, capacity)) as capacity
    from effective
    group by run_id, ip_family, pool
) as effective
    on
        listed.run_id = effective.run_id
        and listed.system = 'whereabouts'
        and listed.ip_family = effective.ip_family
        and listed.pool = effective.pool
left join (
    select
        run_id,
        ip_family,
        pool,
        arg_max(capacity, (line_count, capacity)) as capacity
    from sized
    group by run_id, ip_family, pool
) as sized
    on
        listed.run_id = sized.run_id
        and listed.system = 'whereabouts'
        and listed.ip_family = sized.ip_family
        and listed.pool = sized.pool
left join omissions
    on listed.run_id = omissions.run_id
