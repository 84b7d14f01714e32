-- Milestones: one row per pod and milestone that any source shows, as an interval with its evidence.
--
-- The source that saw it most directly wins; of one source the first record (the last for `deleted`). A coarse stamp is
-- narrowed by causality: a pod is created before it is bound, and bound before its node does anything for it.
-- `running` and `ready` mean visible in the API. Milestones after the end of observation are left out.
--
-- Where nothing in a run tells when pods were Ready, `ready` is when the pod was seen to run, else when its last container
-- started: the earliest that it can have been, and any later instant until the end of observation is as possible.
--
-- grain: run_id, pod_uid, milestone
-- columns:
--   run_id       Run, as in raw.runs.
--   pod_uid      Pod.
--   milestone    created, scheduled, kubelet_seen, sandbox_started (first attempt), ip_allocated, network_ready (the
--                sandbox it started in was answered), container_started (last container), running, ready,
--                delete_requested or deleted.
--   ts           Best estimate, UTC, inside the interval.
--   earliest_ts  It was not before this instant, on the API server's clock: a node's stamp can be off by what
--                finding.clock_offsets leaves open.
--   latest_ts    It was not after this instant, likewise.
--   source       audit, event, object, kubelet_log, runtime_log, ipam_log or cni_log: who saw it.
--   file_id      File of the evidence, as in raw.sources.
--   line         Its line.
with

candidates as (

    select *
    from timeline._milestone_candidates

    union all

    select
        starts.* replace (
            'ready' as milestone,
            starts.rank + if(starts.milestone = 'running', 0, 10) as rank,
            greatest(starts.latest_ts, bounds.observed_until_at) as latest_ts
        )
    from timeline._milestone_candidates as starts
    inner join timeline._run_bounds as bounds
        on starts.run_id = bounds.run_id
    anti join timeline._ready_told as told
        on starts.run_id = told.run_id
    where starts.milestone in ('running', 'container_started')

),

chosen as (

    select candidates.*
    from candidates
    inner join timeline._run_bounds as bounds
        on candidates.run_id = bounds.run_id
    where candidates.earliest_ts <= bounds.observed_until_at
    qualify row_number() over (
        partition by candidates.run_id, candidates.pod_uid, candidates.milestone
        order by (
            candidates.rank,
            case when candidates.milestone = 'deleted' then -epoch_ns(candidates.ts) else epoch_ns(candidates.ts) end,
            candidates.file_id,
            candidates.line
        )
    ) = 1

),

bounded as (

    select
        chosen.* replace (
            case
                when
                    chosen.milestone = 'created'
                    and objects.created_at between add_ns(chosen.earliest_ts, -1000000000) and chosen.latest_ts
                    then greatest(chosen.earliest_ts, objects.created_at)
                else chosen.earliest_ts
            end as earliest_ts
        ),
        -- a pod existed before the request to bind it came in; other sources are stamped afterwards
        min(if(chosen.source = 'audit', chosen.earliest_ts, chosen.latest_ts)) filter (where chosen.milestone = 'scheduled')
            over (partition by chosen.run_id, chosen.pod_uid) as scheduled_latest_ts,
        min(chosen.earliest_ts) filter (where chosen.milestone = 'scheduled')
            over (partition by chosen.run_id, chosen.pod_uid) as scheduled_earliest_ts,
        min(chosen.latest_ts) filter (where chosen.milestone = 'kubelet_seen')
            over (partition by chosen.run_id, chosen.pod_uid) as seen_latest_ts,
        min(chosen.ts) filter (where chosen.milestone = 'kubelet_seen')
            over (partition by chosen.run_id, chosen.pod_uid) as seen_ts
    from chosen
    left join staging.pods as objects
        on chosen.run_id = objects.run_id and chosen.pod_uid = objects.pod_uid

),

-- What contradicts the interval (a clock) does not narrow it; least() passes over null.
narrowed as (

    select
        * replace (
            case
                when
                    milestone in ('kubelet_seen', 'sandbox_started', 'network_ready', 'container_started')
                    and scheduled_earliest_ts <= latest_ts
                    then greatest(earliest_ts, scheduled_earliest_ts)
                else earliest_ts
            end as earliest_ts,
            case milestone
                when 'created'
                    then least(
                        latest_ts,
                        if(scheduled_latest_ts >= earliest_ts, scheduled_latest_ts, null),
                        if(seen_latest_ts >= earliest_ts, seen_latest_ts, null)
                    )
                when 'scheduled' then least(latest_ts, if(seen_latest_ts >= earliest_ts, seen_latest_ts, null))
                else latest_ts
            end as latest_ts
        )
    from bounded

),

estimated as (

    select
        * replace (
            case
                when ts between earliest_ts and latest_ts then ts
                else make_timestamp_ns((epoch_ns(earliest_ts) + epoch_ns(latest_ts)) // 2)
            end as ts
        )
    from narrowed

)

select
    run_id,
    pod_uid,
    milestone,
    -- the kubelet is told of a binding, by its watch, before the request for it has been answered
    if(milestone = 'scheduled' and seen_ts >= earliest_ts, least(ts, seen_ts), ts) as ts,
    earliest_ts,
    latest_ts,
    source,
    file_id,
    line
from estimated
