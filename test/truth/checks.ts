import type { CaptureTruth, PodTruth, Sighting } from "./capture_truth.ts";
import type { LogCensus } from "./log_census.ts";
import type { MilestoneRow, ProductTables } from "./product_tables.ts";
import type { WriteKind } from "./watch_lag.ts";

/** One checked claim: whether it holds, the figures behind it, and the first cases against it. */
export interface CheckResult {
  readonly check: string;
  readonly passed: boolean;
  readonly figures: string;
  readonly cases: readonly string[];
}

/** Everything one capture's checks look at. */
export interface CheckInput {
  readonly truth: CaptureTruth;
  readonly census: LogCensus;
  readonly product: ProductTables;
}

const S = 1e9;
/** Shown per check; the figures have the full count. */
const MAX_CASES = 5;

/** Builds a result that passes when there is no case against it. */
export function result(check: string, figures: string, cases: readonly string[]): CheckResult {
  return { check, passed: cases.length === 0, figures, cases: cases.slice(0, MAX_CASES) };
}

/** Seconds with three decimals, `-` for null. */
export function seconds(ns: number | null | undefined): string {
  return ns === null || ns === undefined ? "-" : (ns / S).toFixed(3);
}

/** The discrete quantile (a value that occurred); null of nothing. `sorted` is ascending. */
export function quantile(sorted: readonly number[], q: number): number | null {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}

/** The pods in scope are exactly those that the watch says are measured. */
export function checkScope({ truth, product }: CheckInput): CheckResult {
  const inScope = new Map(product.pods.filter((pod) => pod.in_scope).map((pod) => [pod.pod_uid, pod]));
  const missing = [...truth.measured.values()].filter((pod) => !inScope.has(pod.uid));
  const extra = [...inScope.values()].filter((pod) => !truth.measured.has(pod.pod_uid));
  const cases = [
    ...missing.map((pod) => `missing ${pod.name}`),
    ...extra.map((pod) => `not measured: ${pod.pod_name}`),
  ];
  if (inScope.size !== product.pods.filter((pod) => pod.in_scope).length) cases.push("a pod has two rows");
  if (product.run?.pod_count !== truth.measured.size) cases.push(`report.runs.pod_count ${product.run?.pod_count}`);
  return result("pods in scope", `${inScope.size} of ${truth.measured.size}`, cases);
}

/** Ready and never Ready at the end of observation, by name; deleted pods in a delete phase. */
export function checkOutcomes({ truth, product }: CheckInput): CheckResult {
  const isDelete = truth.phase === "delete";
  const measured = [...truth.measured.values()];
  const reached = (pod: PodTruth): boolean => (isDelete ? pod.deleted : pod.ready) !== null;
  const rows = new Map(product.pods.map((pod) => [pod.pod_uid, pod]));
  const cases: string[] = [];
  for (const pod of measured) {
    const row = rows.get(pod.uid);
    const said = (isDelete ? row?.deleted_at : row?.ready_at) ?? null;
    if ((said !== null && said <= truth.endedAt) === reached(pod)) continue;
    cases.push(`${pod.name}: truth ${seconds((isDelete ? pod.deleted : pod.ready)?.by)}, product ${seconds(said)}`);
  }
  const count = measured.filter(reached).length;
  const { run } = product;
  if (!isDelete && run?.ready_count !== count) cases.push(`report.runs.ready_count ${run?.ready_count}`);
  if (!isDelete && run?.never_ready_count !== measured.length - count) {
    cases.push(`report.runs.never_ready_count ${run?.never_ready_count}`);
  }
  const deleted = measured.filter((pod) => pod.deleted !== null).length;
  if (run?.deleted_count !== deleted) cases.push(`report.runs.deleted_count ${run?.deleted_count}, truth ${deleted}`);
  const never = measured.length - count;
  return result(isDelete ? "Deleted" : "Ready", `${count}, never ${never}`, cases);
}

/** How far the watch's receipt can be from the API write, ns: measured on this run's writes, at least half a second. */
export function watchTolerance(census: LogCensus, kind: WriteKind): { readonly late: number; readonly early: number } {
  const lags = census.watchLags[kind];
  return { late: Math.max(0.5 * S, lags.at(-1) ?? 3 * S), early: Math.max(0.5 * S, -(lags[0] ?? 0)) };
}

interface Coverage {
  readonly milestone: string;
  /** The write that makes it visible; null when the object's own stamp is the definition. */
  readonly write: WriteKind | null;
  readonly sighting: (pod: PodTruth) => Sighting | null;
}

/**
 * Milestones that the watch can confirm: all of them are in the API.
 *
 * Created is the API server's creationTimestamp. It is taken when the request arrives: under load the object is visible
 * seconds later.
 */
const SEEN_BY_WATCH: readonly Coverage[] = [
  { milestone: "created", write: null, sighting: (pod) => (pod.listed ? null : pod.created) },
  { milestone: "scheduled", write: "binding", sighting: (pod) => (pod.listed ? null : pod.scheduled) },
  { milestone: "running", write: "status", sighting: (pod) => (pod.listed ? null : pod.running) },
  { milestone: "ready", write: "status", sighting: (pod) => (pod.listed ? null : pod.ready) },
  { milestone: "deleted", write: "delete", sighting: (pod) => pod.deleted },
];

