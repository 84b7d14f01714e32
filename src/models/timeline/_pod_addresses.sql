-- Addresses that pod objects give themselves: in their status, and per interface in Multus' network-status.
--
-- grain: run_id, pod_uid, ip
with

networks as (

    select
        pods.run_id,
        pods.pod_uid,
        unnest(from_json(
            json_extract_string(pods.annotations, '$."k8s.v1.cni.cncf.io/network-status"'),
            '[{"interface": "varchar", "ips": ["varchar"]}]'
        )) as network
    from staging.pods
    where pods.annotations is not null and json_valid(
        json_extract_string(pods.annotations, '$."k8s.v1.cni.cncf.io/network-status"')
    )

)

select
    run_id,
    pod_uid,
    ip,
    max(interface) as interface
from (
    select
        run_id,
        pod_uid,
        unnest(network.ips) as ip,
        network.interface
    from networks

    union all

    select
        run_id,
        pod_uid,
        unnest(from_json(pod_ips, '["varchar"]')) as ip,
        null as interface
    from staging.pods
    where not coalesce(host_network, false)
)
where ip is not null
group by run_id, pod_uid, ip
