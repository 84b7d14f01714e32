-- Rule: a failure of the kind that an incident brings, at its time and on its node, is a symptom of the incident.
--
-- A stall of the API server or its store explains time-outs of requests to it when it falls into the attempt and ended at
-- most 60 s before the failure (clients' limits are a minute at most); a wait for the IPAM, which works through the API
-- server, it explains when it covers most of the attempt. A restart explains what was cut off within it or in the 5 s
-- after. Of several the last one that had begun counts.
--
-- grain: run_id, failure_id
with

explained(incident_class, class) as (

    values
        ('apiserver_stalled', 'apiserver_timeout'),
        ('apiserver_stalled', 'apiserver_unreachable'),
        ('apiserver_stalled', 'ipam_wait_timeout'),
        ('etcd_stalled', 'ipam_wait_timeout'),
        ('etcd_stalled', 'apiserver_timeout'),
        ('etcd_stalled', 'apiserver_unreachable'),
        ('etcd_stalled', 'etcd_error'),
        ('etcd_stalled', 'etcd_slow'),
        ('runtime_restarted', 'runtime_unreachable'),
        ('runtime_restarted', 'runtime_shim_failed'),
        ('runtime_restarted', 'cni_plugin_killed'),
        ('runtime_restarted', 'runtime_request_timeout'),
        ('kubelet_restarted', 'request_cancelled'),
        ('kubelet_restarted', 'cni_plugin_killed'),
        ('kubelet_restarted', 'runtime_request_timeout'),
        ('agent_restarted', 'agent_unreachable'),
        ('agent_restarted', 'cni_timeout'),
        ('leader_election_lost', 'scheduling_failed'),
        -- a leader that cannot renew its lease ends
        ('apiserver_stalled', 'leader_election_lost'),
        ('etcd_stalled', 'leader_election_lost')

)

select
    failures.run_id,
    failures.failure_id,
    arg_max(incidents.failure_id, (incidents.started_at, incidents.failure_id)) as cause_failure_id
from finding._failure_candidates as failures
inner join explained
    on failures.class = explained.class
inner join finding._failure_candidates as incidents
    on
        failures.run_id = incidents.run_id
        and incidents.class = explained.incident_class
        and incidents.kind = 'incident'
        and (incidents.node_name is null or incidents.node_name = failures.node_name)
        and incidents.started_at <= if(failures.kind = 'incident', failures.first_at, failures.last_at)
where
    (failures.kind in ('attempt', 'request', 'step') or failures.class = 'leader_election_lost')
    and case
        when failures.class = 'ipam_wait_timeout'
            then
                2 * ns_between(
                    greatest(incidents.started_at, failures.started_at), least(incidents.last_at, failures.last_at)
                )
                > ns_between(failures.started_at, failures.last_at)
        when incidents.class in ('apiserver_stalled', 'etcd_stalled')
            then
                incidents.last_at >= failures.started_at
                and add_ns(incidents.last_at, 60000000000)
                >= if(failures.kind = 'incident', failures.first_at, failures.last_at)
        when incidents.class = 'leader_election_lost'
            then true
        else add_ns(incidents.last_at, 5000000000) >= failures.first_at
    end
group by failures.run_id, failures.failure_id
