-- Serial resources of each run: how long each was saturated, and what it could have served: one row per run and program.
--
-- The throughput it allows is what its servers could do with nothing between two holders: server_count x parallel_count /
-- service_mean_s. What it did serve while saturated stands beside it: what lies between them is handover.
--
-- grain: run_id, component
-- columns:
--   run_id                  Run, as in raw.runs.
--   component               Program, as in main.serial_resources.
--   resource                Name of the resource, e.g. lease.
--   scope                   cluster or node: how many share one.
--   server_count            Servers: 1, or the nodes that used theirs.
--   parallel_count          Requests that one server worked on at once, as in report.resource_use: 1 for a lock.
--   served_count            Requests that got it.
--   waiting_max             Most requests that waited, mean of a window.
--   saturated_s             Length of the windows in which it was saturated, s; null when the time of the work is unknown.
--   saturated_ratio         Share of these in the run: until all pods were Ready (gone in a delete run), else until the end of
--                           observation; null likewise.
--   held_saturated_ratio    Share of these in which it was held; null when it was never saturated, and likewise.
--   service_mean_s          Mean time it was held, s; null when unknown or below the resolution of its log.
--   allowed_per_s           Throughput that this allows, 1/s; null likewise.
--   served_saturated_per_s  Requests served while saturated, 1/s; null when it never was.
--   is_bottleneck           It was saturated for half of the run at least, and longest of its resources.
with

totals as (

    select
        run_id,
        component,
        min(resource) as resource,
        min(server_count) as server_count,
        min(parallel_count) as parallel_count,
        sum(served_count)::bigint as served_count,
        max(waiting_mean) as waiting_max,
        case when count(is_saturated) > 0 then coalesce(sum(window_s) filter (where is_saturated), 0) end as saturated_s,
        sum(held_ratio * window_s) filter (where is_saturated) as held_saturated_s,
        sum(served_count) filter (where is_saturated) as served_saturated_count
    from report.resource_use
    group by run_id, component

),

services as (

    select
        run_id,
        component,
        -- the mean of n stamps of this resolution is no finer than resolution / sqrt(n)
        case
            when avg(ns_between(acquired_at, released_at)) > coalesce(max(resolution_ns), 1) / sqrt(count(*))
                then avg(ns_between(acquired_at, released_at)) / 1e9
        end as service_mean_s
    from timeline.serial_requests
    where not is_served_only and released_at >= acquired_at
    group by run_id, component

),

spans as (

    select
        run_id,
        s_between(
            min(run_started_at),
            case when count(done_at) = count(*) then max(done_at) else min(observed_until_at) end
        ) as run_s
    from timeline._measured_pods
    group by run_id

),

rated as (

    select
        totals.run_id,
        totals.component,
        totals.resource,
        resources.scope,
        totals.server_count,
        totals.parallel_count,
        totals.served_count,
        totals.waiting_max,
        totals.saturated_s,
        capped(totals.saturated_s / case when spans.run_s > 0 then spans.run_s end, 1) as saturated_ratio,
        totals.held_saturated_s / nullif(totals.saturated_s, 0) as held_saturated_ratio,
        services.service_mean_s,
        totals.server_count * totals.parallel_count / services.service_mean_s as allowed_per_s,
        totals.served_saturated_count / nullif(totals.saturated_s, 0) as served_saturated_per_s
    from totals
    inner join main.serial_resources as resources
        on totals.component = resources.component
    left join services
        on totals.run_id = services.run_id and totals.component = services.component
    left join spans
        on totals.run_id = spans.run_id

)

select
    run_id,
    component,
    resource,
    scope,
    server_count,
    parallel_count,
    served_count,
    waiting_max,
    saturated_s,
    saturated_ratio,
    held_saturated_ratio,
    service_mean_s,
    allowed_per_s,
    served_saturated_per_s,
    coalesce(saturated_ratio, 0) >= 0.5
    and row_number() over (partition by run_id order by saturated_s desc nulls last, component) = 1 as is_bottleneck
from rated
order by run_id, saturated_s desc nulls last, component
