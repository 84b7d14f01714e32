-- Runs: what each was, how far it came and how fast. Times count from started_at.
--
-- Done means Ready, or deleted in a run of phase delete. A run is complete when every pod in scope got there before the
-- end of observation; otherwise its time to all is unknown, and last_progress_s says when the last pod got there.
-- Quantiles are discrete, over all pods in scope with the unfinished as later than any: null when that far out.
--
-- grain: run_id
-- columns:
--   run_id                     Run, as in raw.runs.
--   cni                        CNI under test: the manifest's, else the one whose programs wrote logs; null when unknown.
--   cni_version                Its version; null when unknown.
--   cni_mode                   Its mode, as the manifest says; null when it does not.
--   scenario                   limited or unlimited; null when the manifest does not say.
--   phase                      create, recreate, recover or delete; create when the manifest does not say.
--   ip_families                Families, e.g. IPv4,IPv6; null when unknown.
--   repetition                 Repetition number; null when there is none.
--   origin                     recorded or simulated; null when the manifest does not say.
--   fault_count                Faults that the manifest says were injected; null when it does not say.
--   started_at                 Begin of the run, ISO 8601 UTC; null when unknown.
--   started_at_source          manifest, first_creation, first_sighting (by a kubelet) or first_deletion; null when unknown.
--   observed_until_at          End of observation, ISO 8601 UTC; null when unknown.
--   observed_s                 Length of the observation, s; null when unknown.
--   pod_count                  Pods in scope.
--   ready_count                Those that were Ready before the end of observation.
--   never_ready_count          Those that were not; 0 in a delete run.
--   deleted_count              Those that were gone before the end of observation.
--   excluded_pod_count         Pods seen but not in scope: the system's and other runs'.
--   outcome                    complete, incomplete, deleted, not_deleted (delete runs), or empty (no pod in scope).
--   time_to_all_s              Until the last pod was done, s; null when not all were.
--   time_to_all_earliest_s     Lower end of its interval, s; null likewise.
--   time_to_all_latest_s       Upper end of its interval, s; null likewise.
--   last_progress_s            When the last pod that got there did, s; null when none did.
--   time_to_50_percent_s       Until half of the pods in scope were done, s; null when fewer were.
--   time_to_90_percent_s       Until 90 % were done, s; null when fewer were.
--   time_to_99_percent_s       Until 99 % were done, s; null when fewer were.
--   pods_ready_per_s           Ready pods by the time of the last of them, 1/s; null when none was, and in a delete run.
--   peak_pods_ready_per_s      Highest rate in any window of peak_window_s, 1/s; null likewise, and when the run was shorter.
--   ips_allocated_per_s        Pods with an address by the time of the last of them, 1/s; null when the IPAM logs none.
--   peak_ips_allocated_per_s   Highest rate in any window of peak_window_s, 1/s; null likewise, and when the run was shorter.
--   peak_window_s              Length of that window, s.
--   ip_allocated_count         Pods whose address was seen being allocated; null when the IPAM logs none.
--   latency_p50_s              Median of created to Ready, s; null when half the pods or more are unfinished.
--   latency_p99_s              99th percentile of it, s; null when that pod is unfinished or there are fewer than 100 pods.
--   latency_max_s              Longest of the finished pods, s; null when none is.
--   attempt_count              Sandbox attempts of the pods in scope; null when there is no runtime log.
--   failed_attempt_count       Those that had failed by the end of observation; null likewise.
--   first_failure_s            When the first attempt failed, s; null when none did.
--   first_failure_pod          Its pod, namespace/name; null when none did.
--   first_failure_message      Innermost words of its error; null when none did.
--   top_cause_class            Root class behind most failures of the measured pods (`unknown` when none was found); null without a failure.
--   top_cause_count            Failures that it is behind; null likewise.
--   kubernetes_version         Version; null when unknown or mixed.
--   container_runtime_version  Runtime and version, e.g. containerd://1.7.2; null when unknown or mixed.
--   os_image                   Operating system; null when unknown or mixed.
--   kernel_version             Kernel; null when unknown or mixed.
--   node_count                 Nodes with an object; null when there is none.
--   workload_namespace         Namespace of the measured pods; null when they are in several.
--   workload_deployments       Deployments measured; null when unknown.
--   workload_replicas          Replicas of each; null when unknown.
with

measured as (

    select *
    from timeline._measured_pods

),

counts as (

    select
        run_id,
        count(*) as pod_count,
        count(*) filter (where ready_at is not null) as ready_count,
        count(*) filter (where ready_at is null and run_phase <> 'delete') as never_ready_count,
        count(*) filter (where deleted_at is not null) as deleted_count,
        count(done_at) as done_count,
        max(done_at) as last_done_at,
        max(done_earliest_at) as last_done_earliest_at,
        max(done_latest_at) as last_done_latest_at,
        max(ready_at) as last_ready_at,
        count(ip_allocated_at) as ip_allocated_count,
        max(ip_allocated_at) as last_ip_allocated_at,
        quantile_disc(coalesce(done_after_ns, 9223372036854775807), 0.5) as done_p50_ns,
        quantile_disc(coalesce(done_after_ns, 9223372036854775807), 0.9) as done_p90_ns,
        quantile_disc(coalesce(done_after_ns, 9223372036854775807), 0.99) as done_p99_ns,
        quantile_disc(coalesce(ns_between(created_at, ready_at), 9223372036854775807), 0.5) as latency_p50_ns,
        quantile_disc(coalesce(ns_between(created_at, ready_at), 9223372036854775807), 0.99) as latency_p99_ns,
        max(ns_between(created_at, ready_at)) as latency_max_ns,
        nullif(sum(attempt_count), 0) as attempt_count,
        sum(failed_attempt_count) as failed_attempt_count
    from measured
    group by run_id

),

