-- Incidents of each run, and how many failures of measured pods they are the root of.
--
-- grain: run_id, incident_id
-- columns:
--   run_id         Run, as in raw.runs.
--   incident_id    As in finding.incidents.
--   kind           apiserver_stall, etcd_stall, runtime_restart, kubelet_restart, agent_restart, or leader_election_lost.
--   class          Failure class.
--   node_name      Node it struck; null when it struck the whole cluster.
--   component      Program concerned.
--   started_s      Begin, s since the begin of the run.
--   ended_s        End, s likewise; null when none was captured.
--   failure_count  Failures it is the root of.
--   path           File of the first piece of evidence, inside the capture; null when there is none.
--   line           Its line; null likewise.
select
    incidents.run_id,
    incidents.incident_id,
    incidents.kind,
    incidents.class,
    incidents.node_name,
    incidents.component,
    s_between(facts.started_at, incidents.started_at) as started_s,
    s_between(facts.started_at, incidents.ended_at) as ended_s,
    count(failures.failure_id) as failure_count,
    incidents.path,
    incidents.line
from finding.incidents
inner join timeline._run_facts as facts
    on incidents.run_id = facts.run_id
left join finding.failures
    on
        incidents.run_id = failures.run_id
        and 'incident/' || incidents.incident_id = failures.root_failure_id
        and failures.pod_uid is not null
group by all
order by incidents.run_id, started_s, incidents.incident_id
