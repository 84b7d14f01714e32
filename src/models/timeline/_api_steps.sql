-- API requests that mark a step in a pod's life: creation, binding, status writes of its kubelet, deletion.
--
-- The write becomes visible between received_at and ts. At Metadata level a `create` carries no generated name, so
-- creations are there only where the audit level includes the object.
--
-- grain: run_id, file_id, line
with

requests as (

    select
        run_id,
        file_id,
        line,
        received_at,
        ts,
        namespace,
        name as pod_name,
        uid as pod_uid,
        case
            when verb = 'create' and subresource = 'binding' then 'bound'
            when verb = 'create' and subresource is null then 'created'
            when verb in ('patch', 'update') and subresource = 'status' and starts_with(username, 'system:node:')
                and not starts_with(user_agent, 'multus')
                then 'status_written'
            when verb = 'delete' and subresource is null and starts_with(username, 'system:node:') then 'deleted_by_node'
            when verb = 'delete' and subresource is null then 'delete_requested'
        end as step
    from staging.audit_events
    where
        resource = 'pods'
        and api_group is null
        and response_code between 200 and 299
        and verb in ('create', 'patch', 'update', 'delete')

)

select
    requests.run_id,
    requests.file_id,
    requests.line,
    requests.received_at,
    requests.ts,
    requests.step,
    coalesce(requests.pod_uid, names.pod_uid) as pod_uid
from requests
left join timeline._pod_names as names
    on
        requests.run_id = names.run_id
        and requests.namespace = names.namespace
        and requests.pod_name = names.pod_name
        and requests.ts between names.valid_from and names.valid_until
where requests.step is not null and coalesce(requests.pod_uid, names.pod_uid) is not null
