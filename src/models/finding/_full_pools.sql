-- Pools that were full at their last snapshot: addresses held for what exists, and for pods that do not.
--
-- A record is stale when no Pod object of its name exists any more, or when the same pod holds another address of the
-- pool. Where only the pool's own counter tells, or no list of pods is there to tell who still exists, live_count is the
-- number of pods with an address, and stale_count null.
-- A pool of unknown capacity may be full: it is here when its records tell who holds it.
--
-- grain: run_id, system, pool
with

ranked_pools as (

    select
        *,
        case snapshot
            when 'before' then 0
            when 'mid' then 1
            else 2
        end as snapshot_rank
    from staging.ipam_pools
    where pool is not null and not starts_with(snapshot, 'after')

),

pools as (

    select
        run_id,
        system,
        pool,
        max(capacity) as capacity,
        arg_max(allocated_count, (snapshot_rank, file_id, line, item)) as allocated_count,
        max(file_id) as file_id,
        max(line) as line
    from ranked_pools
    group by run_id, system, pool

),

ranked_records as (

    select
        *,
        case snapshot
            when 'before' then 0
            when 'mid' then 1
            else 2
        end as snapshot_rank
    from (
        -- a record that names no pool belongs to its node's
        select records.* replace (coalesce(records.pool, node_pools.pool) as pool)
        from staging.ipam_records as records
        left join (
            select
                run_id,
                namespace,
                pod_name,
                min(node_name) as node_name
            from staging.pods
            group by run_id, namespace, pod_name
        ) as holders
            on
                records.run_id = holders.run_id
                and records.namespace = holders.namespace
                and records.pod_name = holders.pod_name
        left join (
            select
                run_id,
                system,
                node_name,
                min(pool) as pool
            from staging.ipam_pools
            where node_name is not null
            group by run_id, system, node_name
            having count(distinct pool) = 1
        ) as node_pools
            on
                records.run_id = node_pools.run_id
                and records.system = node_pools.system
                and coalesce(records.node_name, holders.node_name) = node_pools.node_name
    )
    where ip is not null and pool is not null and not starts_with(snapshot, 'after')

),

last_records as (

    select *
    from ranked_records
    qualify snapshot_rank = max(snapshot_rank) over (partition by run_id, system, pool)

),

records as (

    select
        *,
        row_number() over (
            partition by run_id, system, pool, namespace, pod_name, ip_family
            order by ip
        ) as address_number
    from (
        select *
        from last_records
        qualify row_number() over (
            partition by run_id, system, pool, ip
            order by (holder_kind <> 'pod', file_id, line, item, coalesce(sandbox_id, ''))
        ) = 1
    )

),

live_pods as (

    select distinct
        run_id,
        namespace,
        pod_name
    from staging.pods
    where coalesce(phase, '') not in ('Failed', 'Succeeded')

),

held as (

    select
        records.run_id,
        records.system,
        records.pool,
        records.ip,
        records.file_id,
        records.line,
        listed.run_id is not null as has_pod_list,
        listed.run_id is not null
        and records.holder_kind = 'pod'
        and (live_pods.pod_name is null or records.address_number > 1) as is_stale
    from records
    left join (select distinct run_id from staging.pods) as listed
        on records.run_id = listed.run_id
    left join live_pods
        on
            records.run_id = live_pods.run_id
            and records.namespace = live_pods.namespace
            and records.pod_name = live_pods.pod_name

),

counted as (

    select
        run_id,
        system,
        pool,
        count(*) as held_count,
        case when bool_or(has_pod_list) then count(*) filter (where is_stale) end as stale_count,
        arg_min(file_id, (not is_stale, ip)) as file_id,
        arg_min(line, (not is_stale, ip)) as line,
        arg_min(ip, (not is_stale, ip)) as example_ip
    from held
    group by run_id, system, pool

),

addressed as (

    select
        run_id,
        count(*) as pod_count
    from timeline.pods
    where ip_addresses is not null and deleted_at is null and scope <> 'system'
    group by run_id

)

select
    coalesce(pools.run_id, counted.run_id) as run_id,
    coalesce(pools.system, counted.system) as system,
    coalesce(pools.pool, counted.pool) as pool,
    pools.capacity,
    coalesce(counted.held_count, pools.allocated_count)::bigint as held_count,
    coalesce(counted.held_count - counted.stale_count, addressed.pod_count) as live_count,
    counted.stale_count,
    coalesce(counted.file_id, pools.file_id) as file_id,
    coalesce(counted.line, pools.line) as line,
    counted.example_ip
from pools
full join counted
    on pools.run_id = counted.run_id and pools.system = counted.system and pools.pool = counted.pool
left join addressed
    on coalesce(pools.run_id, counted.run_id) = addressed.run_id
where
    coalesce(counted.held_count, pools.allocated_count) > 0
    and (pools.capacity is null or coalesce(counted.held_count, pools.allocated_count) >= pools.capacity)
