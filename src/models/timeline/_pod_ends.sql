-- By when each pod that held an address was gone from the API: its deletion was seen, or a later list lacks it.
--
-- A list counts for pods that existed before it was read and whose namespace it covers: one it holds a pod of, or the
-- measured workload's. When the audit log holds every write to pods until that list, and no deletion of the pod, then
-- it was gone before that log begins. `is_dated` tells a seen deletion from one only known to have come before something;
-- gone_at is null for a pod that the last list lacks when it is not known which was there first.
--
-- grain: run_id, system, ip, holder_id
with

leases as (

    select
        run_id,
        system,
        ip,
        holder_id,
        namespace,
        pod_name,
        pod_uid,
        coalesce(allocated_at, first_seen_by_at) as existed_at,
        allocated_at
    from timeline.ip_leases
    where holder_kind = 'pod' and certainty <> 'likely'

),

lists as (

    select
        snapshots.run_id,
        snapshots.file_id,
        snapshots.earliest_at,
        snapshots.latest_at,
        namespaces.namespace
    from timeline._object_snapshots as snapshots
    inner join (
        select run_id, namespace from staging.pods where namespace is not null
        union
        select run_id, workload_namespace as namespace from staging.runs where workload_namespace is not null
    ) as namespaces
        on snapshots.run_id = namespaces.run_id
    where snapshots.source_kind = 'pods' and snapshots.sequence >= 2

),

listed as (

    select distinct
        run_id,
        file_id,
        namespace,
        pod_name,
        pod_uid
    from raw.pods

),

pod_writes as (

    select
        run_id,
        namespace,
        name,
        verb,
        ts
    from staging.audit_events
    where resource = 'pods' and verb not in ('get', 'list', 'watch')

),

audited as (

    select
        writes.run_id,
        logs.first_at,
        logs.last_at
    from (select run_id from pod_writes group by run_id having not bool_or(verb = 'deletecollection')) as writes
    inner join (
        select run_id, min(ts) as first_at, max(ts) as last_at
        from staging.audit_events
        group by run_id
    ) as logs
        on writes.run_id = logs.run_id

),

absences as (

    select
        leases.run_id,
        leases.system,
        leases.ip,
        leases.holder_id,
        min(lists.latest_at) filter (where lists.earliest_at > add_ns(leases.existed_at, 1000000000)) as absent_at,
        min(leases.namespace) as namespace,
        min(leases.pod_name) as pod_name,
        min(leases.existed_at) as existed_at
    from leases
    inner join lists
        on
            leases.run_id = lists.run_id
            and leases.namespace = lists.namespace
            -- what was allocated after the list says nothing
            and coalesce(leases.allocated_at <= lists.latest_at, true)
    anti join listed as listed_pods
        on
            lists.run_id = listed_pods.run_id
            and lists.file_id = listed_pods.file_id
            and leases.pod_uid = listed_pods.pod_uid
    anti join listed as listed_names
        on
            lists.run_id = listed_names.run_id
            and lists.file_id = listed_names.file_id
            -- no key where the lease has a UID
            and case when leases.pod_uid is null then leases.namespace end = listed_names.namespace
            and leases.pod_name = listed_names.pod_name
    group by leases.run_id, leases.system, leases.ip, leases.holder_id

)

select
    leases.run_id,
    leases.system,
    leases.ip,
    leases.holder_id,
    coalesce(
        deleted.latest_ts,
        case when written.name is null then audited.first_at end,
        absences.absent_at
    ) as gone_at,
    deleted.latest_ts is not null as is_dated
from leases
left join timeline.milestones as deleted
    on leases.run_id = deleted.run_id and leases.pod_uid = deleted.pod_uid and deleted.milestone = 'deleted'
left join absences
    on
        leases.run_id = absences.run_id
        and leases.system = absences.system
        and leases.ip = absences.ip
        and leases.holder_id = absences.holder_id
left join audited
    on
        absences.run_id = audited.run_id
        and absences.existed_at < audited.first_at
        and absences.absent_at <= audited.last_at
left join (select distinct run_id, namespace, name from pod_writes) as written
    on
        absences.run_id = written.run_id
        and absences.namespace = written.namespace
        and absences.pod_name = written.name
where deleted.pod_uid is not null or absences.run_id is not null
