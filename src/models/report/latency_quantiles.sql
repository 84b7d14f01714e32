-- Latency quantiles per run and measure. Discrete: each is a value that occurred.
--
-- For the measures that end in Running or Ready, pods that never got there count as later than any: a quantile that
-- falls on them is null. p99 needs 100 values.
--
-- grain: run_id, measure
-- columns:
--   run_id          Run, as in raw.runs.
--   measure         created_to_ready, created_to_running, created_to_scheduled, scheduled_to_seen, sandbox_attempt
--                   (successful), cni_add, ipam_allocation, ipam_wait or container_start (network ready to started).
--   ordinal         Place in the order of the documentation.
--   sample_count    Values, the unfinished included.
--   censored_count  Those unfinished at the end of observation.
--   min_ms          Smallest value, ms; null when there is none.
--   p50_ms          Median, ms; null when there is none or it is unfinished.
--   p90_ms          90th percentile, ms; null likewise.
--   p95_ms          95th percentile, ms; null likewise.
--   p99_ms          99th percentile, ms; null likewise, and with fewer than 100 values.
--   max_ms          Largest finished value, ms; null when there is none.
with

measured as (

    select *
    from timeline._measured_pods

),

in_scope as (

    select
        run_id,
        pod_uid
    from measured

),

samples as (

    select run_id, 'created_to_ready' as measure, 1 as ordinal, ns_between(created_at, ready_at) as duration_ns, ready_at is null as is_censored
    from measured
    where run_phase <> 'delete' and created_at is not null

    union all

    select run_id, 'created_to_running', 2, ns_between(created_at, running_at), running_at is null
    from measured
    where run_phase <> 'delete' and created_at is not null

    union all

    select run_id, 'created_to_scheduled', 3, ns_between(created_at, scheduled_at), false
    from measured
    where run_phase <> 'delete' and created_at is not null and scheduled_at is not null

    union all

    select run_id, 'scheduled_to_seen', 4, ns_between(scheduled_at, kubelet_seen_at), false
    from measured
    where run_phase <> 'delete' and scheduled_at is not null and kubelet_seen_at is not null

    union all

    select attempts.run_id, 'sandbox_attempt', 5, ns_between(attempts.started_at, attempts.ended_at), false
    from timeline.sandbox_attempts as attempts
    semi join in_scope
        on attempts.run_id = in_scope.run_id and attempts.pod_uid = in_scope.pod_uid
    where attempts.outcome = 'created'

    union all

    select operations.run_id, 'cni_add', 6, ns_between(min(operations.started_at), max(operations.ended_at)), false
    from timeline.cni_operations as operations
    semi join in_scope
        on operations.run_id = in_scope.run_id and operations.pod_uid = in_scope.pod_uid
    where operations.command = 'ADD'
    group by operations.run_id, operations.sandbox_id
    having min(operations.started_at) is not null and max(operations.ended_at) is not null

    union all

    select operations.run_id, 'ipam_allocation', 7, ns_between(operations.started_at, operations.ended_at), false
    from timeline.ipam_operations as operations
    semi join in_scope
        on operations.run_id = in_scope.run_id and operations.pod_uid = in_scope.pod_uid
    where
        operations.command = 'ADD' and operations.outcome = 'allocated'
        and operations.started_at is not null and operations.ended_at is not null

    union all

    select operations.run_id, 'ipam_wait', 8, operations.lock_wait_ns, false
    from timeline.ipam_operations as operations
    semi join in_scope
        on operations.run_id = in_scope.run_id and operations.pod_uid = in_scope.pod_uid
    where operations.command = 'ADD' and operations.lock_wait_ns is not null

    union all

    select run_id, 'container_start', 9, ns_between(network_ready_at, container_started_at), false
    from measured
    where network_ready_at is not null and container_started_at is not null

),

quantiles as (

    select
        run_id,
        measure,
        ordinal,
        count(*) as sample_count,
        count(*) filter (where is_censored) as censored_count,
        min(duration_ns) as min_ns,
        max(duration_ns) as max_ns,
        quantile_disc(coalesce(duration_ns, 9223372036854775807), [0.5, 0.9, 0.95, 0.99]) as quantiles_ns
    from samples
    group by run_id, measure, ordinal

)

select
    run_id,
    measure,
    ordinal,
    sample_count,
    censored_count,
    min_ns / 1e6 as min_ms,
    nullif(quantiles_ns[1], 9223372036854775807) / 1e6 as p50_ms,
    nullif(quantiles_ns[2], 9223372036854775807) / 1e6 as p90_ms,
    nullif(quantiles_ns[3], 9223372036854775807) / 1e6 as p95_ms,
    case when sample_count >= 100 then nullif(quantiles_ns[4], 9223372036854775807) / 1e6 end as p99_ms,
    max_ns / 1e6 as max_ms
from quantiles
order by run_id, ordinal
