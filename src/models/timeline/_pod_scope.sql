-- Which pods are measured, and why the others are not.
--
-- A measured pod is not of the cluster itself (namespace, DaemonSet, host network, static) and fits the manifest's
-- namespace and name prefix. In create, recreate and recover it was created in the run; in delete it was there before.
-- Creation is known to 1 s and startedAt is read from another clock by whoever drives the test: 5 s of tolerance.
-- A pod without an object counts as created in the run only when its creation, scheduling or binding was seen in it, or
-- its kubelet was told of it and then asked for the first of its sandboxes. (Of a pod that was there before, the kubelet
-- was told before, and a sandbox is there or has been tried.)
-- Without startedAt the run is the largest group of workload pods with no gap of more than 60 s between creations.
--
-- grain: run_id, pod_uid
with

owned as (

    select
        identities.run_id,
        identities.pod_uid,
        identities.namespace,
        identities.pod_name,
        identities.created_at,
        runs.phase,
        runs.started_at,
        not (
            is_system_namespace(identities.namespace)
            or coalesce(pods.owner_kind in ('DaemonSet', 'Node'), false)
            or coalesce(pods.host_network, false)
            -- a static pod's UID on its node is an MD5 sum without dashes
            or length(identities.pod_uid) = 32
        )
        and coalesce(identities.namespace = runs.workload_namespace, true)
        and coalesce(starts_with(identities.pod_name, runs.workload_name_prefix), true) as is_workload
    from timeline._pod_identities as identities
    inner join staging.runs
        on identities.run_id = runs.run_id
    left join staging.pods
        on identities.run_id = pods.run_id and identities.pod_uid = pods.pod_uid

),

first_requests as (

    select
        run_id,
        pod_uid,
        min(ts) as ts
    from timeline._runtime_steps
    where pod_uid is not null
    group by run_id, pod_uid
    having arg_min(step = 'sandbox_requested' and attempt = 0, (ts, file_id, line))

),

-- A kubelet tells when a pod was created also long afterwards; what came before its log begins was not seen.
kubelet_begins as (

    select
        run_id,
        node_name,
        min(ts) as ts
    from timeline._kubelet_steps
    group by run_id, node_name

),

creations as (

    select
        run_id,
        pod_uid,
        min(ts) as first_ts
    from (
        select
            run_id,
            pod_uid,
            ts
        from timeline._api_steps
        where step in ('created', 'bound')

        union all

        select
            run_id,
            object_uid,
            coalesce(event_time, name_ts, first_ts)
        from staging.kube_events
        where object_kind = 'Pod' and reason = 'Scheduled' and object_uid is not null

        union all

        select
            events.run_id,
            identities.pod_uid,
            coalesce(events.event_time, events.name_ts, events.first_ts)
        from staging.kube_events as events
        inner join timeline._pod_identities as identities
            on
                events.run_id = identities.run_id
                and events.namespace = identities.namespace
                and events.message = 'Created pod: ' || identities.pod_name
        where events.reason = 'SuccessfulCreate'

        union all

        select
            started.run_id,
            started.pod_uid,
            stamp_end(started.created_at, 1000000000)
        from timeline._kubelet_steps as started
        inner join kubelet_begins as begins
            on started.run_id = begins.run_id and started.node_name is not distinct from begins.node_name
        where stamp_end(started.created_at, 1000000000) >= begins.ts

        union all

        select
            seen.run_id,
            seen.pod_uid,
            min(seen.ts)
        from timeline._kubelet_steps as seen
        inner join first_requests
            on seen.run_id = first_requests.run_id and seen.pod_uid = first_requests.pod_uid
        where seen.step = 'seen'
        group by seen.run_id, seen.pod_uid
        having min(seen.ts) <= min(first_requests.ts)
    )
    group by run_id, pod_uid

),

dated as (

    select
        owned.*,
        coalesce(stamp_end(owned.created_at, 1000000000), creations.first_ts) as created_before
    from owned
    left join creations
        on owned.run_id = creations.run_id and owned.pod_uid = creations.pod_uid

),

gaps as (

    select
        run_id,
        pod_uid,
        created_before,
        coalesce(
            s_between(
                lag(created_before) over (partition by run_id order by created_before, pod_uid),
                created_before
            ) > 60,
            true
        ) as opens_group
    from dated
    where is_workload and created_before is not null

),

numbered as (

    select
        *,
        sum(opens_group::integer) over (
            partition by run_id
            order by created_before, pod_uid
        ) as group_number
    from gaps

),

main_groups as (

    select
        run_id,
        min(created_before) as first_created_before
    from numbered
    group by run_id, group_number
    qualify row_number() over (
        partition by run_id
        order by count(*) desc, min(created_before) desc
    ) = 1

),

bounded as (

    select
        dated.*,
        coalesce(dated.started_at, main_groups.first_created_before) as run_started_at
    from dated
    left join main_groups
        on dated.run_id = main_groups.run_id

)

select
    run_id,
    pod_uid,
    case
        when not is_workload then 'system'
        when phase = 'delete' and created_before > run_started_at then 'later'
        when phase = 'delete' then 'measured'
        when created_before is null or add_ns(created_before, 5000000000) < run_started_at then 'earlier'
        else 'measured'
    end as scope
from bounded
