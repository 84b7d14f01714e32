import { RESULT_TABLES, type AnalysisResult, type ResultRow } from "../../src/analysis/result.ts";
import { addressTables } from "./synthetic_addresses.ts";
import { failureTables } from "./synthetic_failures.ts";
import { storyTables } from "./synthetic_story.ts";

type RunRow = ResultRow<"runs">;
type PhaseRow = ResultRow<"phase_breakdown">;

/** What a made-up run is like; everything else follows from it. */
export interface SyntheticRun extends Partial<RunRow> {
  readonly run_id: string;
  /** Seconds of all pods together per phase. */
  readonly phaseSeconds?: Readonly<Record<string, number>>;
  readonly quality?: readonly Partial<ResultRow<"data_quality">>[];
  readonly nodeNames?: readonly string[];
}

const PHASE_SECONDS = {
  scheduling: 12,
  sandbox: 80,
  cni: 60,
  ipam_wait: 900,
  ipam: 30,
  backoff: 300,
  container_start: 45,
};

/** A run of ten pods that all became Ready, one a second; not a measurement of anything. */
function runRow(run: SyntheticRun): RunRow {
  const given = Object.fromEntries(
    Object.entries(run).filter(([name]) => name in RESULT_TABLES.runs),
  ) as Partial<RunRow> & {
    run_id: string;
  };
  const pods = given.pod_count ?? 10;
  const isDeletion = given.phase === "delete";
  const done = (isDeletion ? given.deleted_count : given.ready_count) ?? pods;
  const finished = done === pods && pods > 0;
  const outcome =
    pods === 0 ? "empty" : isDeletion ? (finished ? "deleted" : "not_deleted") : finished ? "complete" : "incomplete";
  const reached = (share: number): number | null =>
    pods > 0 && done >= Math.ceil(pods * share) ? Math.ceil(pods * share) : null;
  return {
    cni: "whereabouts",
    cni_version: "v0.6.2",
    cni_mode: "macvlan",
    scenario: "unlimited",
    phase: "create",
    ip_families: "IPv4",
    repetition: 1,
    origin: "simulated",
    fault_count: null,
    started_at: "2026-01-02T03:04:05.000000Z",
    started_at_source: "manifest",
    observed_until_at: "2026-01-02T03:14:05.000000Z",
    observed_s: pods + 50,
    pod_count: pods,
    ready_count: isDeletion ? 0 : done,
    never_ready_count: isDeletion ? 0 : pods - done,
    deleted_count: isDeletion ? done : 0,
    excluded_pod_count: 0,
    outcome,
    time_to_all_s: finished ? pods : null,
    time_to_all_earliest_s: finished ? pods - 0.5 : null,
    time_to_all_latest_s: finished ? pods + 0.5 : null,
    last_progress_s: done > 0 ? done : null,
    time_to_50_percent_s: reached(0.5),
    time_to_90_percent_s: reached(0.9),
    time_to_99_percent_s: reached(0.99),
    pods_ready_per_s: 1,
    peak_pods_ready_per_s: 1.2,
    ips_allocated_per_s: 1,
    peak_ips_allocated_per_s: 1.3,
    peak_window_s: 5,
    ip_allocated_count: done,
    latency_p50_s: reached(0.5),
    latency_p99_s: pods >= 100 ? reached(0.99) : null,
    latency_max_s: finished ? pods : null,
    attempt_count: pods + 3,
    failed_attempt_count: 3,
    first_failure_s: 1.25,
    first_failure_pod: "default/app-1",
    first_failure_message: 'plugin type="x" failed | reason:\nno `address` left',
    top_cause_class: given.first_failure_message === null ? null : "ipam_lock_timeout",
    top_cause_count: given.first_failure_message === null ? null : 2,
    kubernetes_version: "v1.26.5",
    container_runtime_version: "containerd://1.7.2",
    os_image: "Debian GNU/Linux 12 (bookworm)",
    kernel_version: "6.1.0",
    node_count: 3,
    workload_namespace: "default",
    workload_deployments: 1,
    workload_replicas: pods,
    ...given,
  };
}

function progressRows(row: RunRow): ResultRow<"progress">[] {
  const done = row.phase === "delete" ? row.deleted_count : row.ready_count;
  const secondsPerPod = (row.time_to_all_s ?? row.pod_count) / Math.max(row.pod_count, 1);
  return Array.from({ length: done + 1 }, (_, index) => ({
    run_id: row.run_id,
    t_s: Math.ceil(index * secondsPerPod),
    created_count: row.pod_count,
    scheduled_count: row.pod_count,
    ip_allocated_count: index,
    running_count: index,
    ready_count: row.phase === "delete" ? row.pod_count - index : index,
    deleted_count: row.phase === "delete" ? index : 0,
  }));
}

function ecdfRows(row: RunRow): ResultRow<"latency_ecdf">[] {
  return Array.from({ length: row.ready_count }, (_, index) => ({
    run_id: row.run_id,
    latency_s: index + 0.5,
    ready_count: index + 1,
    pod_count: row.pod_count,
    ready_ratio: (index + 1) / row.pod_count,
  }));
}

