import type { AnalysisResult, ResultRow } from "../../src/analysis/result.ts";

type RunRow = ResultRow<"runs">;
type AddressTables = Pick<
  AnalysisResult["tables"],
  | "ip_audit"
  | "ip_leak_causes"
  | "leaked_addresses"
  | "ip_ledger_checks"
  | "ip_blocked_pods"
  | "pool_over_time"
  | "ipam_waits"
>;

const POOL = "10.20.0.0-16";

/** One pool per run; that of an unfinished limited run is full, with a leak and a pod that has no address for it. */
export function addressTables(runs: readonly RunRow[]): AddressTables {
  const held = runs.filter((run) => run.pod_count > 0);
  const leaking = held.filter((run) => run.scenario === "limited" && run.ready_count < run.pod_count);
  return {
    ip_audit: held.map((run) => auditRow(run, leaking.includes(run))),
    ip_leak_causes: leaking.map((run) => ({
      run_id: run.run_id,
      certainty: "leak",
      cause: "swallowed_del",
      leak_count: 1,
      first_leak_s: 60,
      sample_ip: "10.20.0.7",
      sample_pod: "default/app-1-abcde",
      sample_message: "WARNING: Problem deallocating IP: time limit exceeded while waiting to become leader",
      sample_path: "nodes/worker4/containerd.log",
      sample_line: 12,
    })),
    leaked_addresses: leaking.map((run) => ({
      run_id: run.run_id,
      place: 1,
      ip: "10.20.0.7",
      pool: POOL,
      certainty: "leak",
      cause: "swallowed_del",
      last_holder: "default/app-1-abcde",
      node_name: "worker4",
      try: 1,
      sandbox_id: "5".repeat(64),
      allocated_at_s: 40,
      leaked_at_s: 60,
      record_path: "cluster/ippools-end.json",
      record_line: 30,
      del_message: "WARNING: Problem deallocating IP: time limit exceeded while waiting to become leader",
      del_path: "nodes/worker4/containerd.log",
      del_line: 12,
    })),
    ip_ledger_checks: held.map((run) => ({
      run_id: run.run_id,
      system: "whereabouts",
      sequence: 2,
      snapshot: "end",
      read_after_at: "2026-11-23T12:02:00.000Z",
      read_before_at: "2026-11-23T12:02:01.000Z",
      record_count: run.ready_count,
      ledger_count: run.ready_count,
      snapshot_only_count: 0,
      ledger_only_count: 0,
      changing_count: 0,
    })),
    ip_blocked_pods: leaking.map((run) => ({
      run_id: run.run_id,
      pod_uid: `${run.run_id}-blocked`,
      pod: "default/app-2-fghij",
      pool: POOL,
      leaked_ip: "10.20.0.7",
      leaked_by: "default/app-1-abcde",
      leaked_at_s: 60,
    })),
    pool_over_time: held.flatMap((run) => poolRows(run, leaking.includes(run))),
    ipam_waits: held.map(waitRow),
  };
}

function auditRow(run: RunRow, isLeaking: boolean): ResultRow<"ip_audit"> {
  return {
    run_id: run.run_id,
    system: "whereabouts",
    ip_family: "IPv4",
    pool: POOL,
    capacity: run.scenario === "limited" ? run.pod_count : null,
    allocated_count: run.ready_count + (isLeaking ? 1 : 0),
    used_count: run.ready_count,
    leaked_count: isLeaking ? 1 : 0,
    possible_leak_count: 0,
    other_count: 0,
    double_hold_count: 0,
    duplicate_count: 0,
    half_state_count: 0,
    missing_count: 0,
    exhaustion: isLeaking ? "leaked" : null,
    full_at_s: isLeaking ? 90 : null,
    refusal_count: isLeaking ? 3 : 0,
    blocked_pod_count: isLeaking ? 1 : 0,
    first_leak_s: isLeaking ? 60 : null,
    slow_release_count: 0,
    reuse_gap_min_s: null,
  };
}

function poolRows(run: RunRow, isLeaking: boolean): ResultRow<"pool_over_time">[] {
  const base = { run_id: run.run_id, system: "whereabouts", ip_family: "IPv4", pool: POOL };
  const capacity = run.scenario === "limited" ? run.pod_count : null;
  return [0, 0.5, 1].map((share, index) => ({
    ...base,
    t_s: 30 * index,
    capacity,
    allocated_count: Math.round(run.ready_count * share) + (isLeaking && share === 1 ? 1 : 0),
    leaked_count: isLeaking && share === 1 ? 1 : 0,
    used_count: Math.round(run.ready_count * share),
  }));
}

function waitRow(run: RunRow): ResultRow<"ipam_waits"> {
  return {
    run_id: run.run_id,
    component: "whereabouts",
    scope: "cluster",
    resource_count: 1,
    request_count: run.pod_count,
    acquisition_count: run.ready_count,
    allocation_count: run.ready_count,
    wait_total_s: 4 * run.ready_count,
    wait_p50_s: 4,
    wait_p90_s: 8,
    wait_max_s: 12,
    service_mean_s: 0.25,
    busy_s: 120,
    lock_bound_per_s: 4,
    acquisitions_per_s: run.ready_count / 120,
    allocations_per_s: run.ready_count / 120,
    held_ratio: 0.5,
  };
}
