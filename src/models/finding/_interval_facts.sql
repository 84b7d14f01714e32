-- What the run shows of the time of each stall and each stretch of one pace: one row per interval.
--
-- Failures of measured pods count where they came (attempts and steps, no transient ones). Of several incidents the one that
-- fits the interval best in time is named, of several serial resources the one that most requests waited for.
--
-- grain: run_id, kind, measure, ordinal
with

intervals as (

    select
        run_id,
        'stall' as kind,
        measure,
        ordinal,
        started_at,
        seen_until_at as ended_at
    from finding._stall_spans

    union all

    select
        run_id,
        'segment' as kind,
        measure,
        ordinal,
        started_at,
        ended_at
    from finding._progress_segments

),

causes as (

    select
        intervals.run_id,
        intervals.kind,
        intervals.measure,
        intervals.ordinal,
        failures.root_class as class,
        count(*) as failure_count,
        sum(count(*)) over (partition by intervals.run_id, intervals.kind, intervals.measure, intervals.ordinal) as all_count
    from intervals
    inner join finding.failures
        on
            intervals.run_id = failures.run_id
            and failures.first_at >= intervals.started_at
            and failures.first_at <= intervals.ended_at
    where failures.in_scope and failures.kind in ('attempt', 'step') and failures.role <> 'transient'
    group by intervals.run_id, intervals.kind, intervals.measure, intervals.ordinal, failures.root_class
    qualify row_number() over (
        partition by intervals.run_id, intervals.kind, intervals.measure, intervals.ordinal
        order by count(*) desc, failures.root_class
    ) = 1

),

incidents as (

    select
        intervals.run_id,
        intervals.kind,
        intervals.measure,
        intervals.ordinal,
        count(*) as incident_count,
        -- of what they share with the interval as a part of both together
        arg_max(
            incidents.incident_id,
            (
                s_between(
                    greatest(incidents.started_at, intervals.started_at),
                    least(coalesce(incidents.ended_at, intervals.ended_at), intervals.ended_at)
                )
                / s_between(
                    least(incidents.started_at, intervals.started_at),
                    greatest(coalesce(incidents.ended_at, intervals.ended_at), intervals.ended_at)
                ),
                incidents.incident_id
            )
        ) as incident_id
    from intervals
    inner join finding.incidents
        on
            intervals.run_id = incidents.run_id
            and incidents.started_at < intervals.ended_at
            and coalesce(incidents.ended_at, intervals.ended_at) > intervals.started_at
    group by intervals.run_id, intervals.kind, intervals.measure, intervals.ordinal

),

requests as (

    select
        intervals.run_id,
        intervals.kind,
        intervals.measure,
        intervals.ordinal,
        ns_between(intervals.started_at, intervals.ended_at) as interval_ns,
        requests.component,
        requests.resource,
        requests.server,
        requests.request_id,
        requests.pod_uid,
        requests.node_name,
        requests.is_served_only,
        greatest(0, ns_between(
            greatest(requests.wait_started_at, intervals.started_at),
            least(coalesce(requests.acquired_at, requests.gave_up_at), intervals.ended_at)
        )) as waiting_ns,
        case when requests.released_at > requests.acquired_at
            then greatest(0, ns_between(
                greatest(requests.acquired_at, intervals.started_at),
                least(requests.released_at, intervals.ended_at)
            ))
        end as held_ns
    from intervals
    inner join timeline.serial_requests as requests
        on
            intervals.run_id = requests.run_id
            and requests.wait_started_at < intervals.ended_at
            and coalesce(requests.released_at, requests.acquired_at, requests.gave_up_at) > intervals.started_at

),

resources as (

    select
        run_id,
        kind,
        measure,
        ordinal,
        component,
        min(resource) as resource,
        sum(waiting_ns) / min(interval_ns) as waiting_mean,
        case when not bool_and(is_served_only)
            then capped(coalesce(sum(held_ns), 0) / (min(interval_ns) * count(distinct server)), 1)
        end as held_ratio,
        arg_max(request_id, (held_ns, request_id)) filter (where held_ns > 0) as holder_request_id,
        arg_max(pod_uid, (held_ns, request_id)) filter (where held_ns > 0) as holder_pod_uid,
        arg_max(node_name, (held_ns, request_id)) filter (where held_ns > 0) as holder_node_name,
        nullif(max(held_ns), 0) as holder_held_ns
    from requests
    group by run_id, kind, measure, ordinal, component
    having sum(waiting_ns) > 0
    qualify row_number() over (
        partition by run_id, kind, measure, ordinal
        order by sum(waiting_ns) desc, component
    ) = 1

)

select
    intervals.run_id,
    intervals.kind,
    intervals.measure,
    intervals.ordinal,
    coalesce(causes.all_count, 0)::bigint as failure_count,
    causes.class as cause_class,
    causes.failure_count as cause_count,
    incidents.incident_id,
    coalesce(incidents.incident_count, 0) as incident_count,
    resources.component,
    resources.resource,
    resources.waiting_mean,
    resources.held_ratio,
    resources.holder_request_id,
    resources.holder_pod_uid,
    resources.holder_node_name,
    resources.holder_held_ns
from intervals
left join causes
    using (run_id, kind, measure, ordinal)
left join incidents
    using (run_id, kind, measure, ordinal)
left join resources
    using (run_id, kind, measure, ordinal)