function quantileRows(row: RunRow): ResultRow<"latency_quantiles">[] {
  if (row.pod_count === 0 || row.phase === "delete") return [];
  return ["created_to_ready", "created_to_scheduled", "cni_add", "ipam_allocation"].map((measure, ordinal) => ({
    run_id: row.run_id,
    measure,
    ordinal,
    sample_count: row.pod_count,
    censored_count: row.never_ready_count,
    min_ms: 12.5,
    p50_ms: row.time_to_50_percent_s === null ? null : 480,
    p90_ms: row.time_to_90_percent_s === null ? null : 2750,
    p95_ms: row.time_to_90_percent_s === null ? null : 3100,
    p99_ms: row.pod_count < 100 || row.never_ready_count > 0 ? null : 12_340,
    max_ms: row.never_ready_count > 0 ? null : 15_000,
  }));
}

function phaseRows(row: RunRow, seconds: Readonly<Record<string, number>>): PhaseRow[] {
  if (row.pod_count === 0) return [];
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return Object.entries(seconds).map(([phase, total_s], ordinal) => ({
    run_id: row.run_id,
    phase,
    ordinal,
    pod_count: row.pod_count,
    total_s,
    share_ratio: total === 0 ? null : total_s / total,
    mean_s: total_s / row.pod_count,
    p50_s: total_s / row.pod_count,
    max_s: total_s,
  }));
}

function nodeRows(row: RunRow, names: readonly string[]): ResultRow<"nodes">[] {
  return names.map((node_name, index) => ({
    run_id: row.run_id,
    node_name,
    roles: node_name.startsWith("master") ? "control-plane" : "worker",
    os_image: row.os_image,
    kernel_version: row.kernel_version,
    kubelet_version: row.kubernetes_version,
    container_runtime_version: row.container_runtime_version,
    architecture: "amd64",
    cpu_count: 4,
    memory_gib: 7.75,
    pod_count: row.pod_count,
    ready_count: row.ready_count,
    failed_attempt_count: index,
    latency_p50_s: 1.5 + index,
    clock_offset_earliest_ms: -0.4,
    clock_offset_latest_ms: 0.6,
    clock_offset_applied: false,
  }));
}

function qualityRows(run: SyntheticRun): ResultRow<"data_quality">[] {
  return (run.quality ?? []).map((row) => ({
    run_id: run.run_id,
    check_id: "unparsed_lines",
    severity: "warning",
    subject: "kubelet",
    count: 7,
    value: null,
    first_path: "nodes/worker4/kubelet.log",
    first_line: 12,
    ...row,
  }));
}

type ComparisonRow = ResultRow<"comparison">;

function scenarioSide<S extends "limited" | "unlimited">(scenario: S, all: readonly RunRow[]) {
  const runs = all.filter((run) => run.scenario === scenario);
  const measured = runs.filter((run) => run.outcome !== "empty");
  const outcome =
    measured.length === 0 ? "na" : measured.some((run) => run.outcome === "incomplete") ? "failure" : "complete";
  const times = runs
    .flatMap((run) => (outcome !== "complete" || run.time_to_all_s === null ? [] : [run.time_to_all_s]))
    .sort((a, b) => a - b);
  const [low, high] = [times[Math.ceil(times.length / 2) - 1], times[Math.floor(times.length / 2)]];
  // Of three to six runs the bootstrap interval of the median spans all.
  const isSpread = times.length >= 3 && times.length <= 6;
  const [first] = measured;
  const side = {
    run_count: runs.length,
    outcome,
    time_s: low === undefined || high === undefined ? null : (low + high) / 2,
    time_min_s: times[0] ?? null,
    time_max_s: times.at(-1) ?? null,
    time_low_s: (isSpread ? times[0] : null) ?? null,
    time_high_s: (isSpread ? times.at(-1) : null) ?? null,
    ready_count: first?.ready_count ?? null,
    pod_count: first?.pod_count ?? null,
  };
  return Object.fromEntries(Object.entries(side).map(([name, value]) => [`${scenario}_${name}`, value])) as Pick<
    ComparisonRow,
    Extract<keyof ComparisonRow, `${S}_${string}`>
  >;
}

function comparisonRows(runs: readonly RunRow[]): ComparisonRow[] {
  const compared = runs.filter(
    (run) =>
      run.cni !== null && run.outcome !== "empty" && (run.scenario === "limited" || run.scenario === "unlimited"),
  );
  const keys = new Set(
    compared.map((run) =>
      JSON.stringify([run.cni, run.cni_version, run.cni_mode, run.ip_families, run.phase, run.pod_count]),
    ),
  );
  return [...keys].map((key): ComparisonRow => {
    const group = compared.filter(
      (run) =>
        JSON.stringify([run.cni, run.cni_version, run.cni_mode, run.ip_families, run.phase, run.pod_count]) === key,
    );
    const [first] = group;
    if (first === undefined) throw new Error("a group has a run");
    return {
      cni: first.cni ?? "",
      cni_version: first.cni_version,
      cni_mode: first.cni_mode,
      ip_families: first.ip_families,
      phase: first.phase,
      pod_count: first.pod_count,
      ...scenarioSide("limited", group),
      ...scenarioSide("unlimited", group),
    };
  });
}

