import type { AnalysisResult, ResultRow } from "../analysis/result.ts";
import { cniStyle, type CniStyle } from "./cni_style.ts";
import { groupRows } from "./group_rows.ts";
import { cite, countOf, known } from "./figures/cited.ts";
import { asCode, asCount, asPlain, type Figure } from "./figures/figure.ts";
import { registerRows } from "./figures/result_rows.ts";
import { joined, message, type Text } from "./text.ts";

export type RunRow = ResultRow<"runs">;

/** One run with its rows of every other table, in the order of the result. */
export interface RunData {
  readonly row: RunRow;
  readonly style: CniStyle;
  readonly progress: readonly ResultRow<"progress">[];
  readonly quantiles: readonly ResultRow<"latency_quantiles">[];
  readonly ecdf: readonly ResultRow<"latency_ecdf">[];
  readonly phases: readonly ResultRow<"phase_breakdown">[];
  readonly nodes: readonly ResultRow<"nodes">[];
  readonly quality: readonly ResultRow<"data_quality">[];
  readonly failureClasses: readonly ResultRow<"failure_classes">[];
  readonly failureSamples: readonly ResultRow<"failure_samples">[];
  readonly failuresOverTime: readonly ResultRow<"failures_over_time">[];
  readonly chainSteps: readonly ResultRow<"failure_chain_steps">[];
  readonly incidents: readonly ResultRow<"incidents">[];
  readonly unclassified: readonly ResultRow<"unclassified_messages">[];
  readonly audit: readonly ResultRow<"ip_audit">[];
  readonly leakCauses: readonly ResultRow<"ip_leak_causes">[];
  readonly leaked: readonly ResultRow<"leaked_addresses">[];
  readonly ledgerChecks: readonly ResultRow<"ip_ledger_checks">[];
  readonly blockedPods: readonly ResultRow<"ip_blocked_pods">[];
  readonly pools: readonly ResultRow<"pool_over_time">[];
  readonly waits: readonly ResultRow<"ipam_waits">[];
  readonly stalls: readonly ResultRow<"stalls">[];
  readonly segments: readonly ResultRow<"progress_segments">[];
  readonly resources: readonly ResultRow<"serial_resources">[];
  readonly resourceUse: readonly ResultRow<"resource_use">[];
  readonly survival: readonly ResultRow<"survival">[];
  readonly times: readonly ResultRow<"time_to_ready">[];
  readonly bottlenecks: readonly ResultRow<"bottlenecks">[];
  readonly pathParts: readonly ResultRow<"path_parts">[];
  readonly slos: readonly ResultRow<"slo_results">[];
}

/** CNI, version and mode that were tested together in one or more runs. */
export interface TestObject {
  /** A letter that stands for it where its mode would be too long. */
  readonly letter: string;
  readonly cni: string | null;
  readonly version: string | null;
  readonly mode: string | null;
  readonly style: CniStyle;
  /** Its first run, whose CNI, version and mode are those of all. */
  readonly row: RunRow;
  readonly runs: readonly RunData[];
}

/** What makes two runs repetitions of each other when they agree in all of it. */
export const COMBINATION = [
  "cni",
  "cni_version",
  "cni_mode",
  "scenario",
  "phase",
  "ip_families",
  "pod_count",
] as const satisfies readonly (keyof RunRow)[];

/** The result, indexed for the page: what the sections and charts read. */
export interface ReportData {
  readonly result: AnalysisResult;
  /** All runs, CNIs in the order of the theme, runs of one CNI in the order of the result. */
  readonly runs: readonly RunData[];
  readonly testObjects: readonly TestObject[];
}

