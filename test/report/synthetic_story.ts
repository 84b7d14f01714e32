import type { AnalysisResult, ResultRow } from "../../src/analysis/result.ts";

type RunRow = ResultRow<"runs">;
type StoryTables = Pick<
  AnalysisResult["tables"],
  | "stalls"
  | "progress_segments"
  | "resource_use"
  | "serial_resources"
  | "survival"
  | "time_to_ready"
  | "path_parts"
  | "bottlenecks"
  | "slo_results"
>;

/** Time of every run's end: its makespan, else the end of its observation, else a minute. */
function endOf(run: RunRow): number {
  return run.time_to_all_s ?? run.observed_s ?? 60;
}

function isDone(run: RunRow): boolean {
  return run.ready_count >= run.pod_count;
}

/** Every run that starts pods reaches its Ready pods at half of its time and stalls to its end when some are missing. */
export function storyTables(runs: readonly RunRow[]): StoryTables {
  const started = runs.filter((run) => run.pod_count > 0 && run.phase !== "delete");
  const stalled = started.filter((run) => !isDone(run) && run.ready_count > 0);
  return {
    stalls: stalled.map(stallRow),
    progress_segments: started.flatMap(segmentRows),
    resource_use: started.flatMap(useRows),
    serial_resources: started.map(resourceRow),
    survival: started.flatMap(survivalRows),
    time_to_ready: started.map(timeRow),
    path_parts: started.flatMap(partRows),
    bottlenecks: started.map(bottleneckRow),
    slo_results: started.map(sloRow),
  };
}

function stallRow(run: RunRow): ResultRow<"stalls"> {
  return {
    run_id: run.run_id,
    measure: "pods",
    ordinal: 1,
    started_s: endOf(run) / 2,
    ended_s: null,
    duration_s: endOf(run) / 2,
    done_count_start: run.ready_count,
    done_count_end: run.ready_count,
    goal_count: run.pod_count,
    pace_per_s: 1,
    failure_count: 7,
    cause_class: "ipam_lock_timeout",
    cause_count: 5,
    cause_ratio: 5 / 7,
    incident_count: 1,
    incident_id: "etcd_stall/cluster/1",
    incident_class: "etcd_stalled",
    incident_node_name: null,
    incident_started_s: endOf(run) / 2 + 1,
    incident_ended_s: null,
    component: "whereabouts",
    resource: "lease",
    waiting_mean: 40.5,
    held_ratio: 0.25,
    holder_pod: "default/app-1-abcde",
    holder_node_name: "worker4",
    holder_held_s: 9,
  };
}

function segmentRows(run: RunRow): ResultRow<"progress_segments">[] {
  const half = endOf(run) / 2;
  const row = (ordinal: number, from: number, to: number): ResultRow<"progress_segments"> => ({
    run_id: run.run_id,
    measure: "pods",
    ordinal,
    started_s: from,
    ended_s: to,
    done_count_start: ordinal === 1 ? 0 : run.ready_count,
    done_count_end: run.ready_count,
    goal_count: run.pod_count,
    rate_per_s: ordinal === 1 ? run.ready_count / half : 0,
    rate_ratio: ordinal === 1 ? null : 0,
    window_s: 1,
    dispersion: 1,
    failure_count: ordinal === 1 ? 0 : 7,
    cause_class: ordinal === 1 ? null : "ipam_lock_timeout",
    cause_count: ordinal === 1 ? null : 5,
    component: null,
    resource: null,
    waiting_mean: null,
  });
  return isDone(run) ? [row(1, 0, half)] : [row(1, 0, half), row(2, half, endOf(run))];
}

function useRows(run: RunRow): ResultRow<"resource_use">[] {
  return [0, 10].map((t_s) => ({
    run_id: run.run_id,
    component: "whereabouts",
    resource: "lease",
    t_s,
    window_s: 10,
    server_count: 1,
    parallel_count: 1,
    waiting_mean: 12,
    queued_ratio: 1,
    held_ratio: 0.5,
    served_count: 4,
    service_mean_s: 1.25,
    is_saturated: true,
  }));
}

function resourceRow(run: RunRow): ResultRow<"serial_resources"> {
  return {
    run_id: run.run_id,
    component: "whereabouts",
    resource: "lease",
    scope: "cluster",
    server_count: 1,
    parallel_count: 1,
    served_count: 8,
    waiting_max: 12,
    saturated_s: 20,
    saturated_ratio: 0.75,
    held_saturated_ratio: 0.5,
    service_mean_s: 1.25,
    allowed_per_s: 0.8,
    served_saturated_per_s: 0.4,
    is_bottleneck: true,
  };
}

function survivalRows(run: RunRow): ResultRow<"survival">[] {
  const left = 1 - run.ready_count / run.pod_count;
  const isBetween = left > 0 && left < 1;
  return [
    {
      run_id: run.run_id,
      t_s: endOf(run) / 2,
      at_risk_count: run.pod_count,
      event_count: run.ready_count,
      censored_count: 0,
      survival_ratio: left,
      lower_ratio: isBetween ? left * 0.9 : null,
      upper_ratio: isBetween ? Math.min(1, left * 1.1) : null,
    },
  ];
}

function timeRow(run: RunRow): ResultRow<"time_to_ready"> {
  const half = endOf(run) / 2;
  const all = isDone(run) ? half : null;
  return {
    run_id: run.run_id,
    origin: "begin",
    pod_count: run.pod_count,
    ready_count: run.ready_count,
    censored_count: run.pod_count - run.ready_count,
    horizon_s: 90,
    restricted_mean_s: 45,
    time_to_1_percent_s: all,
    time_to_10_percent_s: all,
    time_to_25_percent_s: all,
    time_to_50_percent_s: all,
    time_to_75_percent_s: all,
    time_to_90_percent_s: all,
    time_to_95_percent_s: all,
    time_to_99_percent_s: all,
    time_to_100_percent_s: all,
  };
}

function partRows(run: RunRow): ResultRow<"path_parts">[] {
  return (["ipam_wait", "runtime"] as const).map((part, index) => ({
    run_id: run.run_id,
    part,
    ordinal: index === 0 ? 6 : 9,
    is_ipam: index === 0,
    pod_count: run.pod_count,
    longest_count: index === 0 ? run.pod_count : 0,
    total_s: index === 0 ? 30 : 10,
    share_ratio: index === 0 ? 0.75 : 0.25,
    last_pod_count: 1,
    last_mean_s: index === 0 ? 30 : 10,
    last_share_ratio: index === 0 ? 0.75 : 0.25,
  }));
}

function bottleneckRow(run: RunRow): ResultRow<"bottlenecks"> {
  return {
    run_id: run.run_id,
    part: "ipam_wait",
    is_ipam: true,
    last_pod_count: 1,
    last_share_ratio: 0.75,
    last_mean_s: 30,
    share_ratio: 0.75,
    ipam_last_ratio: 0.75,
    ipam_ratio: 0.75,
    component: "whereabouts",
    resource: "lease",
    run_s: endOf(run),
    is_complete: isDone(run),
    without_ipam_s: endOf(run) / 4,
    without_ipam_ratio: 0.25,
  };
}

function sloRow(run: RunRow): ResultRow<"slo_results"> {
  return {
    run_id: run.run_id,
    slo_id: "kubernetes_pod_startup",
    ordinal: 1,
    sli: "pod_startup_s",
    quantile: 0.99,
    comparison: "at_most",
    threshold: 5,
    measured: isDone(run) ? 21.5 : null,
    sample_count: run.pod_count,
    censored_count: run.pod_count - run.ready_count,
    outcome: "missed",
  };
}
