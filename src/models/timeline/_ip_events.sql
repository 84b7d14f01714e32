-- What logs and the audit log say about single addresses: chosen, allocated, released; one row per record and address.
--
-- `tried` is a write that may or may not have been stored (its caller can give up while the API server stores it);
-- `allocated` and `released` are confirmed; `release_tried` is followed by the write. A release by handle or pod names
-- no address. `holder_id` is what the IPAM itself files the address under: the sandbox, or the pod where it keeps one
-- allocation per pod (Spiderpool, Kube-OVN).
--
-- grain: run_id, file_id, line, ip
with

from_logs as (

    select
        run_id,
        case
            when starts_with(component, 'spiderpool') then 'spiderpool'
            when starts_with(component, 'kube-ovn') then 'kube-ovn'
            when starts_with(component, 'cilium') then 'cilium'
            when component = 'calico-cni' then 'calico'
            else component
        end as system,
        case
            when component = 'whereabouts' and step = 'ip_allocated' then 'tried'
            when component = 'whereabouts' and step = 'ipam_finished' and command = 'ADD' then 'allocated'
            when component = 'whereabouts' and step = 'ipam_finished' then 'released'
            when component = 'whereabouts' and step = 'ip_released' then 'release_tried'
            when component = 'calico-cni' and step = 'ipam_finished' and command = 'DEL' then 'released'
            when component = 'cilium-agent' and step = 'cni_started' and command = 'ADD' then 'allocated'
            when step in ('ip_allocated', 'ip_assigned') then 'allocated'
            when step = 'ip_tried' then 'tried'
            when step = 'ip_released' then 'released'
            when step = 'ip_release_tried' then 'release_tried'
        end as event,
        unnest(case
            when component = 'calico-cni' and step = 'ipam_finished' then [null::varchar]
            else list_distinct(list_transform(
                -- a torn line can hold a part of one
                list_filter(
                    ips,
                    lambda address: regexp_matches(
                        address,
                        '\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|^[^.]*[:-][0-9a-fA-F]'
                    )
                ),
                -- an object's name holds an IPv6 address with - for :
                lambda address: case
                    when contains(address, '.') then regexp_extract(address, '\d+\.\d+\.\d+\.\d+', 0)
                    else lower(replace(address, '-', ':'))
                end
            ))
        end) as ip,
        sandbox_id,
        pod_uid,
        node_name,
        ts,
        ts_resolution_ns,
        file_id,
        line
    from timeline._cni_steps
    where
        step in ('ip_allocated', 'ip_assigned', 'ip_tried', 'ip_released', 'ip_release_tried')
        or (component in ('whereabouts', 'calico-cni') and step = 'ipam_finished')
        or (component = 'cilium-agent' and step = 'cni_started' and command = 'ADD')

),

writes as (

    select
        run_id,
        resource,
        verb,
        namespace,
        name,
        ts,
        file_id,
        line
    from staging.audit_events
    where
        response_code between 200 and 299
        and subresource is null
        and name is not null
        and (
            (resource in ('overlappingrangeipreservations', 'ipamhandles') and verb = 'delete')
            or (resource in ('ips', 'ciliumendpoints') and verb = 'delete')
        )

),

from_writes as (

    select
        writes.run_id,
        case resource
            when 'overlappingrangeipreservations' then 'whereabouts'
            when 'ipamhandles' then 'calico'
            when 'ips' then 'kube-ovn'
            else 'cilium'
        end as system,
        'released' as event,
        case
            when resource = 'overlappingrangeipreservations'
                then coalesce(
                    nullif(regexp_extract(name, '\d+\.\d+\.\d+\.\d+$', 0), ''),
                    lower(replace(name, '-', ':'))
                )
        end as ip,
        case when resource = 'ipamhandles' then nullif(regexp_extract(name, '\.([0-9a-f]{64})$', 1), '') end
            as sandbox_id,
        names.pod_uid,
        null::varchar as node_name,
        writes.ts,
        1000::bigint as ts_resolution_ns,
        writes.file_id,
        writes.line
    from writes
    left join timeline._pod_names as names
        on
            writes.run_id = names.run_id
            and names.namespace
            = case writes.resource
                when 'ips' then split_part(writes.name, '.', 2)
                when 'ciliumendpoints' then writes.namespace
            end
            and names.pod_name
            = case writes.resource
                when 'ips' then split_part(writes.name, '.', 1)
                when 'ciliumendpoints' then writes.name
            end
            and writes.ts between names.valid_from and names.valid_until

)

select
    *,
    case
        when system in ('spiderpool', 'kube-ovn') then coalesce(pod_uid, sandbox_id)
        else coalesce(sandbox_id, pod_uid)
    end as holder_id,
    'ipam_log' as source
from from_logs
where event is not null

union all by name

select
    *,
    coalesce(sandbox_id, pod_uid) as holder_id,
    'audit' as source
from from_writes
where coalesce(ip, sandbox_id, pod_uid) is not null
