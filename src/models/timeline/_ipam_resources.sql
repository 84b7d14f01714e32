-- Which listed resource holds the addresses of which IPAM system, per run in which the system left any evidence.
--
-- `ippools` is a resource of three systems; only Whereabouts keeps its allocations in it.
--
-- grain: run_id, system, resource
with

systems as (

    select run_id, system from timeline._ip_records
    union
    select run_id, system from timeline._ip_events

)

select
    systems.run_id,
    systems.system,
    resources.resource,
    resources.role
from systems
inner join (
    values
    ('whereabouts', 'ippools', 'allocation'),
    ('whereabouts', 'overlappingrangeipreservations', 'companion'),
    ('spiderpool', 'spiderippools', 'allocation'),
    ('spiderpool', 'spiderendpoints', 'companion'),
    ('calico', 'ipamblocks', 'allocation'),
    ('calico', 'ipamhandles', 'companion'),
    ('kube-ovn', 'ips', 'allocation'),
    ('cilium', 'ciliumendpoints', 'allocation'),
    ('cilium', 'ciliumnodes', 'node'),
    ('host-local', 'cni-networks', 'allocation'),
    ('host-local', 'cni-results', 'companion')
) as resources (system, resource, role)
    on systems.system = resources.system
