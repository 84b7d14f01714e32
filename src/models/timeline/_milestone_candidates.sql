-- What each source says about each milestone of each pod, before one is chosen.
--
-- `rank` orders the sources by how directly they saw it; `ts` is the source's best estimate within its interval.
-- Running and Ready mean visible in the API: not before the kubelet's own stamp, and at the latest when the status write
-- that carried it was answered. Under load that is tens of seconds after the kubelet's stamp.
-- Intervals are on the API server's axis: an end that was read from a node's clock is widened by what the bounds of that
-- clock leave open, and so is it before it is compared with the API server's own instants.
--
-- grain: run_id, pod_uid, milestone, source, file_id, line
with

bounds as (

    select
        run_id,
        observed_until_at
    from timeline._run_bounds

),

pod_objects as (

    select
        pods.* replace (
            add_ns(pods.started_at, -coalesce(clocks.correction_ns, 0)) as started_at,
            add_ns(pods.container_started_at, -coalesce(clocks.correction_ns, 0)) as container_started_at,
            add_ns(pods.first_ready_at, -coalesce(clocks.correction_ns, 0)) as first_ready_at
        ),
        coalesce(clocks.early_ns, 0) as early_ns,
        coalesce(clocks.late_ns, 0) as late_ns
    from staging.pods
    left join timeline._clock_bounds as clocks
        on pods.run_id = clocks.run_id and pods.node_name = clocks.node_name

),

events as (

    select
        events.run_id,
        object_uid as pod_uid,
        reason,
        clock,
        file_id,
        line,
        add_ns(coalesce(event_time, name_ts, first_ts), -coalesce(clocks.correction_ns, 0)) as ts,
        case when event_time is not null then 1000 when name_ts is not null then 1 else 1000000000 end as resolution_ns
    from staging.kube_events as events
    left join timeline._clock_bounds as clocks
        on events.run_id = clocks.run_id and events.clock = clocks.node_name
    where object_kind = 'Pod' and object_uid is not null

),

created_events as (

    select
        events.run_id,
        names.pod_uid,
        events.name_ts as ts,
        events.file_id,
        events.line
    from staging.kube_events as events
    inner join timeline._pod_names as names
        on
            events.run_id = names.run_id
            and events.namespace = names.namespace
            and events.message = 'Created pod: ' || names.pod_name
    left join pod_objects as objects
        on names.run_id = objects.run_id and names.pod_uid = objects.pod_uid
    where
        events.reason = 'SuccessfulCreate'
        and events.name_ts is not null
        and coalesce(events.count, 1) = 1
        -- recorded after the pod was created; under load too late to be its instant
        and coalesce(events.name_ts <= stamp_end(objects.created_at, 1000000000), true)

),

startup_lines as (

    select
        steps.run_id,
        pod_uid,
        file_id,
        line,
        add_ns(go_instant(field(fields, 'watchObservedRunningTime')), -coalesce(clocks.correction_ns, 0))
            as watch_observed_running_at,
        created_at,
        coalesce(clocks.late_ns, 0) as late_ns
    from timeline._kubelet_steps as steps
    left join timeline._clock_bounds as clocks
        on steps.run_id = clocks.run_id and steps.node_name = clocks.node_name
    where step = 'startup_observed'

),

-- From verbosity 3 on the kubelet logs each status that was accepted: the first with Ready.
ready_lines as (

    select
        steps.run_id,
        steps.pod_uid,
        steps.file_id,
        steps.line,
        steps.ts,
        add_ns(
            go_instant(
                regexp_extract(
                    field(steps.fields, 'status'), 'Type:Ready Status:True [^}]*LastTransitionTime:(\S+ \S+ \S+ \S+)', 1
                )
            ),
            -coalesce(clocks.correction_ns, 0)
        ) as ready_from_at
    from timeline._kubelet_steps as steps
    left join timeline._clock_bounds as clocks
        on steps.run_id = clocks.run_id and steps.node_name = clocks.node_name
    where steps.step = 'ready_written'
    qualify row_number() over (
        partition by steps.run_id, steps.pod_uid
        order by (steps.ts, steps.file_id, steps.line)
    ) = 1

),

first_startup_lines as (

    select *
    from startup_lines
    where watch_observed_running_at is not null
    qualify row_number() over (partition by run_id, pod_uid order by watch_observed_running_at, file_id, line) = 1

),

