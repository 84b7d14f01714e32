-- Failures: one row per failed sandbox attempt, failed step of a pod, and per cause that was inferred behind them.
--
-- An attempt is one failure however often it was logged (finding.failure_evidence has each line). A request that the
-- kubelet gave up while the runtime still worked on it is a row of its own, a symptom of the attempt. Waits, incidents
-- and leaks are causes that no error line names; they are rows so that a root can be pointed at. Count failed attempts
-- with kind = 'attempt'. A step's repetitions are one row with their number.
--
-- grain: run_id, failure_id
-- columns:
--   run_id              Run, as in raw.runs.
--   failure_id          Kind, pod and number or class, joined by `/`; stable while the run's logs are the same.
--   kind                attempt, request (given up by the kubelet), step (container, image, volume, deletion ...), wait
--                       (open span of the IPAM), incident, or leak.
--   pod_uid             Pod; null for an incident or a leak.
--   in_scope            The pod is measured; null without a pod.
--   node_name           Node; null when unknown or cluster-wide.
--   try                 Attempt of the pod, as in timeline.sandbox_attempts; null when it is about none.
--   sandbox_id          Sandbox, 64 hex digits; null when unknown or about none.
--   step                What failed, for kind step (e.g. StartContainer); else null.
--   class               Failure class, as in main.failure_classes; `unclassified` when no signature knows the message.
--   role                root, symptom or transient. A failure with a cause is a symptom, whatever its message says.
--   signature_id        Signature that gave the class; null when the class was inferred or is unknown.
--   cause_failure_id    Failure that caused it directly; null when none is known.
--   root_failure_id     Failure at the end of the causes; null for a root, and when the end is no root.
--   root_class          Class of that root, or its own when it is a root; `unknown` when none was found.
--   rule                Rule that linked it to its cause; null without one.
--   is_proven           Only for class ip_pool_exhausted: the last snapshot shows a full pool held by live pods; else null.
--   message             Innermost words of the error; null when no error line names it.
--   started_at          Begin of the failed attempt, wait or incident, UTC; null when unknown.
--   first_at            When it failed (first time), UTC; null when unknown.
--   last_at             Last time it was reported, UTC; null when unknown.
--   occurrence_count    Times it was reported by the source that counts (1 for an attempt).
--   evidence_count      Records that show it, over all sources.
--   sources             Kinds of sources that show it, sorted, joined by `,`.
--   lost_ns             Time of the pod this failure took: from its begin to the next attempt, to Ready or to the end of
--                       observation, ns; null unless kind is attempt.
--   recovered           The pod got there later (Ready; deleted in a delete run); null without a pod.
--   recovered_after_ns  Time from first_at to then, ns; null when it did not.
--   file_id             File of the first piece of evidence, as in raw.sources; null when there is none.
--   line                Its line; null likewise.
--   path                Its path inside the capture; null likewise.
with

ends as (

    select
        run_id,
        start_failure_id,
        arg_max(failure_id, (position, failure_id)) as end_failure_id,
        max(position) as depth
    from finding._paths
    group by run_id, start_failure_id

),

evidence as (

    select
        run_id,
        failure_id,
        count(*) as evidence_count,
        -- in a third of the time of string_agg(distinct ...)
        array_to_string(list_sort(map_keys(histogram(source))), ',') as sources
    from finding.failure_evidence
    group by run_id, failure_id

),

next_attempts as (

    select
        run_id,
        pod_uid,
        try,
        lead(coalesce(started_at, ended_at)) over (partition by run_id, pod_uid order by try) as next_at
    from timeline.sandbox_attempts

),

goals as (

    select
        pods.run_id,
        pods.pod_uid,
        pods.in_scope,
        case when runs.phase = 'delete' then pods.deleted_at else pods.ready_at end as reached_at,
        bounds.observed_until_at
    from timeline.pods
    inner join staging.runs
        on pods.run_id = runs.run_id
    inner join timeline._run_bounds as bounds
        on pods.run_id = bounds.run_id

),

proven_pools as (

    select
        run_id,
        bool_or(stale_count = 0 or live_count >= capacity) as is_proven
    from finding._full_pools
    group by run_id

),

-- Unwrapping costs much and most failures of a run say the same thing.
texts as materialized (

    select distinct text
    from finding._failure_candidates
    where text is not null

),

messages as materialized (

    select
        text,
        unwrap_message(text) as message
    from texts

)

select
    failures.run_id,
    failures.failure_id,
    failures.kind,
    failures.pod_uid,
    goals.in_scope,
    failures.node_name,
    failures.try,
    failures.sandbox_id,
    failures.step,
    failures.class,
    case when causes.failure_id is not null then 'symptom' else failures.role end as role,
    failures.signature_id,
    causes.cause_failure_id,
    case when ends.depth > 0 and roots.role = 'root' then ends.end_failure_id end as root_failure_id,
    case
        when roots.role = 'root' then roots.class
        when failures.role = 'transient' then failures.class
        else 'unknown'
    end as root_class,
    causes.rule,
    case when failures.class = 'ip_pool_exhausted' then coalesce(proven_pools.is_proven, false) end as is_proven,
    messages.message,
    failures.started_at,
    failures.first_at,
    failures.last_at,
    failures.occurrence_count,
    coalesce(evidence.evidence_count, 0) as evidence_count,
    evidence.sources,
    case
        when failures.kind = 'attempt' and failures.started_at is not null
            then
                not_below_zero(ns_between(
                    failures.started_at,
                    capped(
                        coalesce(next_attempts.next_at, goals.reached_at, goals.observed_until_at),
                        coalesce(goals.reached_at, goals.observed_until_at)
                    )
                ))
    end as lost_ns,
    case when failures.pod_uid is not null then coalesce(goals.reached_at > failures.first_at, false) end as recovered,
    case when goals.reached_at > failures.first_at then ns_between(failures.first_at, goals.reached_at) end
        as recovered_after_ns,
    failures.file_id,
    failures.line,
    sources.path
from finding._failure_candidates as failures
left join finding._causes as causes
    on failures.run_id = causes.run_id and failures.failure_id = causes.failure_id
left join ends
    on failures.run_id = ends.run_id and failures.failure_id = ends.start_failure_id
left join finding._failure_candidates as roots
    on failures.run_id = roots.run_id and ends.end_failure_id = roots.failure_id
left join evidence
    on failures.run_id = evidence.run_id and failures.failure_id = evidence.failure_id
left join next_attempts
    on
        failures.run_id = next_attempts.run_id
        and failures.pod_uid = next_attempts.pod_uid
        and failures.try = next_attempts.try
left join goals
    on failures.run_id = goals.run_id and failures.pod_uid = goals.pod_uid
left join proven_pools
    on failures.run_id = proven_pools.run_id
left join messages
    on failures.text = messages.text
left join raw.sources as sources
    on failures.run_id = sources.run_id and failures.file_id = sources.file_id
