-- Stalls: one row per stretch of a run in which nothing, or almost nothing, progressed, as in finding.stalls.
--
-- grain: run_id, measure, ordinal
-- columns:
--   run_id               Run, as in raw.runs.
--   measure              pods (Ready; gone in a delete run) or addresses (held by measured pods, net of releases).
--   ordinal              1 for the first stall of the measure, and so on.
--   started_s            Last progress before it, s since the begin of the run.
--   ended_s              First progress after it, s likewise; null when it lasted to the end of observation.
--   duration_s           Its length, up to the end of observation at most, s.
--   done_count_start     Done at its begin.
--   done_count_end       Done just before its end: more when a few came in it.
--   goal_count           All that there are to be done.
--   pace_per_s           Pace around it, 1/s.
--   failure_count        Failures of measured pods that came in it.
--   cause_class          Root class behind most of them; null when there were none.
--   cause_count          Failures that it is behind; null likewise.
--   cause_ratio          cause_count / failure_count; null likewise.
--   incident_count       Incidents that overlapped it.
--   incident_id          Incident that fits it best in time; null when none overlapped it.
--   incident_class       Its class; null likewise.
--   incident_node_name   Node that it struck; null likewise, and when it struck the whole cluster.
--   incident_started_s   Its begin, s since the begin of the run; null likewise.
--   incident_ended_s     Its end; null likewise, and when none was seen.
--   component            Program whose serial resource most requests waited for in it; null when none waited.
--   resource             That resource; null likewise.
--   waiting_mean         Requests that waited for it, mean over the stall; null likewise.
--   held_ratio           Share of the stall in which it was held, mean over the servers; null when unknown.
--   holder_pod           Pod whose request held it longest in the stall, namespace/name; null when unknown.
--   holder_node_name     Node that this request came from; null when unknown.
--   holder_held_s        How long it held it in the stall, s; null when unknown.
select
    stalls.run_id,
    stalls.measure,
    stalls.ordinal,
    s_between(facts.started_at, stalls.started_at) as started_s,
    s_between(facts.started_at, stalls.ended_at) as ended_s,
    stalls.duration_ns / 1e9 as duration_s,
    stalls.done_count_start,
    stalls.done_count_end,
    stalls.goal_count,
    stalls.pace_per_s,
    stalls.failure_count,
    stalls.cause_class,
    stalls.cause_count,
    stalls.cause_count / nullif(stalls.failure_count, 0) as cause_ratio,
    stalls.incident_count,
    stalls.incident_id,
    incidents.class as incident_class,
    incidents.node_name as incident_node_name,
    s_between(facts.started_at, incidents.started_at) as incident_started_s,
    s_between(facts.started_at, incidents.ended_at) as incident_ended_s,
    stalls.component,
    stalls.resource,
    stalls.waiting_mean,
    stalls.held_ratio,
    pods.namespace || '/' || pods.pod_name as holder_pod,
    stalls.holder_node_name,
    stalls.holder_held_ns / 1e9 as holder_held_s
from finding.stalls
inner join timeline._run_facts as facts
    on stalls.run_id = facts.run_id
left join finding.incidents
    on stalls.run_id = incidents.run_id and stalls.incident_id = incidents.incident_id
left join timeline.pods
    on stalls.run_id = pods.run_id and stalls.holder_pod_uid = pods.pod_uid
order by stalls.run_id, stalls.measure desc, stalls.ordinal
