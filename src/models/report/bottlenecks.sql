-- Bottleneck: what decided how long each run took, and how long it would have taken without IPAM: one row per run.
--
-- The bottleneck is the part that took most of the deciding pods' way to Ready (report.path_parts); when it is one of IPAM,
-- the serial resource that was saturated for most of the run stands beside it. The time without IPAM takes each pod's own
-- waits for IPAM, its work and the retries rooted in it off that pod's way and changes nothing else: the nodes' other work
-- would have come closer together and taken longer, so it is the least time the run could have taken. A pod that was never
-- Ready counts with the rest of its way up to the end of observation.
--
-- grain: run_id
-- columns:
--   run_id                Run, as in raw.runs.
--   part                  Part of the way to Ready that took most of it, as in report.path_parts.
--   is_ipam               It is a part of IPAM.
--   last_pod_count        Pods that decided how long the run took: the last to be Ready, or those never Ready.
--   last_share_ratio      Share of the part in these pods' way.
--   last_mean_s           Mean time of these pods in it, s.
--   share_ratio           Share of the part in the way of all pods.
--   ipam_last_ratio       Share of all parts of IPAM in the deciding pods' way.
--   ipam_ratio            Share of all parts of IPAM in the way of all pods.
--   component             Program whose serial resource was saturated for most of the run (report.serial_resources); null
--                         when none was, or no part of IPAM is the bottleneck.
--   resource              That resource; null likewise.
--   run_s                 Until all pods were Ready, s; to the end of observation when some never were.
--   is_complete           All pods were Ready.
--   without_ipam_s        The least the run could have taken had IPAM taken no time, s.
--   without_ipam_ratio    without_ipam_s / run_s.
with

parts as (

    select *
    from report.path_parts

),

ways as (

    select
        parts.run_id,
        parts.pod_uid,
        sum(parts.duration_ns) / 1e9 as way_s,
        coalesce(sum(parts.duration_ns) filter (where parts.part not in ('ipam', 'ipam_wait', 'ipam_retry')), 0) / 1e9
            as without_ipam_s
    from finding._path_parts as parts
    group by parts.run_id, parts.pod_uid

),

runs as (

    select
        pods.run_id,
        count(pods.done_at) = count(*) as is_complete,
        case when count(pods.done_at) = count(*)
            then s_between(min(pods.run_started_at), max(pods.done_at))
        else s_between(min(pods.run_started_at), min(pods.observed_until_at)) end as run_s,
        max(ways.without_ipam_s) as without_ipam_s
    from timeline._measured_pods as pods
    inner join ways
        on pods.run_id = ways.run_id and pods.pod_uid = ways.pod_uid
    group by pods.run_id

),

sums as (

    select
        run_id,
        sum(total_s) filter (where is_ipam) / nullif(sum(total_s), 0) as ipam_ratio,
        sum(last_mean_s) filter (where is_ipam) / nullif(sum(last_mean_s), 0) as ipam_last_ratio
    from parts
    group by run_id

)

select
    parts.run_id,
    parts.part,
    parts.is_ipam,
    parts.last_pod_count,
    parts.last_share_ratio,
    parts.last_mean_s,
    parts.share_ratio,
    coalesce(sums.ipam_last_ratio, 0) as ipam_last_ratio,
    coalesce(sums.ipam_ratio, 0) as ipam_ratio,
    case when parts.is_ipam then resources.component end as component,
    case when parts.is_ipam then resources.resource end as resource,
    runs.run_s,
    runs.is_complete,
    runs.without_ipam_s,
    runs.without_ipam_s / nullif(runs.run_s, 0) as without_ipam_ratio
from parts
inner join sums
    on parts.run_id = sums.run_id
inner join runs
    on parts.run_id = runs.run_id
left join report.serial_resources as resources
    on parts.run_id = resources.run_id and resources.is_bottleneck
qualify row_number() over (
    partition by parts.run_id
    order by parts.last_share_ratio desc nulls last, parts.share_ratio desc, parts.part
) = 1
order by parts.run_id