/** Indexes `result` by run and by tested CNI. */
export function indexResult(result: AnalysisResult): ReportData {
  registerRows(result);
  const names = [...new Set(result.tables.runs.map((run) => run.cni))];
  const styles = new Map([...result.tables.runs].reverse().map((run) => [run.cni, cniStyle(run, names)]));
  const { tables } = result;
  const [progress, quantiles, ecdf] = [
    byRun(tables.progress),
    byRun(tables.latency_quantiles),
    byRun(tables.latency_ecdf),
  ];
  const [phases, nodes, quality] = [byRun(tables.phase_breakdown), byRun(tables.nodes), byRun(tables.data_quality)];
  const failures = {
    failureClasses: byRun(tables.failure_classes),
    failureSamples: byRun(tables.failure_samples),
    failuresOverTime: byRun(tables.failures_over_time),
    chainSteps: byRun(tables.failure_chain_steps),
    incidents: byRun(tables.incidents),
    unclassified: byRun(tables.unclassified_messages),
  };
  const addresses = {
    audit: byRun(tables.ip_audit),
    leakCauses: byRun(tables.ip_leak_causes),
    leaked: byRun(tables.leaked_addresses),
    ledgerChecks: byRun(tables.ip_ledger_checks),
    blockedPods: byRun(tables.ip_blocked_pods),
    pools: byRun(tables.pool_over_time),
    waits: byRun(tables.ipam_waits),
  };
  const story = {
    stalls: byRun(tables.stalls),
    segments: byRun(tables.progress_segments),
    resources: byRun(tables.serial_resources),
    resourceUse: byRun(tables.resource_use),
    survival: byRun(tables.survival),
    times: byRun(tables.time_to_ready),
    bottlenecks: byRun(tables.bottlenecks),
    pathParts: byRun(tables.path_parts),
    slos: byRun(tables.slo_results),
  };
  const runs = result.tables.runs.map((row): RunData => {
    const style = styles.get(row.cni) ?? cniStyle(row, names);
    return {
      row,
      style,
      progress: progress.get(row.run_id) ?? [],
      quantiles: quantiles.get(row.run_id) ?? [],
      ecdf: ecdf.get(row.run_id) ?? [],
      phases: phases.get(row.run_id) ?? [],
      nodes: nodes.get(row.run_id) ?? [],
      quality: quality.get(row.run_id) ?? [],
      failureClasses: failures.failureClasses.get(row.run_id) ?? [],
      failureSamples: failures.failureSamples.get(row.run_id) ?? [],
      failuresOverTime: failures.failuresOverTime.get(row.run_id) ?? [],
      chainSteps: failures.chainSteps.get(row.run_id) ?? [],
      incidents: failures.incidents.get(row.run_id) ?? [],
      unclassified: failures.unclassified.get(row.run_id) ?? [],
      audit: addresses.audit.get(row.run_id) ?? [],
      leakCauses: addresses.leakCauses.get(row.run_id) ?? [],
      leaked: addresses.leaked.get(row.run_id) ?? [],
      ledgerChecks: addresses.ledgerChecks.get(row.run_id) ?? [],
      blockedPods: addresses.blockedPods.get(row.run_id) ?? [],
      pools: addresses.pools.get(row.run_id) ?? [],
      waits: addresses.waits.get(row.run_id) ?? [],
      stalls: story.stalls.get(row.run_id) ?? [],
      segments: story.segments.get(row.run_id) ?? [],
      resources: story.resources.get(row.run_id) ?? [],
      resourceUse: story.resourceUse.get(row.run_id) ?? [],
      survival: story.survival.get(row.run_id) ?? [],
      times: story.times.get(row.run_id) ?? [],
      bottlenecks: story.bottlenecks.get(row.run_id) ?? [],
      pathParts: story.pathParts.get(row.run_id) ?? [],
      slos: story.slos.get(row.run_id) ?? [],
    };
  });
  runs.sort((a, b) => a.style.order - b.style.order);
  return { result, runs, testObjects: testObjects(runs) };
}

function byRun<R extends { readonly run_id: string }>(rows: readonly R[]): Map<string, R[]> {
  return groupRows(rows, (row) => row.run_id);
}

function testObjects(runs: readonly RunData[]): TestObject[] {
  const groups = groupRows(runs, ({ row }) => JSON.stringify([row.cni, row.cni_version, row.cni_mode]));
  return [...groups.values()].flatMap((group, index): TestObject[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { cni, cni_version: version, cni_mode: mode } = first.row;
    return [{ letter: letters(index), cni, version, mode, style: first.style, row: first.row, runs: group }];
  });
}

/** A, B, ... Z, AA, AB, ... */
export function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** Whether the run measures how pods go away, not how they come up. */
export function isDeletion({ row }: RunData): boolean {
  return row.phase === "delete";
}

/** Whether the run can stand beside others: one with injected faults measures something else. */
export function isComparable({ row }: RunData): boolean {
  return (row.fault_count ?? 0) === 0;
}

/** Whether Ready stands for running in a run, for nothing tells more. */
export function isReadyUntold(run: RunData): boolean {
  return run.quality.some((row) => row.check_id === "ready_not_told");
}

/** Runs that measure pods coming up and have at least one pod in scope. */
export function startRuns(data: ReportData): RunData[] {
  return data.runs.filter((run) => !isDeletion(run) && run.row.outcome !== "empty");
}

/** Runs of the delete phase that have at least one pod in scope. */
export function deletionRuns(data: ReportData): RunData[] {
  return data.runs.filter((run) => isDeletion(run) && run.row.outcome !== "empty");
}

/** The run's id as code. */
export function runName({ row }: RunData): Figure {
  return asCode(cite(row, "run_id"));
}

/** The run's id as plain words, for charts. */
export function runTitle({ row }: RunData): Figure {
  return asPlain(cite(row, "run_id"));
}

/** How many runs these are. @throws Error for none: there is no row to cite */
export function runCount(runs: readonly RunData[]): Figure {
  return asCount(countOf(runs.map(({ row }) => row)));
}

/** A sentence part that lists runs: all of them when few, otherwise the first ones and how many more. */
export function runList(runs: readonly RunData[], limit = 6): Text {
  if (runs.length <= limit) return joined(runs.map(runName), "and");
  const shown = runs.slice(0, limit - 1);
  return message("list.and_more_runs", {
    list: joined(shown.map(runName), "comma"),
    count: runCount(runs.slice(limit - 1)),
  });
}

/** Display name of the run's CNI with its version when known. */
export function cniWithVersion({ row, style }: RunData): Text {
  const version = cite(row, "cni_version");
  return version.value === null ? style.name : joined([style.name, asPlain(known(version))], "space");
}
