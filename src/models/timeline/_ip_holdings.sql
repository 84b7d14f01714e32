-- Addresses and their holders by all evidence of being held, before anything is known of their release.
--
-- Evidence is a confirmed allocation in a log, a record in a snapshot, or the pod object's own status. A write whose
-- answer was not seen counts when a snapshot shows its result, or as `possible` when it was the last of its sandbox, met
-- no conflict, and no later snapshot could show it. Such a write is stored later than it was sent: not before a snapshot
-- that still lacks it.
--
-- grain: run_id, system, ip, holder_id
with

logged as (

    select
        run_id,
        system,
        ip,
        holder_id,
        min(ts) filter (where event = 'allocated') as allocated_at,
        max(ts) filter (where event = 'tried') as tried_at,
        max(ts_resolution_ns) as resolution_ns,
        arg_max(sandbox_id, (event = 'allocated', ts, file_id, line)) as sandbox_id,
        arg_max(pod_uid, (event = 'allocated', ts, file_id, line)) filter (where pod_uid is not null) as pod_uid,
        min(node_name) as node_name,
        arg_max(file_id, (event = 'allocated', ts, file_id, line)) as file_id,
        arg_max(line, (event = 'allocated', ts, file_id, line)) as line
    from timeline._ip_events
    where event in ('allocated', 'tried') and ip is not null and holder_id is not null
    group by run_id, system, ip, holder_id

),

recorded as (

    select
        run_id,
        system,
        ip,
        holder_id,
        min(ip_family) as ip_family,
        min(pool) as pool,
        min(holder_kind) as holder_kind,
        min(namespace) as namespace,
        min(pod_name) as pod_name,
        min(pod_uid) as pod_uid,
        min(sandbox_id) as sandbox_id,
        min(node_name) as node_name,
        min(interface) as interface,
        bool_or(is_reserved) as is_reserved,
        min(created_at) as created_at,
        arg_max(sequence, (sequence, file_id, line, item)) filter (where role = 'allocation') as last_sequence,
        arg_max(snapshot, (sequence, file_id, line, item)) filter (where role = 'allocation') as last_snapshot,
        max(earliest_at) filter (where role = 'allocation') as last_seen_at,
        max(latest_at) filter (where role = 'allocation') as last_seen_latest_at,
        min(latest_at) filter (where role = 'allocation') as first_seen_latest_at,
        min(sequence) filter (where role = 'allocation') as first_sequence,
        arg_max(file_id, (sequence, file_id, line, item)) filter (where role = 'allocation') as record_file_id,
        arg_max(line, (sequence, file_id, line, item)) filter (where role = 'allocation') as record_line
    from timeline._ip_records
    where ip is not null and (role = 'allocation' or system = 'whereabouts')
    group by run_id, system, ip, holder_id
    having bool_or(role = 'allocation')

),

unanswered as (

    select logged.*
    from logged
    anti join recorded
        on
            logged.run_id = recorded.run_id
            and logged.system = recorded.system
            and logged.ip = recorded.ip
            and logged.holder_id = recorded.holder_id
    where logged.allocated_at is null

),

contradicted as (

    select distinct
        unanswered.run_id,
        unanswered.system,
        unanswered.ip,
        unanswered.holder_id
    from unanswered
    inner join timeline._cni_steps as steps
        on unanswered.run_id = steps.run_id and unanswered.sandbox_id = steps.sandbox_id
    where steps.step in ('ip_conflict', 'ip_tried', 'ip_allocated') and steps.ts > unanswered.tried_at

    union

    select distinct
        unanswered.run_id,
        unanswered.system,
        unanswered.ip,
        unanswered.holder_id
    from unanswered
    inner join timeline._ipam_resources as resources
        on unanswered.run_id = resources.run_id and unanswered.system = resources.system and resources.role = 'allocation'
    inner join timeline._resource_readings as readings
        on resources.run_id = readings.run_id and resources.resource = readings.resource
    where readings.earliest_at > stamp_end(unanswered.tried_at, unanswered.resolution_ns)

),

held as (

    select
        coalesce(logged.run_id, recorded.run_id) as run_id,
        coalesce(logged.system, recorded.system) as system,
        coalesce(logged.ip, recorded.ip) as ip,
        coalesce(logged.holder_id, recorded.holder_id) as holder_id,
        recorded.* exclude (run_id, system, ip, holder_id, pod_uid, sandbox_id, node_name),
        coalesce(recorded.pod_uid, logged.pod_uid) as pod_uid,
        coalesce(recorded.sandbox_id, logged.sandbox_id) as sandbox_id,
        coalesce(recorded.node_name, logged.node_name) as node_name,
        coalesce(logged.allocated_at, logged.tried_at) as logged_at,
        logged.resolution_ns,
        logged.allocated_at is not null as is_confirmed,
        logged.file_id as log_file_id,
        logged.line as log_line
    from logged
    full outer join recorded
        on
            logged.run_id = recorded.run_id
            and logged.system = recorded.system
            and logged.ip = recorded.ip
            and logged.holder_id = recorded.holder_id

),

lacking as (

    select
        held.run_id,
        held.system,
        held.ip,
        held.holder_id,
        max(readings.latest_at) as latest_at
    from held
    inner join timeline._ipam_resources as resources
        on held.run_id = resources.run_id and held.system = resources.system and resources.role = 'allocation'
    inner join timeline._resource_readings as readings
        on resources.run_id = readings.run_id and resources.resource = readings.resource
    where
        not held.is_confirmed
        and held.logged_at is not null
        and readings.sequence < held.first_sequence
        and readings.earliest_at > held.logged_at
    group by held.run_id, held.system, held.ip, held.holder_id

)

select
    held.* replace (
        -- greatest() ignores nulls, which is meant here
        greatest(held.logged_at, lacking.latest_at) as logged_at,
        coalesce(held.holder_kind, 'pod') as holder_kind,
        coalesce(held.is_reserved, false) as is_reserved,
        coalesce(held.ip_family, case when contains(held.ip, ':') then 'IPv6' else 'IPv4' end) as ip_family
    )
from held
left join lacking
    on
        held.run_id = lacking.run_id
        and held.system = lacking.system
        and held.ip = lacking.ip
        and held.holder_id = lacking.holder_id
anti join contradicted
    on
        held.run_id = contradicted.run_id
        and held.system = contradicted.system
        and held.ip = contradicted.ip
        and held.holder_id = contradicted.holder_id