-- The kubelet's own stamps: nothing of the status can have been visible before.
status_stamps as (

    select
        pods.run_id,
        pods.pod_uid,
        pods.file_id,
        pods.line,
        pods.first_ready_at,
        case
            when pods.phase in ('Running', 'Succeeded', 'Failed') or pods.first_ready_at is not null
                then coalesce(starts.ts, pods.container_started_at, pods.first_ready_at)
        end as running_from_at,
        greatest(pods.first_ready_at, coalesce(starts.ts, pods.first_ready_at)) as ready_from_at,
        pods.early_ns,
        pods.late_ns
    from pod_objects as pods
    left join timeline._container_starts as starts
        on pods.run_id = starts.run_id and pods.pod_uid = starts.pod_uid

),

-- The kubelet is told of a deletion again when the object goes, after the pod's containers have ended.
deletions_seen as (

    select
        run_id,
        pod_uid,
        node_name,
        ts,
        ts_resolution_ns,
        file_id,
        line,
        coalesce(
            ns_between(ts, min(ts) filter (where step = 'removed') over each_pod) < 1000000000
            and min(ts) filter (where step = 'container_died') over each_pod < ts,
            false
        ) as is_of_removal
    from timeline._kubelet_steps
    where step in ('delete_seen', 'removed', 'container_died')
    window each_pod as (partition by run_id, pod_uid)
    qualify step = 'delete_seen'

),

deletions as (

    select
        run_id,
        pod_uid,
        min(ts) as requested_at
    from (
        select run_id, pod_uid, received_at as ts
        from timeline._api_steps
        where step = 'delete_requested'

        union all

        select steps.run_id, steps.pod_uid, add_ns(steps.ts, coalesce(clocks.late_ns, 0))
        from timeline._kubelet_steps as steps
        left join timeline._clock_bounds as clocks
            on steps.run_id = clocks.run_id and steps.node_name = clocks.node_name
        where steps.step = 'delete_seen'
    )
    group by run_id, pod_uid

),

-- Which write carried a status is not in the audit log at level Metadata: an earlier status, written late, can come
-- after the kubelet's stamp too. The kubelet's own watch (its startup line) says by when the pod was seen Running, so the
-- last write before that is the one. Without that line any write until the pod's deletion can be, and the interval
-- spans them.
status_writes as (

    select
        stamps.run_id,
        stamps.pod_uid,
        stamps.milestone,
        add_ns(stamps.from_at, -stamps.early_ns) as from_at,
        lines.watch_observed_running_at >= stamps.from_at as is_told,
        writes.received_at,
        -- the kubelet's watch may have seen a later write only by what its clock leaves open
        writes.received_at <= add_ns(lines.watch_observed_running_at, -stamps.early_ns) as is_surely_before_watch,
        writes.ts,
        writes.file_id,
        writes.line
    from (
        select run_id, pod_uid, 'running' as milestone, running_from_at as from_at, early_ns
        from status_stamps

        union all

        select run_id, pod_uid, 'ready', ready_from_at, early_ns
        from status_stamps
        where first_ready_at is not null
    ) as stamps
    inner join timeline._api_steps as writes
        on
            stamps.run_id = writes.run_id
            and stamps.pod_uid = writes.pod_uid
            and writes.step = 'status_written'
            and writes.ts >= add_ns(stamps.from_at, -stamps.early_ns)
    left join first_startup_lines as lines
        on stamps.run_id = lines.run_id and stamps.pod_uid = lines.pod_uid
    left join deletions
        on stamps.run_id = deletions.run_id and stamps.pod_uid = deletions.pod_uid
    where
        coalesce(writes.received_at <= deletions.requested_at, true)
        and coalesce(
            writes.received_at <= add_ns(lines.watch_observed_running_at, lines.late_ns)
            or lines.watch_observed_running_at < stamps.from_at,
            true
        )

),

told_writes as (

    select
        run_id,
        pod_uid,
        milestone,
        coalesce(is_told, false) as is_told,
        from_at,
        min(received_at) as first_received_at,
        max(received_at) filter (where is_surely_before_watch) as last_received_at,
        max(ts) as ts,
        arg_max(file_id, (ts, file_id, line)) as file_id,
        arg_max(line, (ts, file_id, line)) as line
    from status_writes
    group by all

),