peaks as (

    select
        run_id,
        max(ready_in_window) as ready_in_window,
        max(ips_in_window) as ips_in_window
    from (
        select
            run_id,
            count(ready_at) over (
                partition by run_id
                order by epoch_ns(ready_at)
                range between 10000000000 preceding and current row
            ) as ready_in_window,
            count(ip_allocated_at) over (
                partition by run_id
                order by epoch_ns(ip_allocated_at)
                range between 10000000000 preceding and current row
            ) as ips_in_window
        from measured
    )
    group by run_id

),

excluded as (

    select
        run_id,
        count(*) as excluded_pod_count
    from timeline.pods
    where not in_scope
    group by run_id

),

first_failures as (

    select
        attempts.run_id,
        attempts.ended_at,
        attempts.error,
        measured.namespace || '/' || measured.pod_name as pod
    from timeline.sandbox_attempts as attempts
    inner join measured
        on attempts.run_id = measured.run_id and attempts.pod_uid = measured.pod_uid
    where attempts.outcome = 'failed' and attempts.ended_at <= measured.observed_until_at
    qualify row_number() over (
        partition by attempts.run_id
        order by (attempts.ended_at, attempts.pod_uid, attempts.try)
    ) = 1

),

top_causes as (

    select
        run_id,
        class,
        failure_count
    from report.failure_classes
    where role = 'root'
    qualify row_number() over (
        partition by run_id
        order by failure_count desc, time_lost_s desc nulls last, class
    ) = 1

)

select
    facts.run_id,
    facts.cni,
    facts.cni_version,
    facts.cni_mode,
    facts.scenario,
    facts.phase,
    facts.ip_families,
    facts.repetition,
    facts.origin,
    facts.fault_count,
    utc_text(facts.started_at) as started_at,
    facts.started_at_source,
    utc_text(facts.observed_until_at) as observed_until_at,
    s_between(facts.started_at, facts.observed_until_at) as observed_s,
    coalesce(counts.pod_count, 0) as pod_count,
    coalesce(counts.ready_count, 0) as ready_count,
    coalesce(counts.never_ready_count, 0) as never_ready_count,
    coalesce(counts.deleted_count, 0) as deleted_count,
    coalesce(excluded.excluded_pod_count, 0) as excluded_pod_count,
    case
        when counts.pod_count is null then 'empty'
        when counts.done_count = counts.pod_count then if(facts.phase = 'delete', 'deleted', 'complete')
        else if(facts.phase = 'delete', 'not_deleted', 'incomplete')
    end as outcome,
    case when counts.done_count = counts.pod_count then s_between(facts.started_at, counts.last_done_at) end
        as time_to_all_s,
    case when counts.done_count = counts.pod_count
        then s_between(facts.started_latest_at, counts.last_done_earliest_at)
    end as time_to_all_earliest_s,
    case when counts.done_count = counts.pod_count
        then s_between(facts.started_earliest_at, counts.last_done_latest_at)
    end as time_to_all_latest_s,
    s_between(facts.started_at, counts.last_done_at) as last_progress_s,
    nullif(counts.done_p50_ns, 9223372036854775807) / 1e9 as time_to_50_percent_s,
    nullif(counts.done_p90_ns, 9223372036854775807) / 1e9 as time_to_90_percent_s,
    nullif(counts.done_p99_ns, 9223372036854775807) / 1e9 as time_to_99_percent_s,
    case when facts.phase <> 'delete'
        then nullif(counts.ready_count, 0) / s_between(facts.started_at, counts.last_ready_at)
    end as pods_ready_per_s,
    case when facts.phase <> 'delete' and s_between(facts.started_at, counts.last_ready_at) >= 10
        then peaks.ready_in_window / 10.0
    end
        as peak_pods_ready_per_s,
    nullif(counts.ip_allocated_count, 0) / s_between(facts.started_at, counts.last_ip_allocated_at)
        as ips_allocated_per_s,
    case when s_between(facts.started_at, counts.last_ip_allocated_at) >= 10 then peaks.ips_in_window / 10.0 end as peak_ips_allocated_per_s,
    10 as peak_window_s,
    nullif(counts.ip_allocated_count, 0) as ip_allocated_count,
    nullif(counts.latency_p50_ns, 9223372036854775807) / 1e9 as latency_p50_s,
    case when counts.pod_count >= 100 then nullif(counts.latency_p99_ns, 9223372036854775807) / 1e9 end as latency_p99_s,
    counts.latency_max_ns / 1e9 as latency_max_s,
    counts.attempt_count,
    case when counts.attempt_count is not null then counts.failed_attempt_count end as failed_attempt_count,
    s_between(facts.started_at, first_failures.ended_at) as first_failure_s,
    first_failures.pod as first_failure_pod,
    unwrap_message(first_failures.error) as first_failure_message,
    top_causes.class as top_cause_class,
    top_causes.failure_count as top_cause_count,
    facts.kubernetes_version,
    facts.container_runtime_version,
    facts.os_image,
    facts.kernel_version,
    facts.node_count,
    facts.workload_namespace,
    facts.workload_deployments,
    facts.workload_replicas
from timeline._run_facts as facts
left join counts
    on facts.run_id = counts.run_id
left join peaks
    on facts.run_id = peaks.run_id
left join excluded
    on facts.run_id = excluded.run_id
left join first_failures
    on facts.run_id = first_failures.run_id
left join top_causes
    on facts.run_id = top_causes.run_id
order by facts.cni, facts.scenario, facts.phase, facts.ip_families, facts.repetition, facts.run_id
