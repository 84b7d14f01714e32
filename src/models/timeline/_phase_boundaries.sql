-- Where each phase of a pod begins: one row per boundary, in the order in which a pod passes them (`stage`).
--
-- Only what leads to the sandbox that the pod started in has boundaries of its own; attempts that failed before it are
-- merged where they overlap (a refused name ends while the attempt that holds the name still runs). An instant of 1 s
-- resolution counts as its middle. Kube-OVN's IPAM runs beside the CNI ADD: only the wait for it is a phase.
--
-- grain: run_id, pod_uid, stage, ts, phase
with

milestone_boundaries as (

    select
        run_id,
        pod_uid,
        ts,
        case milestone
            when 'created' then 0
            when 'scheduled' then 1
            when 'kubelet_seen' then 2
            when 'container_started' then 13
            when 'running' then 14
        end as stage,
        case milestone
            when 'created' then 'scheduling'
            when 'scheduled' then 'kubelet_wait'
            when 'kubelet_seen' then 'sandbox_wait'
            when 'container_started' then 'status_update'
            when 'running' then 'readiness'
        end as phase
    from timeline.milestones
    where milestone in ('created', 'scheduled', 'kubelet_seen', 'container_started', 'running')

),

earlier_attempts as (

    select
        attempts.run_id,
        attempts.pod_uid,
        attempts.try,
        attempts.outcome,
        coalesce(attempts.started_at, attempts.ended_at) as started_at,
        coalesce(
            attempts.ended_at,
            lead(attempts.started_at) over (partition by attempts.run_id, attempts.pod_uid order by attempts.try),
            startups.started_at
        ) as ended_at
    from timeline.sandbox_attempts as attempts
    left join timeline._startup_sandboxes as startups
        on attempts.run_id = startups.run_id and attempts.pod_uid = startups.pod_uid
    where startups.try is null or attempts.try < startups.try

),

islands as (

    select
        *,
        sum(opens::integer) over (partition by run_id, pod_uid order by try) as island
    from (
        select
            *,
            coalesce(
                started_at > max(ended_at) over (
                    partition by run_id, pod_uid
                    order by try
                    rows between unbounded preceding and 1 preceding
                ),
                true
            ) as opens
        from earlier_attempts
    )

),

failed_spans as (

    select
        run_id,
        pod_uid,
        min(started_at) as started_at,
        case when bool_and(ended_at is not null) then max(ended_at) end as ended_at,
        bool_or(outcome = 'open' and ended_at is null) as is_in_flight
    from islands
    group by run_id, pod_uid, island

),

cni_spans as (

    select
        operations.run_id,
        operations.sandbox_id,
        min(operations.started_at) as started_at,
        max(add_ns(operations.ended_at, operations.ended_resolution_ns // 2)) as ended_at
    from timeline.cni_operations as operations
    where operations.command = 'ADD'
    group by operations.run_id, operations.sandbox_id

),

-- the requests of the startup's sandbox, or of its pod where the IPAM does not know the sandbox
startup_operations as (

    select operations.*
    from timeline._startup_sandboxes as startups
    inner join timeline.ipam_operations as operations
        on startups.run_id = operations.run_id and startups.pod_uid = operations.pod_uid
    where
        operations.command = 'ADD'
        and (operations.sandbox_id is null or operations.sandbox_id = startups.sandbox_id)

),

startup_spans as (

    select
        startups.run_id,
        startups.pod_uid,
        startups.started_at,
        startups.ended_at,
        cni.started_at as cni_started_at,
        cni.ended_at as cni_ended_at,
        case
            when ipam.sandbox_id is not null then coalesce(ipam.wait_started_at, ipam.started_at)
            when ipam.ended_at > coalesce(cni.started_at, startups.started_at)
                then coalesce(cni.started_at, startups.started_at)
        end as wait_started_at,
        case when ipam.sandbox_id is not null then coalesce(ipam.acquired_at, ipam.started_at) end as work_started_at,
        case
            when ipam.sandbox_id is not null or ipam.ended_at > coalesce(cni.started_at, startups.started_at)
                then coalesce(ipam.ended_at, ipam.allocated_at)
        end as ipam_ended_at,
        coalesce(ipam.resolution_ns // 2, 0) as half_resolution_ns
    from timeline._startup_sandboxes as startups
    left join cni_spans as cni
        on startups.run_id = cni.run_id and startups.sandbox_id = cni.sandbox_id
    left join startup_operations as ipam
        on startups.run_id = ipam.run_id and startups.pod_uid = ipam.pod_uid

),

image_pulls as (

    select
        run_id,
        object_uid as pod_uid,
        reason,
        min(coalesce(name_ts, first_ts)) as ts
    from staging.kube_events
    where reason in ('Pulling', 'Pulled') and object_uid is not null
    group by run_id, object_uid, reason

),

boundaries as (

    select run_id, pod_uid, stage, phase, ts from milestone_boundaries

    union all

    select run_id, pod_uid, 3, case when is_in_flight then 'sandbox' else 'failed_attempt' end, started_at
    from failed_spans

    union all

    select run_id, pod_uid, 3, 'backoff', ended_at from failed_spans

    union all

    select run_id, pod_uid, 4, 'sandbox', started_at from startup_spans

    union all

    select run_id, pod_uid, 5, 'cni', capped(cni_started_at, ended_at) from startup_spans

    union all

    select run_id, pod_uid, 6, 'ipam_wait', capped(add_ns(wait_started_at, half_resolution_ns), ended_at)
    from startup_spans

    union all

    select run_id, pod_uid, 7, 'ipam', capped(add_ns(work_started_at, half_resolution_ns), ended_at) from startup_spans

    union all

    select run_id, pod_uid, 8, 'cni', capped(add_ns(ipam_ended_at, half_resolution_ns), ended_at) from startup_spans

    union all

    select run_id, pod_uid, 9, 'sandbox', capped(cni_ended_at, ended_at) from startup_spans

    union all

    select run_id, pod_uid, 10, 'container_start', ended_at from startup_spans

    union all

    select run_id, pod_uid, 11, 'image', ts from image_pulls where reason = 'Pulling'

    union all

    select pulled.run_id, pulled.pod_uid, 12, 'container_start', pulled.ts
    from image_pulls as pulled
    semi join (select run_id, pod_uid from image_pulls where reason = 'Pulling') as pulling
        on pulled.run_id = pulling.run_id and pulled.pod_uid = pulling.pod_uid
    where pulled.reason = 'Pulled'

)

select
    run_id,
    pod_uid,
    stage,
    phase,
    ts
from boundaries
where ts is not null
