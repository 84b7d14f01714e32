-- Everything that can be a link of a chain: failed attempts, requests given up, failed steps, waits, incidents, leaks.
--
-- grain: run_id, failure_id
with

-- Spiderpool gives up a pool after n conflicts, or when its request's 100 s are over while it waited in the queue: then
-- fewer conflicts are counted than the message speaks of.
queue_waits as (

    select
        failures.run_id,
        failures.failure_id
    from finding._sandbox_failures as failures
    inner join timeline.ipam_operations as operations
        on failures.run_id = operations.run_id and failures.sandbox_id = operations.sandbox_id
    where
        operations.command = 'ADD'
        and failures.kind = 'attempt'
        and operations.conflict_count < try_cast(regexp_extract(failures.text, 'exhaust all retries \((\d+) times\)', 1) as bigint)
        and ns_between(operations.started_at, coalesce(operations.ended_at, failures.failed_at)) >= 95000000000
)

select
    failures.run_id,
    failures.failure_id,
    failures.kind,
    failures.pod_uid,
    failures.node_name,
    failures.try,
    failures.sandbox_id,
    failures.reserved_for,
    null::varchar as step,
    failures.started_at,
    failures.failed_at as first_at,
    failures.failed_at as last_at,
    1::bigint as occurrence_count,
    failures.source,
    failures.file_id,
    failures.line,
    failures.text,
    if(queue_waits.failure_id is null, failures.signature_id, null) as signature_id,
    case
        when queue_waits.failure_id is not null then 'ipam_queue_wait'
        else coalesce(failures.class, 'unclassified')
    end as class,
    coalesce(failures.role, 'symptom') as role
from finding._sandbox_failures as failures
left join queue_waits
    on failures.run_id = queue_waits.run_id and failures.failure_id = queue_waits.failure_id

union all

select
    run_id,
    failure_id,
    kind,
    pod_uid,
    node_name,
    null,
    null,
    null,
    step,
    started_at,
    failed_at,
    last_at,
    occurrence_count,
    source,
    file_id,
    line,
    text,
    signature_id,
    coalesce(class, 'unclassified'),
    coalesce(role, 'symptom')
from finding._step_failures

union all

select
    run_id,
    failure_id,
    kind,
    pod_uid,
    node_name,
    try,
    sandbox_id,
    null,
    null,
    started_at,
    failed_at,
    failed_at,
    1,
    'cni_log',
    file_id,
    line,
    null,
    null,
    class,
    'root'
from finding._waits

union all

select
    run_id,
    'incident/' || incident_id,
    'incident',
    null,
    node_name,
    null,
    null,
    null,
    null,
    started_at,
    started_at,
    coalesce(ended_at, started_at),
    evidence_count,
    case
        when kind like '%stall' and message is null then 'audit'
        when kind = 'runtime_restart' then 'runtime_log'
        when kind in ('kubelet_restart', 'agent_restart') then 'kubelet_log'
        else 'controlplane_log'
    end,
    file_id,
    line,
    message,
    null,
    class,
    'root'
from finding.incidents

union all

select
    run_id,
    'leak/' || system || '/' || pool,
    'leak',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    stale_count,
    'ipam_object',
    file_id,
    line,
    stale_count || ' of ' || held_count || ' addresses of ' || pool || ' belong to no pod, e.g. ' || example_ip,
    null,
    'ip_leak',
    'root'
from finding._full_pools
where
    stale_count > 0
    and run_id in (
        select run_id from finding._sandbox_failures where class = 'ip_pool_exhausted'
        union all
        select run_id from finding._step_failures where class = 'ip_pool_exhausted'
    )
