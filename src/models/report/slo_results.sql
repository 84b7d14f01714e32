-- SLO results: one row per run and target, with what was measured.
--
-- Pods that were not there by the end of observation are later than any: where they make up the quantile nothing is
-- measured, and the SLO is missed. A quantile of fewer pods than it divides (99 % of less than 100) is unknown. Runs of
-- phase delete have none.
--
-- grain: run_id, slo_id
-- columns:
--   run_id          Run, as in raw.runs.
--   slo_id          SLO, as in main.slos.
--   ordinal         Its place among the SLOs.
--   sli             What is measured: pod_startup_s (created until visible as Running, less pulling images), pod_ready_s
--                   (created until Ready), run_ready_s (begin of the run until Ready), ready_ratio (pods Ready by the end of
--                   observation), pods_ready_per_s, failed_attempt_ratio (of sandbox attempts), leaked_ip_count or
--                   duplicate_ip_count.
--   quantile        Share of the pods that must keep the threshold; null for an SLI that is no time of pods.
--   comparison      at_most or at_least.
--   threshold       Threshold, in the unit of the SLI's name.
--   measured        What was measured, likewise; null when unknown, or later than the end of observation.
--   sample_count    Pods that it is of.
--   censored_count  Pods among them that were not there by the end of observation; 0 for an SLI that is no time of pods.
--   outcome         met, missed, or unknown (nothing to measure it by, or too few pods for the quantile).
with

pulls as (

    select
        run_id,
        pod_uid,
        sum(ns_between(started_at, ended_at))::bigint as pull_ns
    from timeline.phases
    where phase = 'image'
    group by run_id, pod_uid

),

pods as (

    select
        pods.run_id,
        ns_between(pods.created_at, pods.running_at) - coalesce(pulls.pull_ns, 0) as startup_ns,
        ns_between(pods.created_at, pods.ready_at) as ready_ns,
        ns_between(pods.run_started_at, pods.ready_at) as run_ready_ns
    from timeline._measured_pods as pods
    left join pulls
        on pods.run_id = pulls.run_id and pods.pod_uid = pulls.pod_uid
    where pods.run_phase <> 'delete'

),

times as (

    unpivot (
        select
            run_id,
            coalesce(startup_ns, 9223372036854775807) as pod_startup_s,
            coalesce(ready_ns, 9223372036854775807) as pod_ready_s,
            coalesce(run_ready_ns, 9223372036854775807) as run_ready_s
        from pods
    )
    on pod_startup_s, pod_ready_s, run_ready_s
    into name sli value time_ns

),

pod_slis as (

    select
        times.run_id,
        slos.slo_id,
        count(*) as sample_count,
        count(*) filter (where times.time_ns = 9223372036854775807) as censored_count,
        nullif(
            list(times.time_ns order by times.time_ns)[ceil(min(slos.quantile) * count(*) - 1e-9)::bigint],
            9223372036854775807
        ) / 1e9 as measured,
        -- a quantile divides n pods only when at least one of them may lie beyond it
        count(*) * (1 - min(slos.quantile)) >= 1 - 1e-9 or min(slos.quantile) = 1 as is_enough
    from times
    inner join main.slos
        on times.sli = slos.sli
    group by times.run_id, slos.slo_id

),

addresses as (

    select
        run_id,
        sum(leaked_count)::double as leaked_ip_count,
        sum(duplicate_count)::double as duplicate_ip_count
    from report.ip_audit
    group by run_id

),

run_slis as (

    select
        run_id,
        pod_count,
        sli,
        measured
    from (
        select
            runs.run_id,
            runs.pod_count,
            (runs.ready_count / nullif(runs.pod_count, 0))::double as ready_ratio,
            runs.pods_ready_per_s::double as pods_ready_per_s,
            (runs.failed_attempt_count / nullif(runs.attempt_count, 0))::double as failed_attempt_ratio,
            addresses.leaked_ip_count,
            addresses.duplicate_ip_count
        from report.runs
        left join addresses
            on runs.run_id = addresses.run_id
        where runs.phase <> 'delete'
    ) unpivot include nulls (
        measured for sli in (
            ready_ratio, pods_ready_per_s, failed_attempt_ratio, leaked_ip_count, duplicate_ip_count
        )
    )

),

results as (

    select
        run_id,
        slo_id,
        sample_count,
        censored_count,
        measured,
        is_enough as is_known
    from pod_slis

    union all

    select
        run_slis.run_id,
        slos.slo_id,
        run_slis.pod_count,
        0,
        run_slis.measured,
        run_slis.measured is not null
    from run_slis
    inner join main.slos
        on run_slis.sli = slos.sli

)

select
    results.run_id,
    results.slo_id,
    slos.ordinal,
    slos.sli,
    slos.quantile,
    slos.comparison,
    slos.threshold,
    case when results.is_known then results.measured end as measured,
    results.sample_count,
    results.censored_count,
    case
        when not results.is_known then 'unknown'
        when slos.comparison = 'at_most' and coalesce(results.measured <= slos.threshold, false) then 'met'
        when slos.comparison = 'at_least' and coalesce(results.measured >= slos.threshold, false) then 'met'
        else 'missed'
    end as outcome
from results
inner join main.slos
    on results.slo_id = slos.slo_id
order by results.run_id, slos.ordinal
