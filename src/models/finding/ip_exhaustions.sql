-- Exhausted pools: one row per pool that was full, or that refused a pod for want of an address.
--
-- `truly_full`: rightful holders alone filled it. `leaked`: it was full, and leaked records were among what filled it.
-- `unknown`: it refused pods, but its capacity or its records are not known well enough to say which.
--
-- grain: run_id, system, ip_family, pool
-- columns:
--   run_id             Run, as in raw.runs.
--   system             IPAM, as in timeline.ip_leases.
--   ip_family          IPv4 or IPv6.
--   pool               Pool, block or subnet.
--   kind               truly_full, leaked or unknown.
--   capacity           Addresses it can give; null when unknown.
--   full_at            When it was full for the first time, UTC; null when that was not seen.
--   held_count         Most addresses held at once.
--   leaked_count       Of the pool's addresses, those leaked by the end of observation.
--   refusal_count      Attempts and requests refused for want of an address; of the run when only one pool can be meant.
--   blocked_pod_count  Pods of the run that were refused and never became Ready.
--   first_refused_at   First refusal, UTC; null when there was none.
--   file_id            File of the first refusal, as in raw.sources; null when there was none.
--   line               Its line.
with

running as (

    select
        run_id,
        system,
        ip_family,
        pool,
        ts,
        sum(delta) over (
            partition by run_id, system, ip_family, pool
            order by ts, delta, ip, holder_id
            rows between unbounded preceding and current row
        ) as held_count
    from finding._pool_changes
    where measure = 'allocated'

),

leaked as (

    select
        run_id,
        system,
        ip_family,
        pool,
        count(*) as leaked_count
    from finding._pool_changes
    where measure = 'leaked'
    group by run_id, system, ip_family, pool

),

refusals as (

    select
        run_id,
        pod_uid,
        node_name,
        ended_at as ts,
        end_file_id as file_id,
        end_line as line
    from timeline.sandbox_attempts
    where
        contains(error, 'Could not allocate IP in range')
        or contains(error, 'range is full')
        or contains(error, 'NoAvailableAddress')
        or contains(error, 'no IP addresses available in range set')
        or contains(error, 'all IP addresses used out')
        or contains(error, 'all pools candidates are full')

    union all

    select
        logs.run_id,
        names.pod_uid,
        null as node_name,
        logs.ts,
        logs.file_id,
        logs.line
    from staging.cni_logs as logs
    inner join timeline._pod_names as names
        on
            logs.run_id = names.run_id
            and logs.namespace = names.namespace
            and logs.pod_name = names.pod_name
            and logs.ts between names.valid_from and names.valid_until
    where
        logs.component = 'kube-ovn-controller'
        and starts_with(logs.message, 'error syncing ')
        and contains(logs.message, 'NoAvailableAddress')

),

-- a refusal names no pool in most systems: it is the node's, or the one pool of the run that was full
full_pools as (

    select
        pools.run_id,
        pools.system,
        pools.ip_family,
        pools.pool,
        pools.node_name,
        pools.capacity,
        min(running.ts) filter (where running.held_count >= pools.capacity) as full_at,
        max(running.held_count) as held_count
    from timeline._ip_pools as pools
    inner join running
        on
            pools.run_id = running.run_id
            and pools.system = running.system
            and pools.ip_family = running.ip_family
            and pools.pool = running.pool
    group by pools.run_id, pools.system, pools.ip_family, pools.pool, pools.node_name, pools.capacity

),

candidates as (

    select
        *,
        count(*) over (partition by run_id, node_name) as sibling_count,
        count(*) filter (where full_at is not null) over (partition by run_id) as full_count
    from full_pools

),

matched as (

    select
        candidates.run_id,
        candidates.system,
        candidates.ip_family,
        candidates.pool,
        count(*) as refusal_count,
        count(distinct refusals.pod_uid) filter (where pods.ready_at is null and pods.in_scope) as blocked_pod_count,
        min(refusals.ts) as first_refused_at,
        arg_min(refusals.file_id, (refusals.ts, refusals.file_id, refusals.line)) as file_id,
        arg_min(refusals.line, (refusals.ts, refusals.file_id, refusals.line)) as line
    from refusals
    inner join candidates
        on
            refusals.run_id = candidates.run_id
            and case
                when candidates.node_name is not null
                    then refusals.node_name = candidates.node_name and candidates.sibling_count = 1
                else candidates.sibling_count = 1 or (candidates.full_at is not null and candidates.full_count = 1)
            end
    left join timeline.pods
        on refusals.run_id = pods.run_id and refusals.pod_uid = pods.pod_uid
    group by candidates.run_id, candidates.system, candidates.ip_family, candidates.pool

)

select
    candidates.run_id,
    candidates.system,
    candidates.ip_family,
    candidates.pool,
    case
        when candidates.full_at is null then 'unknown'
        when leaked.leaked_count > 0 then 'leaked'
        else 'truly_full'
    end as kind,
    candidates.capacity,
    candidates.full_at,
    candidates.held_count,
    coalesce(leaked.leaked_count, 0) as leaked_count,
    coalesce(matched.refusal_count, 0) as refusal_count,
    coalesce(matched.blocked_pod_count, 0) as blocked_pod_count,
    matched.first_refused_at,
    matched.file_id,
    matched.line
from candidates
left join matched
    on
        candidates.run_id = matched.run_id
        and candidates.system = matched.system
        and candidates.ip_family = matched.ip_family
        and candidates.pool = matched.pool
left join leaked
    on
        candidates.run_id = leaked.run_id
        and candidates.system = leaked.system
        and candidates.ip_family = leaked.ip_family
        and candidates.pool = leaked.pool
where candidates.full_at is not null or matched.refusal_count > 0
