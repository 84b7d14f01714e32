-- Waiting for the IPAM's serial resource: one row per run and program that has one.
--
-- Which resource it is, and whether the cluster or a node shares one, is in main.serial_resources (a program that is
-- not there counts as one for the cluster). It is held from getting it until the work ends. The lock-bound rate is what
-- the resource could serve with nothing between two holders; what lies between it and the observed rate is handover and
-- idling. Work that overlaps (Kube-OVN's queue has several workers) is no exclusive resource: it has no such rate. A
-- DEL that is retried is one request, which waits from its first asking on.
--
-- grain: run_id, component
-- columns:
--   run_id                Run, as in raw.runs.
--   component             Program, e.g. whereabouts.
--   scope                 cluster or node: how many share one resource.
--   resource_count        Resources: 1, or the number of nodes that used theirs.
--   request_count         Requests that asked for it, ADD and DEL.
--   acquisition_count     Of these, those that got it.
--   allocation_count      ADD requests that ended with an address.
--   wait_total_s          Sum of the waits of those that got it, s.
--   wait_p50_s            Median wait, s; null when none got it.
--   wait_p90_s            90th percentile, s; null likewise.
--   wait_max_s            Longest, s; null likewise.
--   service_mean_s        Mean time it was held, s; null when no end is logged.
--   busy_s                From the first acquisition to the last end, s; null likewise.
--   lock_bound_per_s      resource_count / service_mean_s, 1/s; null when the mean is unknown or below the resolution, and
--                         when the work overlaps.
--   acquisitions_per_s    Acquisitions by busy_s, 1/s; null when there was one only.
--   allocations_per_s     Allocations by busy_s, 1/s; null likewise.
--   held_ratio            Share of busy_s in which it was held (per resource); null likewise, and when the work overlaps.
with

operations as (

    select
        run_id,
        component,
        node_name,
        command,
        outcome,
        started_at,
        wait_started_at,
        acquired_at,
        case when ended_at >= acquired_at then ended_at end as ended_at,
        case when lock_wait_ns >= 0 then lock_wait_ns end as lock_wait_ns,
        resolution_ns
    from timeline.ipam_operations

),

totals as (

    select
        run_id,
        component,
        count(distinct node_name) as node_count,
        count(*) filter (where coalesce(wait_started_at, started_at, acquired_at) is not null) as request_count,
        count(acquired_at) as acquisition_count,
        count(*) filter (where command = 'ADD' and outcome = 'allocated') as allocation_count,
        sum(lock_wait_ns) / 1e9 as wait_total_s,
        quantile_disc(lock_wait_ns, 0.5) / 1e9 as wait_p50_s,
        quantile_disc(lock_wait_ns, 0.9) / 1e9 as wait_p90_s,
        max(lock_wait_ns) / 1e9 as wait_max_s,
        avg(ns_between(acquired_at, ended_at)) / 1e9 as service_mean_s,
        sum(ns_between(acquired_at, ended_at)) / 1e9 as service_total_s,
        max(resolution_ns) / 1e9 as resolution_s,
        s_between(min(acquired_at), greatest(max(ended_at) filter (where acquired_at is not null), max(acquired_at))) as busy_s
    from operations
    group by run_id, component
    having count(acquired_at) > 0

),

scoped as (

    select
        totals.*,
        coalesce(resources.scope, 'cluster') as scope,
        if(resources.scope = 'node', greatest(totals.node_count, 1), 1) as resource_count,
        case when totals.acquisition_count > 1 and totals.busy_s > 0 then totals.busy_s end as rate_span_s
    from totals
    left join main.serial_resources as resources
        on totals.component = resources.component

)

select
    run_id,
    component,
    scope,
    resource_count,
    request_count,
    acquisition_count,
    allocation_count,
    wait_total_s,
    wait_p50_s,
    wait_p90_s,
    wait_max_s,
    service_mean_s,
    busy_s,
    -- the mean of n stamps of this resolution is no finer than resolution / sqrt(n)
    case
        when service_mean_s > resolution_s / sqrt(acquisition_count) and service_total_s <= rate_span_s * resource_count
            then resource_count / service_mean_s
    end as lock_bound_per_s,
    acquisition_count / rate_span_s as acquisitions_per_s,
    allocation_count / rate_span_s as allocations_per_s,
    case when service_total_s <= rate_span_s * resource_count then service_total_s / (rate_span_s * resource_count) end
        as held_ratio
from scoped
order by run_id, component
