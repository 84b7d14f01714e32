-- Requests for a serial resource: one row per request of main.serial_resources that any source shows.
--
-- Of IPAM operations those that asked for the resource. A program that has one for each node is one server a node. Cilium's
-- agent logs a request only after its limiter has let it through: the wait begins with the sandbox attempt, and so holds
-- the runtime's part of it, and what the limiter refused is not there. The scheduler is asked when a pod is created and has served it when it is bound; how long it
-- worked for it is not known.
--
-- grain: run_id, component, request_id
-- columns:
--   run_id           Run, as in raw.runs.
--   component        Program, e.g. whereabouts.
--   request_id       Operation, sandbox attempt or pod that asked.
--   resource         Name of the resource, e.g. lease.
--   server           Node whose resource it is; `cluster` when all nodes share one.
--   pod_uid          Pod; null when unknown.
--   node_name        Node that asked; null when unknown.
--   command          ADD or DEL; null for the scheduler.
--   wait_started_at  When it asked, UTC; null when unknown.
--   acquired_at      When it got it; null when it never did, or that is not known.
--   released_at      When it gave it back; null when unknown.
--   gave_up_at       When a request that did not get it ended, or the end of observation; null when it got it, or unknown.
--   is_served_only   Only that and when it was served is known: acquired_at is the end of the work.
--   resolution_ns    Coarsest resolution of these instants, ns; null when unknown.
with

attempts as (

    select
        run_id,
        pod_uid,
        node_name,
        try,
        sandbox_id,
        started_at,
        ended_at,
        outcome
    from timeline.sandbox_attempts
    where reserved_for is null and started_at is not null

),

attempt_ends as (

    select
        run_id,
        sandbox_id,
        max(ended_at) as ended_at
    from attempts
    where sandbox_id is not null
    group by run_id, sandbox_id

),

deletions as (

    select
        run_id,
        sandbox_id,
        max(ended_at) as ended_at
    from timeline.cni_operations
    where command = 'DEL'
    group by run_id, sandbox_id

),

-- programs that hand out their resource for this command at all, as far as the run shows
served_commands as (

    select
        run_id,
        component,
        command
    from timeline.ipam_operations
    where acquired_at is not null
    group by run_id, component, command

),

ipam_requests as (

    select
        operations.run_id,
        operations.component,
        operations.operation_id as request_id,
        operations.pod_uid,
        operations.node_name,
        operations.command,
        coalesce(operations.wait_started_at, operations.started_at, operations.acquired_at) as wait_started_at,
        operations.acquired_at,
        operations.ended_at as released_at,
        if(operations.command = 'DEL', deletions.ended_at, attempt_ends.ended_at) as gave_up_at,
        operations.outcome = 'open' and operations.command = 'ADD' as is_open,
        false as is_served_only,
        operations.resolution_ns
    from timeline.ipam_operations as operations
    semi join served_commands as served
        on
            operations.run_id = served.run_id
            and operations.component = served.component
            and operations.command = served.command
    left join attempt_ends
        on operations.run_id = attempt_ends.run_id and operations.sandbox_id = attempt_ends.sandbox_id
    left join deletions
        on operations.run_id = deletions.run_id and operations.sandbox_id = deletions.sandbox_id

),

limited_requests as (

    select
        attempts.run_id,
        operations.component,
        attempts.pod_uid || '/' || attempts.try as request_id,
        attempts.pod_uid,
        attempts.node_name,
        'ADD' as command,
        attempts.started_at as wait_started_at,
        operations.started_at as acquired_at,
        operations.ended_at as released_at,
        null::timestamp_ns as gave_up_at,
        false as is_open,
        false as is_served_only,
        operations.started_resolution_ns as resolution_ns
    from attempts
    inner join timeline.cni_operations as operations
        on
            attempts.run_id = operations.run_id
            and attempts.sandbox_id = operations.sandbox_id
            and operations.command = 'ADD'
    inner join main.serial_resources as resources
        on operations.component = resources.component and resources.requests = 'cni_operations'

),

scheduling_requests as (

    select
        pods.run_id,
        resources.component,
        pods.pod_uid as request_id,
        pods.pod_uid,
        null::varchar as node_name,
        null::varchar as command,
        created_at as wait_started_at,
        scheduled_at as acquired_at,
        scheduled_at as released_at,
        deleted_at as gave_up_at,
        scheduled_at is null and deleted_at is null as is_open,
        true as is_served_only,
        null::bigint as resolution_ns
    from timeline.pods
    inner join main.serial_resources as resources
        on resources.requests = 'pods'
    -- a pod that is on a node has been served, also where nothing tells when
    where pods.in_scope and (pods.scheduled_at is not null or pods.node_name is null)

),

requests as (

    select * from ipam_requests
    union all
    select * from limited_requests
    union all
    select * from scheduling_requests

)

select
    requests.run_id,
    requests.component,
    requests.request_id,
    resources.resource,
    if(resources.scope = 'node', coalesce(requests.node_name, 'unknown'), 'cluster') as server,
    requests.pod_uid,
    requests.node_name,
    requests.command,
    requests.wait_started_at,
    requests.acquired_at,
    case when requests.released_at >= requests.acquired_at then requests.released_at end as released_at,
    case
        when requests.acquired_at is not null then null
        when requests.is_open then coalesce(requests.gave_up_at, bounds.observed_until_at)
        else coalesce(requests.gave_up_at, requests.released_at)
    end as gave_up_at,
    requests.is_served_only,
    requests.resolution_ns
from requests
inner join main.serial_resources as resources
    on requests.component = resources.component
inner join timeline._run_bounds as bounds
    on requests.run_id = bounds.run_id