candidates as (

    select
        run_id, pod_uid, 'created' as milestone, 'event' as source, 1 as rank,
        'apiserver' as clock, ts, add_ns(ts, -1000000000) as earliest_ts, ts as latest_ts, file_id, line
    from created_events

    union all

    select
        run_id, pod_uid, 'created', 'object', 2, 'apiserver',
        add_ns(created_at, 500000000), created_at, stamp_end(created_at, 1000000000), file_id, line
    from pod_objects
    where created_at is not null

    union all

    select
        run_id, pod_uid, 'created', 'kubelet_log', 3, 'apiserver',
        add_ns(created_at, 500000000), created_at, stamp_end(created_at, 1000000000), file_id, line
    from first_startup_lines
    where created_at is not null

    union all

    select
        run_id, pod_uid, 'created', 'audit', 0, 'apiserver',
        ts, received_at, ts, file_id, line
    from timeline._api_steps
    where step = 'created'

    union all

    select
        run_id, pod_uid, 'scheduled', 'audit', 0, 'apiserver',
        ts, received_at, ts, file_id, line
    from timeline._api_steps
    where step = 'bound'

    union all

    select
        events.run_id, events.pod_uid, 'scheduled', 'event', 1, 'apiserver',
        events.ts, least(coalesce(objects.scheduled_at, add_ns(events.ts, -1000000000)), events.ts),
        stamp_end(events.ts, events.resolution_ns), events.file_id, events.line
    from events
    left join pod_objects as objects
        on events.run_id = objects.run_id and events.pod_uid = objects.pod_uid
    where events.reason = 'Scheduled' and events.ts is not null

    union all

    select
        run_id, pod_uid, 'scheduled', 'object', 2, 'apiserver',
        add_ns(scheduled_at, 500000000), scheduled_at, stamp_end(scheduled_at, 1000000000), file_id, line
    from pod_objects
    where scheduled_at is not null

    union all

    select
        run_id, pod_uid, 'kubelet_seen', 'kubelet_log', case step when 'seen' then 0 else 1 end, node_name,
        ts, ts, stamp_end(ts, ts_resolution_ns), file_id, line
    from timeline._kubelet_steps
    where step in ('seen', 'admitted')

    union all

    select
        run_id, pod_uid, 'kubelet_seen', 'object', 2, null,
        add_ns(started_at, 500000000), started_at, stamp_end(started_at, 1000000000), file_id, line
    from pod_objects
    where started_at is not null

    union all

    select
        run_id, pod_uid, 'sandbox_started', 'runtime_log', 0, node_name,
        started_at, started_at, started_at, file_id, line
    from timeline.sandbox_attempts
    -- a later attempt does not tell when the first one began
    where try = 1 and started_at is not null

    union all

    select
        operations.run_id, operations.pod_uid, 'ip_allocated', 'ipam_log', 0, operations.node_name,
        operations.allocated_at, operations.allocated_at,
        stamp_end(operations.allocated_at, operations.resolution_ns), operations.file_id, operations.line
    from timeline.ipam_operations as operations
    left join timeline._startup_sandboxes as sandboxes
        on operations.run_id = sandboxes.run_id and operations.pod_uid = sandboxes.pod_uid
    where
        operations.allocated_at is not null
        and operations.pod_uid is not null
        and operations.sandbox_id is not distinct from coalesce(
            case when operations.sandbox_id is not null then sandboxes.sandbox_id end, operations.sandbox_id
        )

    union all

    select
        sandboxes.run_id, sandboxes.pod_uid, 'ip_allocated', 'cni_log', 1, steps.node_name,
        steps.ts, sandboxes.started_at, stamp_end(steps.ts, steps.ts_resolution_ns), steps.file_id, steps.line
    from timeline._cni_steps as steps
    inner join timeline._startup_sandboxes as sandboxes
        on steps.run_id = sandboxes.run_id and steps.sandbox_id = sandboxes.sandbox_id
    where steps.component = 'cilium-agent' and steps.step = 'cni_started'

    union all

    select
        run_id, pod_uid, 'network_ready', 'runtime_log', 0, null,
        ended_at, ended_at, ended_at, file_id, line
    from timeline._startup_sandboxes

    union all

    select
        run_id, pod_uid, 'container_started', 'runtime_log', 0, null,
        ts, coalesce(requested_at, ts), ts, file_id, line
    from timeline._container_starts

    union all

    select
        run_id, pod_uid, 'container_started', 'event', 1, clock,
        ts, add_ns(ts, -1000000000), stamp_end(ts, resolution_ns), file_id, line
    from events
    where reason = 'Started' and ts is not null

    union all

    select
        run_id, pod_uid, 'container_started', 'object', 2, null,
        add_ns(container_started_at, 500000000), container_started_at,
        stamp_end(container_started_at, 1000000000), file_id, line
    from pod_objects
    where container_started_at is not null and restart_count = 0

    union all

    select
        run_id, pod_uid, milestone, 'audit', 0, 'apiserver',
        ts, greatest(from_at, if(is_told, coalesce(last_received_at, first_received_at), first_received_at)), ts, file_id, line
    from told_writes

    union all

    select
        lines.run_id, lines.pod_uid, 'running', 'kubelet_log', 1, null,
        lines.watch_observed_running_at,
        -- what the kubelet calls observedRunningTime is when it was told that its status was written: no lower end
        coalesce(stamps.running_from_at, starts.ts, lines.created_at, lines.watch_observed_running_at),
        lines.watch_observed_running_at, lines.file_id, lines.line
    from first_startup_lines as lines
    left join status_stamps as stamps
        on lines.run_id = stamps.run_id and lines.pod_uid = stamps.pod_uid
    left join timeline._container_starts as starts
        on lines.run_id = starts.run_id and lines.pod_uid = starts.pod_uid

    union all

    select
        stamps.run_id, stamps.pod_uid, 'running', 'object', 2, 'apiserver',
        stamps.running_from_at, add_ns(stamps.running_from_at, -stamps.early_ns),
        greatest(bounds.observed_until_at, add_ns(stamp_end(stamps.running_from_at, 1000000000), stamps.late_ns)),
        stamps.file_id, stamps.line
    from status_stamps as stamps
    inner join bounds
        on stamps.run_id = bounds.run_id
    where stamps.running_from_at is not null

    union all

    select
        lines.run_id, lines.pod_uid, 'ready', 'kubelet_log', 1, null,
        lines.watch_observed_running_at, stamps.ready_from_at,
        greatest(lines.watch_observed_running_at, stamp_end(stamps.first_ready_at, 1000000000)), lines.file_id, lines.line
    from first_startup_lines as lines
    inner join status_stamps as stamps
        on lines.run_id = stamps.run_id and lines.pod_uid = stamps.pod_uid
    where stamps.first_ready_at <= lines.watch_observed_running_at

    union all

    select
        run_id, pod_uid, unnest(['running', 'ready']), 'kubelet_log', 1, null,
        ts, least(coalesce(ready_from_at, ts), ts), ts, file_id, line
    from ready_lines

    union all

    select
        stamps.run_id, stamps.pod_uid, 'ready', 'object', 2, 'apiserver',
        stamps.ready_from_at, add_ns(stamps.ready_from_at, -stamps.early_ns),
        greatest(bounds.observed_until_at, add_ns(stamp_end(stamps.ready_from_at, 1000000000), stamps.late_ns)),
        stamps.file_id, stamps.line
    from status_stamps as stamps
    inner join bounds
        on stamps.run_id = bounds.run_id
    where stamps.first_ready_at is not null

    union all

    select
        run_id, pod_uid, 'delete_requested', 'audit', 0, 'apiserver',
        ts, received_at, ts, file_id, line
    from timeline._api_steps
    where step = 'delete_requested'

    union all

    select
        run_id, pod_uid, 'delete_requested', 'kubelet_log', 1, node_name,
        ts, add_ns(ts, -1000000000), stamp_end(ts, ts_resolution_ns), file_id, line
    from deletions_seen
    where not is_of_removal

    union all

    select
        run_id, pod_uid, 'deleted', 'audit', 0, 'apiserver',
        ts, received_at, ts, file_id, line
    from timeline._api_steps
    where step = 'deleted_by_node'

    union all

    select
        run_id, pod_uid, 'deleted', 'kubelet_log', 1, node_name,
        ts, add_ns(ts, -1000000000), stamp_end(ts, ts_resolution_ns), file_id, line
    from timeline._kubelet_steps
    where step = 'removed'

)

select
    candidates.run_id,
    candidates.pod_uid,
    candidates.milestone,
    candidates.source,
    candidates.rank,
    candidates.ts,
    add_ns(candidates.earliest_ts, -coalesce(clocks.early_ns, 0)) as earliest_ts,
    add_ns(candidates.latest_ts, coalesce(clocks.late_ns, 0)) as latest_ts,
    candidates.file_id,
    candidates.line
from candidates
left join timeline._pod_identities as identities
    on candidates.run_id = identities.run_id and candidates.pod_uid = identities.pod_uid
-- a candidate without a clock of its own was stamped by the pod's node
left join timeline._clock_bounds as clocks
    on candidates.run_id = clocks.run_id and coalesce(candidates.clock, identities.node_name) = clocks.node_name
where candidates.pod_uid is not null and candidates.ts is not null
