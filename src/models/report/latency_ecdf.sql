-- Empirical distribution of created to Ready, over all pods in scope: unfinished pods keep it below 1.
--
-- grain: run_id, latency_s
-- columns:
--   run_id       Run, as in raw.runs.
--   latency_s    Latency, s, to 1 ms.
--   ready_count  Pods that were Ready within it.
--   pod_count    Pods in scope.
--   ready_ratio  ready_count / pod_count.
with

latencies as (

    select
        run_id,
        round(s_between(created_at, ready_at), 3) as latency_s,
        count(*) as pods_at
    from timeline._measured_pods
    where ready_at is not null and created_at is not null and run_phase <> 'delete'
    group by all

),

totals as (

    select
        run_id,
        count(*) as pod_count
    from timeline._measured_pods
    group by run_id

)

select
    latencies.run_id,
    latencies.latency_s,
    sum(latencies.pods_at) over so_far as ready_count,
    totals.pod_count,
    sum(latencies.pods_at) over so_far / totals.pod_count as ready_ratio
from latencies
inner join totals
    on latencies.run_id = totals.run_id
window so_far as (
    partition by latencies.run_id
    order by latencies.latency_s
    rows between unbounded preceding and current row
)
order by latencies.run_id, latencies.latency_s
