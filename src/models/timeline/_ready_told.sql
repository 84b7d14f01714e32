-- Runs in which something tells whether pods were Ready: an audit log, objects of the measured pods, or a kubelet that logs
-- the statuses it writes, as one does from verbosity 3 on.
--
-- grain: run_id
select run_id
from staging.audit_events

union

select pods.run_id
from staging.pods
inner join timeline._pod_scope as scopes
    on pods.run_id = scopes.run_id and pods.pod_uid = scopes.pod_uid
where scopes.scope = 'measured'

union

select run_id
from staging.kubelet_logs
where message = 'Status for pod updated successfully'
