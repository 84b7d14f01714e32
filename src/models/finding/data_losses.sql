-- What the capture lost, or held in a way that limits what can be said of the run: one row per kind and subject.
--
-- Counts come from the import itself and from sources that must agree: what one shows and another lacks.
--
-- grain: run_id, check_id, subject
-- columns:
--   run_id      Run, as in raw.runs.
--   check_id    What it is, e.g. unparsed_lines, truncated_json, events_aggregated; titles are in the report's locales.
--   severity    info or warning.
--   subject     File, milestone or source it is about; '' for the run as a whole.
--   count       How many records, lines, files or pods are concerned.
--   value       A measure that goes with it, as the check defines it; null when it has none.
--   first_path  File of the first case, inside the capture; null when not tied to a file.
--   first_line  Its line; null when not tied to a line.
with

import_losses as (

    select
        stats.run_id,
        case stats.reason
            when 'unparsed_line' then 'unparsed_lines'
            when 'torn_line' then 'torn_lines'
            when 'bad_timestamp' then 'bad_timestamps'
            when 'truncated_archive' then 'truncated_archives'
            when 'unreadable' then 'unreadable_files'
            when 'duplicate_file' then 'duplicate_files'
            else stats.reason
        end as check_id,
        if(stats.reason in ('duplicate_file', 'unknown_kind', 'no_status'), 'info', 'warning') as severity,
        sources.path as subject,
        sum(stats.count)::bigint as count,
        null::double as value,
        sources.path as first_path,
        min(stats.first_line) as first_line
    from raw.import_stats as stats
    inner join raw.sources as sources
        on stats.run_id = sources.run_id and stats.file_id = sources.file_id
    group by all

),

-- what staging leaves out
copies as (

    select
        run_id,
        sum(record_count)::bigint as record_count
    from (
        select run_id, count(*) as record_count from raw.kubelet_logs group by run_id
        union all
        select run_id, count(*) from raw.containerd_logs group by run_id
        union all
        select run_id, count(*) from raw.cni_logs group by run_id
        union all
        select run_id, -count(*) from staging.kubelet_logs group by run_id
        union all
        select run_id, -count(*) from staging.containerd_logs group by run_id
        union all
        select run_id, -count(*) from staging.cni_logs group by run_id
    )
    group by run_id
    having sum(record_count) > 0

),

failures_in_events as (

    select
        run_id,
        sum(coalesce(count, 1)) as failure_count
    from staging.kube_events
    where reason = 'FailedCreatePodSandBox'
    group by run_id

),

failures_in_logs as (

    select
        run_id,
        count(*) as failure_count
    from timeline.sandbox_attempts
    where outcome = 'failed'
    group by run_id

),

delays as (

    select
        milestones.run_id,
        count(*) as pod_count,
        max(ns_between(pods.first_ready_at, milestones.ts)) / 1e9 as longest_s
    from timeline.milestones
    inner join staging.pods
        on milestones.run_id = pods.run_id and milestones.pod_uid = pods.pod_uid
    where
        milestones.milestone = 'ready'
        and milestones.source = 'audit'
        and ns_between(pods.first_ready_at, milestones.ts) > 2000000000
    group by milestones.run_id

),

expected as (

    select
        pods.run_id,
        pods.pod_uid,
        unnest(['created', 'scheduled', 'kubelet_seen', 'sandbox_started', 'network_ready', 'container_started', 'running'])
            as milestone
    from timeline.pods
    where pods.in_scope and pods.ready_at is not null

),

missing as (

    select
        expected.run_id,
        expected.milestone,
        count(*) as pod_count
    from expected
    anti join timeline.milestones
        on
            expected.run_id = milestones.run_id
            and expected.pod_uid = milestones.pod_uid
            and expected.milestone = milestones.milestone
    group by all

),

conflicts as (

    select
        candidates.run_id,
        candidates.milestone,
        count(distinct candidates.pod_uid) as pod_count,
        max(greatest(
            ns_between(candidates.latest_ts, milestones.earliest_ts),
            ns_between(milestones.latest_ts, candidates.earliest_ts)
        )) / 1e9 as widest_s
    from timeline._milestone_candidates as candidates
    inner join timeline.milestones
        on
            candidates.run_id = milestones.run_id
            and candidates.pod_uid = milestones.pod_uid
            and candidates.milestone = milestones.milestone
            and candidates.source <> milestones.source
            -- an event is recorded some time after what it tells
            and candidates.source <> 'event'
    where
        candidates.milestone in ('created', 'scheduled', 'container_started')
        and (
            ns_between(candidates.latest_ts, milestones.earliest_ts) > 1000000000
            or ns_between(milestones.latest_ts, candidates.earliest_ts) > 1000000000
        )
    group by all

),

