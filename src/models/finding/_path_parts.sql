-- What each pod's way to Ready was made of: one row per pod and part, with the time it took.
--
-- The way begins with the run and ends when the pod was Ready or gone, or with the observation. Its phases are those of
-- timeline.phases, put together by who is at work; what comes before the pod's creation is the part `creation`. Failed
-- attempts with the back-off after them are `ipam_retry` when the root of the last failure by then is one of IPAM, else
-- `other_retry`. An attempt still open at the end of observation that waits for the IPAM is `ipam_wait`. Runs of phase
-- delete have none.
--
-- grain: run_id, pod_uid, part
with

pods as (

    select
        run_id,
        pod_uid,
        run_started_at,
        done_at,
        created_at
    from timeline._measured_pods
    where run_phase <> 'delete' and run_started_at is not null

),

failures as (

    select
        failures.run_id,
        failures.pod_uid,
        failures.kind,
        add_ns(failures.first_at, -1000000000) as from_at,
        classes.layer = 'ipam' as is_ipam,
        row_number() over (
            partition by failures.run_id, failures.pod_uid
            order by failures.first_at, failures.failure_id
        ) as position
    from finding.failures
    left join main.failure_classes as classes
        on failures.root_class = classes.id
    where failures.kind in ('attempt', 'wait') and failures.first_at is not null and failures.pod_uid is not null

),

-- an asof join takes any of several equal instants
dated_failures as (

    select
        run_id,
        pod_uid,
        from_at,
        arg_max(is_ipam, (position, is_ipam)) as is_ipam
    from failures
    group by run_id, pod_uid, from_at

),

phases as (

    select
        phases.run_id,
        phases.pod_uid,
        phases.phase,
        phases.is_open,
        phases.started_at,
        phases.ended_at
    from timeline.phases
    inner join pods
        on phases.run_id = pods.run_id and phases.pod_uid = pods.pod_uid

),

rooted as (

    select
        phases.run_id,
        phases.pod_uid,
        case
            when phases.phase = 'scheduling' then 'scheduling'
            when phases.phase in ('kubelet_wait', 'sandbox_wait') then 'kubelet'
            when phases.phase in ('failed_attempt', 'backoff') then if(failures.is_ipam, 'ipam_retry', 'other_retry')
            when phases.phase = 'sandbox' and phases.is_open and failures.is_ipam then 'ipam_wait'
            when phases.phase in ('sandbox', 'container_start') then 'runtime'
            when phases.phase = 'status_update' then 'api'
            else phases.phase
        end as part,
        ns_between(phases.started_at, phases.ended_at) as duration_ns
    from phases
    asof left join dated_failures as failures
        on
            phases.run_id = failures.run_id
            and phases.pod_uid = failures.pod_uid
            and phases.ended_at >= failures.from_at

),

creations as (

    select
        run_id,
        pod_uid,
        'creation' as part,
        ns_between(run_started_at, created_at) as duration_ns
    from pods
    where created_at > run_started_at

)

select
    run_id,
    pod_uid,
    part,
    sum(duration_ns)::bigint as duration_ns
from (
    select * from rooted
    union all
    select * from creations
)
group by run_id, pod_uid, part
