-- Stalls: one row per stretch of a run in which nothing, or almost nothing, progressed.
--
-- A stall is a gap between two instants of progress that the run's own pace around it does not explain (finding._stall_gaps
-- has the rule), so a run that is only slow has none. Gaps that hold between them at most a tenth of what the pace would have
-- brought are one stall. One that lasted to the end of observation is a stall when something was still to come. Beside each
-- stands what the run shows of that time: failures of measured pods that came in it, the incident that fits it best in
-- time, and the serial resource that most requests waited for with its longest holder.
--
-- grain: run_id, measure, ordinal
-- columns:
--   run_id               Run, as in raw.runs.
--   measure              pods (Ready; gone in a delete run) or addresses (held by measured pods, net of releases).
--   ordinal              1 for the first stall of the measure, and so on.
--   started_at           Last progress before it, UTC.
--   ended_at             First progress after it; null when it lasted to the end of observation.
--   seen_until_at        ended_at, else the end of observation.
--   duration_ns          seen_until_at - started_at, ns.
--   done_count_start     Done at its begin.
--   done_count_end       Done just before its end: more when a few came in it.
--   goal_count           All that there are to be done.
--   pace_per_s           Pace around it, 1/s.
--   failure_count        Failures of measured pods that came in it (attempts and steps, no transient ones).
--   cause_class          Root class behind most of them; null when there were none.
--   cause_count          Failures that it is behind; null likewise.
--   incident_id          Incident that fits it best in time; null when none did.
--   incident_count       Incidents that overlapped it.
--   component            Program whose serial resource most requests waited for in it; null when none waited.
--   resource             That resource; null likewise.
--   waiting_mean         Requests that waited for it, mean over the stall; null likewise.
--   held_ratio           Share of the stall in which it was held, mean over the servers, at most 1; null when the time of the
--                        work is unknown.
--   holder_request_id    Request that held it longest in the stall, as in timeline.serial_requests; null when none is known.
--   holder_pod_uid       Pod that it was for; null when unknown.
--   holder_node_name     Node that it came from; null when unknown.
--   holder_held_ns       How long it held it in the stall, ns; null when none is known.
select
    stalls.run_id,
    stalls.measure,
    stalls.ordinal,
    stalls.started_at,
    stalls.ended_at,
    stalls.seen_until_at,
    ns_between(stalls.started_at, stalls.seen_until_at) as duration_ns,
    stalls.done_count_start,
    stalls.done_count_end,
    stalls.goal_count,
    stalls.pace_per_s,
    facts.failure_count,
    facts.cause_class,
    facts.cause_count,
    facts.incident_id,
    facts.incident_count,
    facts.component,
    facts.resource,
    facts.waiting_mean,
    facts.held_ratio,
    facts.holder_request_id,
    facts.holder_pod_uid,
    facts.holder_node_name,
    facts.holder_held_ns
from finding._stall_spans as stalls
inner join finding._interval_facts as facts
    on
        stalls.run_id = facts.run_id
        and stalls.measure = facts.measure
        and stalls.ordinal = facts.ordinal
        and facts.kind = 'stall'