run_checks as (

    select run_id, 'no_manifest' as check_id, 'info' as severity, '' as subject, 1 as count, null::double as value
    from raw.runs
    where manifest is null

    union all

    select runs.run_id, 'no_audit_log', 'info', '', 1, null
    from raw.runs
    anti join staging.audit_events as audit
        on runs.run_id = audit.run_id

    union all

    select run_id, 'zone_assumed', 'warning', '', count(*), null
    from raw.sources
    where zone_source = 'assumed'
    group by run_id

    union all

    select run_id, 'duplicate_records', 'info', '', record_count, null
    from copies

    union all

    select logs.run_id, 'dropped_events', 'info', 'FailedCreatePodSandBox', logs.failure_count - coalesce(events.failure_count, 0), events.failure_count
    from failures_in_logs as logs
    left join failures_in_events as events
        on logs.run_id = events.run_id
    where logs.failure_count > coalesce(events.failure_count, 0)

    union all

    select run_id, 'events_aggregated', 'info', '', count(*), null
    from staging.kube_events
    where starts_with(message, '(combined from similar events)')
    group by run_id

    union all

    select run_id, 'status_delay', 'info', '', pod_count, longest_s
    from delays

    union all

    select run_id, 'milestone_missing', 'warning', milestone, pod_count, null
    from missing

    union all

    select run_id, 'milestone_conflict', 'warning', milestone, pod_count, widest_s
    from conflicts

    union all

    select run_id, 'clock_offset', 'warning', node_name, pair_count, correction_ns / 1e6
    from finding.clock_offsets
    where is_applied

    union all

    select run_id, 'clock_contradiction', 'warning', node_name, pair_count, (earliest_ns - latest_ns) / 1e6
    from finding.clock_offsets
    where is_contradictory

    union all

    select pods.run_id, 'clock_unbounded', 'info', '', count(distinct pods.node_name), null
    from timeline.pods
    anti join finding.clock_offsets as offsets
        on pods.run_id = offsets.run_id and pods.node_name = offsets.node_name
    where pods.in_scope and pods.node_name is not null
    group by pods.run_id

    union all

    -- after a deletion no object is expected; otherwise whether such a pod was Ready may not be known
    select pods.run_id, 'pods_without_object', if(facts.phase = 'delete', 'info', 'warning'), '', count(*), null
    from timeline.pods
    inner join timeline._run_facts as facts
        on pods.run_id = facts.run_id
    where pods.in_scope and not pods.has_object
    group by pods.run_id, facts.phase

    union all

    select pods.run_id, 'ready_not_told', 'warning', '', count(*), null
    from timeline.pods
    anti join timeline._ready_told as told
        on pods.run_id = told.run_id
    where pods.in_scope
    group by pods.run_id

    union all

    select pods.run_id, 'created_before_start', 'warning', '', count(*), max(ns_between(pods.created_at, facts.started_at)) / 1e9
    from timeline.pods
    inner join timeline._run_facts as facts
        on pods.run_id = facts.run_id
    inner join timeline.milestones as created
        on pods.run_id = created.run_id and pods.pod_uid = created.pod_uid and created.milestone = 'created'
    where pods.in_scope and facts.phase <> 'delete' and created.latest_ts < facts.started_at
    group by pods.run_id

    union all

    select bounds.run_id, 'after_observation', 'info', '', count(*), null
    from timeline.sandbox_attempts as attempts
    inner join timeline._run_bounds as bounds
        on attempts.run_id = bounds.run_id
    where coalesce(attempts.started_at, attempts.ended_at) > bounds.observed_until_at
    group by bounds.run_id

)

select run_id, check_id, severity, subject, count, value, first_path, first_line
from import_losses
union all
select run_id, check_id, severity, subject, count, value, null as first_path, null as first_line
from run_checks
