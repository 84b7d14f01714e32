import type { AnalysisResult, ResultRow } from "../../src/analysis/result.ts";

type RunRow = ResultRow<"runs">;
type FailureTable =
  | "failure_classes"
  | "failure_samples"
  | "failures_over_time"
  | "failure_chain_steps"
  | "incidents"
  | "unclassified_messages";

/** Failures of made-up runs: those whose first failure is known have a root, a symptom of it, and one without a root. */
export function failureTables(rows: readonly RunRow[]): Pick<AnalysisResult["tables"], FailureTable> {
  const failed = rows.filter((row) => row.first_failure_message !== null && row.pod_count > 0);
  return {
    failure_classes: failed.flatMap(classRows),
    failure_samples: failed.map((row) => ({
      run_id: row.run_id,
      class: "ipam_lock_timeout",
      ordinal: 1,
      t_s: 1.25,
      subject: "default/app-1",
      message: "no | lock\n`yet`",
      path: "nodes/worker4/containerd.log",
      line: 12,
    })),
    failures_over_time: failed.flatMap((row) =>
      ["ipam_lock_timeout", "unknown"].map((name, index) => ({
        run_id: row.run_id,
        class: name,
        t_s: index * 10,
        window_s: 10,
        failure_count: 2 - index,
      })),
    ),
    failure_chain_steps: failed.flatMap(chainRows),
    incidents: failed.slice(0, 1).map((row) => ({
      run_id: row.run_id,
      incident_id: "runtime_restart/worker4/1",
      kind: "runtime_restart",
      class: "runtime_restarted",
      node_name: "worker4",
      component: "containerd",
      started_s: 4.5,
      ended_s: null,
      failure_count: 0,
      path: "nodes/worker4/containerd.log",
      line: 3,
    })),
    unclassified_messages: failed.slice(0, 1).map((row) => ({
      run_id: row.run_id,
      ordinal: 1,
      component: "some_agent",
      template: "odd | thing `<id>` happened",
      message_count: 4,
      share_ratio: 0.25,
      message: "odd | thing `a1b2` happened",
      path: "nodes/worker4/agent.log",
      line: 7,
    })),
  };
}

function classRows(row: RunRow): ResultRow<"failure_classes">[] {
  const base = {
    run_id: row.run_id,
    layer: "ipam",
    attempt_count: 2,
    pod_count: 2,
    recovered_pod_count: 1,
    lost_pod_count: 1,
    first_s: 1.25,
    last_s: 14,
  };
  return [
    { ...base, class: "ipam_lock_timeout", role: "root", failure_count: 2, time_lost_s: 61.5 },
    { ...base, class: "unknown", role: "root", failure_count: 1, time_lost_s: null },
    { ...base, class: "sandbox_name_reserved", role: "symptom", failure_count: 1, time_lost_s: 12.25 },
  ];
}

function chainRows(row: RunRow): ResultRow<"failure_chain_steps">[] {
  const base = { run_id: row.run_id, root_class: "ipam_lock_timeout", pod_count: 2 };
  return [
    { ...base, ordinal: 1, cause_class: null, class: "ipam_lock_timeout", rule: null, distance: 0, failure_count: 1 },
    {
      ...base,
      ordinal: 2,
      cause_class: "ipam_lock_timeout",
      class: "sandbox_name_reserved",
      rule: "reserved_name",
      distance: 1,
      failure_count: 1,
    },
  ];
}
