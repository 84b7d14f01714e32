-- Parts of the way to Ready: one row per run and part, over all pods and over those that decided how long the run took.
--
-- The deciding pods are the last hundredth to be Ready (one at least); when pods were never Ready, those. The way begins
-- with the run, so the parts of one pod add up to the time from then until it was Ready, or to the end of observation.
--
-- grain: run_id, part
-- columns:
--   run_id            Run, as in raw.runs.
--   part              creation (begin of the run until the pod was created), scheduling, kubelet, ipam_wait (for the serial
--                     resource), ipam (its work), ipam_retry (failed attempts rooted in IPAM, and the back-off after them),
--                     other_retry (other failed attempts and back-off), cni, runtime, image, api (until the status was
--                     visible), readiness.
--   ordinal           Place in the order in which a pod passes them.
--   is_ipam           It is one of ipam, ipam_wait and ipam_retry.
--   pod_count         Pods that spent time in it.
--   longest_count     Pods for which it was the longest part.
--   total_s           Pod-seconds in it, over all pods, s.
--   share_ratio       Its share of all pod-seconds; null when there are none.
--   last_pod_count    Deciding pods of the run.
--   last_mean_s       Mean time of the deciding pods in it, s.
--   last_share_ratio  Its share of the deciding pods' time; null when there is none.
with

deciding as (

    select
        run_id,
        pod_uid,
        case
            when count(*) filter (where done_at is null) over (partition by run_id) > 0 then done_at is null
            else row_number() over (partition by run_id order by done_at desc, pod_uid)
                <= greatest(1, count(*) over (partition by run_id) // 100)
        end as is_last
    from timeline._measured_pods

),

parts as (

    select
        parts.run_id,
        parts.pod_uid,
        parts.part,
        parts.duration_ns,
        deciding.is_last,
        row_number() over (
            partition by parts.run_id, parts.pod_uid
            order by parts.duration_ns desc, parts.part
        ) = 1 as is_longest
    from finding._path_parts as parts
    inner join deciding
        on parts.run_id = deciding.run_id and parts.pod_uid = deciding.pod_uid

),

lasts as (

    select
        run_id,
        count(*) filter (where is_last) as last_pod_count
    from deciding
    group by run_id

)

select
    parts.run_id,
    parts.part,
    list_position(
        [
            'creation', 'scheduling', 'kubelet', 'ipam_retry', 'other_retry', 'ipam_wait', 'ipam', 'cni', 'runtime',
            'image', 'api', 'readiness'
        ],
        parts.part
    ) as ordinal,
    parts.part in ('ipam', 'ipam_wait', 'ipam_retry') as is_ipam,
    count(*) as pod_count,
    count(*) filter (where parts.is_longest) as longest_count,
    sum(parts.duration_ns) / 1e9 as total_s,
    sum(parts.duration_ns) / nullif(sum(sum(parts.duration_ns)) over (partition by parts.run_id), 0) as share_ratio,
    min(lasts.last_pod_count) as last_pod_count,
    coalesce(sum(parts.duration_ns) filter (where parts.is_last), 0) / 1e9 / min(lasts.last_pod_count) as last_mean_s,
    coalesce(sum(parts.duration_ns) filter (where parts.is_last), 0)
    / nullif(sum(sum(parts.duration_ns) filter (where parts.is_last)) over (partition by parts.run_id), 0)
        as last_share_ratio
from parts
inner join lasts
    on parts.run_id = lasts.run_id
group by parts.run_id, parts.part
order by parts.run_id, ordinal
