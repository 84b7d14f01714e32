-- Address audit: one row per run and pool, with what it held at the end and what was wrong with it.
--
-- The end is the last snapshot of the pool's records, else the end of observation. A pool without a lease and without a
-- finding is left out, and so are blocks and ranges of nodes that only hold the CNI's own addresses.
--
-- grain: run_id, system, ip_family, pool
-- columns:
--   run_id               Run, as in raw.runs.
--   system               IPAM: whereabouts, spiderpool, calico, kube-ovn, cilium, host-local or unknown.
--   ip_family            IPv4 or IPv6.
--   pool                 Pool, block or subnet.
--   capacity             Addresses it can give; null when unknown.
--   allocated_count      Addresses held at the end.
--   used_count           Of these, held by pods that were Ready and not gone by the end of observation.
--   leaked_count         Of these, leaked: proved.
--   possible_leak_count  Addresses that may be leaked, but no snapshot proves it.
--   other_count          Of those held, rightly not a pod's: node, tunnel, router, health, reservation.
--   double_hold_count    Living pods that hold two.
--   duplicate_count      Addresses of two living pods.
--   half_state_count     Records that one of two objects lacks.
--   missing_count        Addresses of Ready pods without a record.
--   exhaustion           truly_full, leaked or unknown; null when the pool was never full and refused nobody.
--   full_at_s            When it was full, s after the begin of the run; null when it never was.
--   refusal_count        Attempts refused for want of an address.
--   blocked_pod_count    Pods refused that never became Ready.
--   first_leak_s         When the first of its leaks began, s after the begin of the run; null when none is dated.
--   slow_release_count   Releases more than 30 s after the holder was over.
--   reuse_gap_min_s      Shortest time from a release to the next allocation of the same address, s; null when none was
--                        used again.
with

facts as (

    select
        runs.run_id,
        runs.started_at,
        coalesce(min(snapshots.earliest_at), runs.observed_until_at) as end_at
    from timeline._run_facts as runs
    left join (
        select snapshots.run_id, snapshots.earliest_at
        from timeline._object_snapshots as snapshots
        semi join timeline._ipam_resources as resources
            on
                snapshots.run_id = resources.run_id
                and snapshots.resource = resources.resource
                and resources.role = 'allocation'
        where snapshots.sequence = 2
    ) as snapshots
        on runs.run_id = snapshots.run_id
    group by runs.run_id, runs.started_at, runs.observed_until_at

),

leases as (

    select
        leases.*,
        leaks.certainty as leak_certainty,
        leaks.leaked_at,
        facts.started_at,
        leases.certainty = 'proved'
        and (leases.released_at is null or leases.released_at > facts.end_at)
        and coalesce(leases.allocated_at <= facts.end_at, true) as is_held,
        coalesce(pods.ready_at is not null and pods.deleted_at is null, false) as is_ready,
        lag(leases.released_at) over (
            partition by leases.run_id, leases.system, leases.ip
            order by leases.allocated_at nulls first, leases.holder_id
        ) as previous_released_at,
        lag(leases.released_source) over (
            partition by leases.run_id, leases.system, leases.ip
            order by leases.allocated_at nulls first, leases.holder_id
        ) as previous_released_source
    from timeline.ip_leases as leases
    inner join facts
        on leases.run_id = facts.run_id
    left join timeline.pods
        on leases.run_id = pods.run_id and leases.pod_uid = pods.pod_uid
    left join finding.ip_leaks as leaks
        on
            leases.run_id = leaks.run_id
            and leases.system = leaks.system
            and leases.ip = leaks.ip
            and leases.holder_id = leaks.holder_id
    where leases.pool is not null

),

held as (

    select
        run_id,
        system,
        ip_family,
        pool,
        count(*) filter (where is_held) as allocated_count,
        count(*) filter (where is_held and is_ready and leak_certainty is null) as used_count,
        count(*) filter (where leak_certainty = 'leak') as leaked_count,
        count(*) filter (where leak_certainty = 'possible') as possible_leak_count,
        count(*) filter (where is_held and holder_kind <> 'pod') as other_count,
        count(*) filter (where holder_kind = 'pod') as pod_lease_count,
        min(s_between(started_at, leaked_at)) as first_leak_s,
        min(s_between(previous_released_at, allocated_at)) filter (
            where previous_released_source in ('ipam_log', 'audit') and allocated_at >= previous_released_at
        ) as reuse_gap_min_s
    from leases
    group by run_id, system, ip_family, pool

),

conflicts as (

    select
        conflicts.run_id,
        coalesce(conflicts.pool, leases.pool, pools.pool) as pool,
        count(*) filter (where kind = 'double_hold') as double_hold_count,
        count(*) filter (where kind = 'duplicate') as duplicate_count,
        count(*) filter (where kind = 'half_state') as half_state_count,
        count(*) filter (where kind = 'missing') as missing_count
    from finding.ip_conflicts as conflicts
    left join (select run_id, ip, min(pool) as pool from timeline.ip_leases group by run_id, ip) as leases
        on conflicts.run_id = leases.run_id and conflicts.ip = leases.ip
    left join (select run_id, min(pool) as pool from held group by run_id having count(*) = 1) as pools
        on conflicts.run_id = pools.run_id
    group by all

),

slow_releases as (

    select
        run_id,
        system,
        pool,
        count(*) as slow_release_count
    from finding.ip_slow_releases
    group by run_id, system, pool

)

select
    held.run_id,
    held.system,
    held.ip_family,
    held.pool,
    pools.capacity,
    held.allocated_count,
    held.used_count,
    held.leaked_count,
    held.possible_leak_count,
    held.other_count,
    coalesce(conflicts.double_hold_count, 0) as double_hold_count,
    coalesce(conflicts.duplicate_count, 0) as duplicate_count,
    coalesce(conflicts.half_state_count, 0) as half_state_count,
    coalesce(conflicts.missing_count, 0) as missing_count,
    exhaustions.kind as exhaustion,
    s_between(facts.started_at, exhaustions.full_at) as full_at_s,
    coalesce(exhaustions.refusal_count, 0) as refusal_count,
    coalesce(exhaustions.blocked_pod_count, 0) as blocked_pod_count,
    held.first_leak_s,
    coalesce(slow_releases.slow_release_count, 0) as slow_release_count,
    held.reuse_gap_min_s
from held
inner join facts
    on held.run_id = facts.run_id
left join timeline._ip_pools as pools
    on
        held.run_id = pools.run_id
        and held.system = pools.system
        and held.ip_family = pools.ip_family
        and held.pool = pools.pool
left join conflicts
    on held.run_id = conflicts.run_id and held.pool = conflicts.pool
left join finding.ip_exhaustions as exhaustions
    on
        held.run_id = exhaustions.run_id
        and held.system = exhaustions.system
        and held.ip_family = exhaustions.ip_family
        and held.pool = exhaustions.pool
left join slow_releases
    on held.run_id = slow_releases.run_id and held.system = slow_releases.system and held.pool = slow_releases.pool
where held.pod_lease_count > 0
order by held.run_id, held.system, held.ip_family, held.pool
