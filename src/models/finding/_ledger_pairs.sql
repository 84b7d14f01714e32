-- Records of each snapshot against the leases that were or may have been open while it was read: one row per address and
-- holder in either of them.
--
-- Pods' addresses only; leases that only a pod object or an unanswered write tells of are left out. `is_settled` is true
-- for a lease that was open before the reading began (by 1 s, the coarsest stamp) until after it had ended: the snapshot
-- must show it. Any other lease was allocated or released about then, and may be in it or not.
--
-- grain: run_id, system, node_name, sequence, snapshot, ip, holder_id
with

readings as (

    select
        readings.run_id,
        resources.system,
        readings.resource,
        readings.node_name,
        readings.sequence,
        readings.snapshot,
        readings.earliest_at,
        readings.latest_at
    from timeline._resource_readings as readings
    inner join timeline._ipam_resources as resources
        on
            readings.run_id = resources.run_id
            and readings.resource = resources.resource
            and resources.role = 'allocation'

),

recorded as (

    select distinct
        records.run_id,
        records.system,
        readings.node_name,
        readings.sequence,
        readings.snapshot,
        records.ip,
        records.holder_id
    from timeline._ip_records as records
    inner join readings
        on
            records.run_id = readings.run_id
            and records.system = readings.system
            and records.resource = readings.resource
            and records.sequence = readings.sequence
            and records.snapshot = readings.snapshot
            and coalesce(records.node_name = readings.node_name, readings.node_name is null)
    where records.holder_kind = 'pod' and records.ip is not null

),

open_leases as (

    select
        leases.run_id,
        leases.system,
        readings.node_name,
        readings.sequence,
        readings.snapshot,
        leases.ip,
        leases.holder_id,
        coalesce(add_ns(leases.allocated_at, 1000000000) < readings.earliest_at, false)
        and coalesce(leases.released_at > add_ns(readings.latest_at, 1000000000), leases.released_at is null) as is_settled
    from timeline.ip_leases as leases
    inner join readings
        on
            leases.run_id = readings.run_id
            and leases.system = readings.system
            and coalesce(leases.node_name = readings.node_name, readings.node_name is null)
    where
        leases.holder_kind = 'pod'
        and leases.certainty = 'proved'
        and coalesce(leases.allocated_at <= readings.latest_at, true)
        and coalesce(add_ns(leases.released_at, 1000000000) >= readings.earliest_at, true)
        -- released by the time of this very snapshot, as nothing but its own silence tells
        and not coalesce(
            leases.released_source = 'snapshot'
            and leases.released_at <= coalesce(readings.latest_at, readings.earliest_at),
            false
        )

)

select
    coalesce(recorded.run_id, open_leases.run_id) as run_id,
    coalesce(recorded.system, open_leases.system) as system,
    coalesce(recorded.node_name, open_leases.node_name) as node_name,
    coalesce(recorded.sequence, open_leases.sequence) as sequence,
    coalesce(recorded.snapshot, open_leases.snapshot) as snapshot,
    coalesce(recorded.ip, open_leases.ip) as ip,
    coalesce(recorded.holder_id, open_leases.holder_id) as holder_id,
    recorded.ip is not null as is_recorded,
    open_leases.ip is not null as is_in_ledger,
    coalesce(open_leases.is_settled, false) as is_settled
from recorded
full outer join open_leases
    on
        recorded.run_id = open_leases.run_id
        and recorded.system = open_leases.system
        and recorded.node_name is not distinct from open_leases.node_name
        and recorded.sequence = open_leases.sequence
        and recorded.snapshot = open_leases.snapshot
        and recorded.ip = open_leases.ip
        and recorded.holder_id = open_leases.holder_id