/** The instants that the watch supports for a sighting: from the earliest possible write to its receipt. */
function supported(sighting: Sighting, coverage: Coverage, census: LogCensus): readonly [number, number] {
  if (coverage.write !== null) return [sighting.by - watchTolerance(census, coverage.write).late, sighting.by];
  const stamp = sighting.stamp ?? sighting.by;
  return [stamp, Math.min(stamp + S, sighting.by)];
}

function milestoneRows(product: ProductTables, milestone: string): Map<string, MilestoneRow> {
  return new Map(product.milestones.filter((row) => row.milestone === milestone).map((row) => [row.pod_uid, row]));
}

function checkCoverage(input: CheckInput, coverage: Coverage): CheckResult {
  const rows = milestoneRows(input.product, coverage.milestone);
  const cases: string[] = [];
  const widths: number[] = [];
  const errors: number[] = [];
  let expected = 0;
  for (const pod of input.truth.measured.values()) {
    const sighting = coverage.sighting(pod);
    if (sighting === null) continue;
    expected += 1;
    const row = rows.get(pod.uid);
    const interval = row === undefined ? "none" : `[${seconds(row.earliest)}, ${seconds(row.latest)}]`;
    const [from, to] = supported(sighting, coverage, input.census);
    const holds = row !== undefined && row.earliest <= to && row.latest >= from;
    const isOrdered = row !== undefined && row.earliest <= row.ts && row.ts <= row.latest;
    if (!holds || !isOrdered) cases.push(`${pod.name}: watch ${seconds(sighting.by)}, product ${interval}`);
    if (row !== undefined) {
      widths.push(row.latest - row.earliest);
      errors.push(Math.abs(row.ts - sighting.by));
    }
  }
  widths.sort((a, b) => a - b);
  errors.sort((a, b) => a - b);
  const spread = (sorted: readonly number[]): string =>
    [0.5, 0.99, 1].map((q) => seconds(quantile(sorted, q))).join("/");
  const lags = coverage.write === null ? "" : `; watch lag ${spread(input.census.watchLags[coverage.write])}`;
  const figures = `${expected - cases.length} of ${expected}; width ${spread(widths)}; |ts-watch| ${spread(errors)}${lags}`;
  return result(`${coverage.milestone} interval`, figures, cases);
}

/** Every milestone interval that the watch can judge contains the instant it supports (p50/p99/max in seconds). */
export function checkIntervals(input: CheckInput): CheckResult[] {
  return SEEN_BY_WATCH.map((coverage) => checkCoverage(input, coverage)).filter(
    (entry) => !entry.figures.startsWith("0 of 0"),
  );
}

function reachedAt(truth: CaptureTruth): number[] {
  const pods = [...truth.measured.values()];
  const sightings = pods.map((pod) => (truth.phase === "delete" ? pod.deleted : pod.ready)?.by);
  return sightings.filter((by) => by !== undefined).sort((a, b) => a - b);
}

/** Completion time within its stated uncertainty, absent when a pod never got there; and time to 50, 90, 99 %. */
export function checkCompletion({ truth, census, product }: CheckInput): CheckResult[] {
  const { late, early } = watchTolerance(census, truth.phase === "delete" ? "delete" : "status");
  const reached = reachedAt(truth);
  const { run } = product;
  const total = truth.measured.size;
  const last = reached.at(-1) ?? null;
  const isComplete = total > 0 && reached.length === total;
  const cases: string[] = [];
  if (run?.started_at !== 0) cases.push(`started_at ${seconds(run?.started_at)} from the manifest's`);
  const [all, earliest, latest] = [run?.time_to_all_s, run?.time_to_all_earliest_s, run?.time_to_all_latest_s].map(
    (value) => (typeof value === "number" ? value * S : null),
  ) as [number | null, number | null, number | null];
  if (isComplete && last !== null) {
    const holds = earliest !== null && latest !== null && earliest <= last + 1e6 && latest >= last - late - 1e6;
    if (!holds) cases.push("the watch's instant is not in the stated interval");
  } else if (all !== null) cases.push("a completion time although a pod never got there");
  const stated = `${seconds(all)} [${seconds(earliest)}, ${seconds(latest)}]`;
  const completion = result("time to all", `truth ${isComplete ? seconds(last) : "-"}, product ${stated}`, cases);
  const shares = [50, 90, 99].map((percent) => {
    const truthful = reached[Math.ceil((percent * total) / 100) - 1] ?? null;
    const value = run?.[`time_to_${percent as 50 | 90 | 99}_percent_s`] ?? null;
    const said = value === null ? null : value * S;
    const agrees =
      truthful === null || said === null
        ? truthful === said
        : said >= truthful - late - 1e6 && said <= truthful + early + 1e6;
    return { agrees, figures: `${percent} %: truth ${seconds(truthful)}, product ${seconds(said)}` };
  });
  const wrong = shares.filter((share) => !share.agrees).map((share) => share.figures);
  return [completion, result("time to 50/90/99 %", shares.map((share) => share.figures).join("; "), wrong)];
}
