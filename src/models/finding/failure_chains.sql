-- Chains: per pod from its last failure to the root, one row per link.
--
-- Every pod that failed at something has one, and every pod in scope that did not get where the run is about (Ready, or
-- deleted). It begins at what held the pod up last: an attempt still open, else the last failed attempt or request, else a failed
-- step. It ends at a root, or at an explicit `unknown`.
--
-- grain: run_id, pod_uid, position
-- columns:
--   run_id      Run, as in raw.runs.
--   pod_uid     Pod.
--   position    0 for the symptom seen last, counting towards the root.
--   failure_id  Failure, as in finding.failures; null for an unknown cause.
--   class       Its class; `unknown` at the end of a chain without a root.
--   role        symptom, transient or root; the last link is always a root.
--   rule        Rule that linked it to the link before: reserved_name, given_up, open_span, incident, pod_cause,
--               pool_leak, unscheduled; null at position 0 and for an unknown cause.
with

starts as (

    select
        failures.run_id,
        failures.pod_uid,
        failures.failure_id
    from finding._failure_candidates as failures
    left join timeline.sandbox_attempts as attempts
        on failures.run_id = attempts.run_id and failures.pod_uid = attempts.pod_uid and failures.try = attempts.try
    where
        failures.pod_uid is not null
        -- a wait that is not the last thing is a link of another failure's chain
        and (failures.kind <> 'wait' or attempts.outcome = 'open')
    qualify row_number() over (
        partition by failures.run_id, failures.pod_uid
        order by (
            failures.kind = 'step',
            -epoch_ns(failures.last_at),
            -failures.try,
            failures.failure_id
        )
    ) = 1

),

links as (

    select
        starts.run_id,
        starts.pod_uid,
        paths.position,
        paths.failure_id,
        failures.class,
        failures.role,
        failures.is_last,
        paths.rule
    from starts
    inner join finding._paths as paths
        on starts.run_id = paths.run_id and starts.failure_id = paths.start_failure_id
    inner join (
        select
            candidates.run_id,
            candidates.failure_id,
            candidates.class,
            candidates.role,
            causes.failure_id is null as is_last
        from finding._failure_candidates as candidates
        left join finding._causes as causes
            on candidates.run_id = causes.run_id and candidates.failure_id = causes.failure_id
    ) as failures
        on paths.run_id = failures.run_id and paths.failure_id = failures.failure_id

),

-- Pods that did not get there and failed at nothing: not scheduled while no scheduler led, else unknown.
silent as (

    select
        pods.run_id,
        pods.pod_uid,
        arg_max(incidents.failure_id, (incidents.started_at, incidents.failure_id)) as failure_id
    from timeline._measured_pods as pods
    left join (
        select
            run_id,
            'incident/' || incident_id as failure_id,
            started_at,
            ended_at
        from finding.incidents
        where kind = 'leader_election_lost' and contains(component, 'scheduler')
    ) as incidents
        on
            pods.run_id = incidents.run_id
            and pods.scheduled_at is null
            and (incidents.ended_at is null or pods.created_at < incidents.ended_at)
    anti join starts
        on pods.run_id = starts.run_id and pods.pod_uid = starts.pod_uid
    where pods.done_at is null
    group by pods.run_id, pods.pod_uid

)

select
    run_id,
    pod_uid,
    position,
    failure_id,
    class,
    case when is_last then role else 'symptom' end as role,
    rule
from links

union all

select
    run_id,
    pod_uid,
    position + 1,
    null,
    'unknown',
    'root',
    null
from links
where is_last and role <> 'root'

union all

select
    run_id,
    pod_uid,
    0,
    failure_id,
    if(failure_id is null, 'unknown', 'leader_election_lost'),
    'root',
    if(failure_id is null, null, 'unscheduled')
from silent