/** A result with made-up runs; its tables agree with each other and have exactly the columns of the contract. */
export function syntheticResult(runs: readonly SyntheticRun[]): AnalysisResult {
  const rows = runs.map(runRow);
  const each = <T>(make: (row: RunRow, run: SyntheticRun) => T[]): T[] =>
    rows.flatMap((row, index) => {
      const run = runs[index];
      return run === undefined ? [] : make(row, run);
    });
  return {
    schema_version: 1,
    generator: { name: "cnitrace", version: "0.0.0" },
    tables: {
      runs: rows,
      comparison: comparisonRows(rows),
      progress: each(progressRows),
      throughput: [],
      latency_quantiles: each(quantileRows),
      latency_ecdf: each(ecdfRows),
      phase_breakdown: each((row, run) => phaseRows(row, run.phaseSeconds ?? PHASE_SECONDS)),
      nodes: each((row, run) => nodeRows(row, run.nodeNames ?? ["master1", "worker4", "worker10"])),
      data_quality: each((_row, run) => qualityRows(run)),
      ...failureTables(rows),
      ...addressTables(rows),
      ...storyTables(rows),
    },
  };
}

/** A comparison like the published one: five CNIs, limited and unlimited, one failure, one cell without a run. */
export const FIVE_CNIS: readonly SyntheticRun[] = [
  { run_id: "wb-limited", scenario: "limited", pod_count: 200, ready_count: 67 },
  {
    run_id: "wb-unlimited",
    pod_count: 200,
    time_to_all_s: 431.2,
    time_to_all_earliest_s: 430.7,
    time_to_all_latest_s: 431.7,
    observed_s: 450,
  },
  ...(["spiderpool", "kube-ovn", "cilium"] as const).flatMap((cni, index): SyntheticRun[] => [
    { run_id: `${cni}-limited`, cni, cni_version: `v1.${index}.0`, scenario: "limited", pod_count: 200 },
    {
      run_id: `${cni}-unlimited`,
      cni,
      cni_version: `v1.${index}.0`,
      pod_count: 200,
      time_to_all_s: 150 + index * 20,
      time_to_all_earliest_s: 149.5 + index * 20,
      time_to_all_latest_s: 150.5 + index * 20,
    },
  ]),
  {
    run_id: "calico-unlimited",
    cni: "calico",
    cni_version: "v3.26.3",
    pod_count: 200,
    time_to_all_s: 120,
    time_to_all_earliest_s: 119.25,
    time_to_all_latest_s: 120.75,
  },
];

/** Everything at once: repetitions, sizes, unknown names, deletions, runs without pods, clocks that disagree. */
export const MIXED: readonly SyntheticRun[] = [
  { run_id: "smoke", pod_count: 3, workload_namespace: null, workload_deployments: null },
  { run_id: "repeat-1", pod_count: 120, time_to_all_s: 41.3, time_to_all_earliest_s: 41.2, time_to_all_latest_s: 41.9 },
  {
    run_id: "repeat-2",
    pod_count: 120,
    repetition: 2,
    origin: "recorded",
    failed_attempt_count: 0,
    first_failure_message: null,
  },
  { run_id: "repeat-3", pod_count: 120, repetition: 3, origin: null, ready_count: 0, started_at_source: null },
  { run_id: "again", phase: "recreate", pod_count: 20, excluded_pod_count: 20, ip_families: "IPv4,IPv6" },
  { run_id: "gone", phase: "delete", pod_count: 20 },
  { run_id: "left", phase: "delete", pod_count: 20, deleted_count: 18, cni: "cilium" },
  { run_id: "no-pods", pod_count: 0, cni: "calico", attempt_count: null, failed_attempt_count: null },
  {
    run_id: "other",
    cni: "some_<cni>|x",
    cni_version: null,
    cni_mode: "mode with | and *stars*",
    scenario: "half",
    phase: "upgrade",
    origin: "imported",
    started_at_source: "guess",
    os_image: null,
    kernel_version: null,
    quality: [{ check_id: "something_new", severity: "odd", subject: null, first_path: null, first_line: null }],
  },
  {
    run_id: "nothing-known",
    cni: null,
    cni_version: null,
    cni_mode: null,
    scenario: null,
    ip_families: null,
    attempt_count: null,
    failed_attempt_count: null,
    first_failure_s: null,
    first_failure_pod: null,
    first_failure_message: null,
    time_to_all_earliest_s: null,
    time_to_all_latest_s: null,
    pods_ready_per_s: null,
    ip_allocated_count: null,
    nodeNames: [],
    phaseSeconds: {},
    quality: [
      { check_id: "no_manifest", severity: "info" },
      { check_id: "truncated_json", severity: "error", first_line: null },
    ],
  },
];
