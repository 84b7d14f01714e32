import { distinct, groupRows } from "../group_rows.ts";
import {
  cite,
  countOf,
  distinctCount,
  groupCount,
  highest,
  known,
  lowest,
  ratio,
  type Cited,
} from "../figures/cited.ts";
import { asCount, asRate, asSeconds } from "../figures/figure.ts";
import {
  COMBINATION,
  deletionRuns,
  isComparable,
  isReadyUntold,
  runCount,
  runList,
  runName,
  startRuns,
  type ReportData,
  type RunData,
} from "../report_data.ts";
import { failure, isFinished, isUnfinished, P99_SAMPLES, timeToAll } from "../run_cells.ts";
import { message, type Text } from "../text.ts";
import { conditionName } from "../vocabulary.ts";
import { spreadOf } from "./result.ts";

/** What the results say in a few sentences, and what they cannot say. */
export interface SummaryView {
  readonly findings: readonly Text[];
  readonly limits: readonly Text[];
}

/** The summary of all runs. */
export function summaryView(data: ReportData): SummaryView {
  const findings = [...startFindings(data), ...deletionFindings(data)];
  return {
    findings: findings.length > 0 ? findings : [message("summary.nothing")],
    limits: limitSentences(data),
  };
}

function startFindings(data: ReportData): Text[] {
  const runs = startRuns(data);
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) return [oneRun(only)];
  if (only === undefined) return [];
  const unfinished = runs.filter((run) => isUnfinished(run.row));
  return [
    message("summary.complete", {
      complete: asCount(countOf(rowsOf(runs), { outcome: "complete" })),
      runs: runCount(runs),
    }),
    ...comparableRuns(runs).map(ranking),
    ...unfinished.map((run) =>
      message("summary.failure", { run: runName(run), cni: run.style.name, result: failure(run) }),
    ),
  ];
}

function oneRun(run: RunData): Text {
  const { row } = run;
  if (isUnfinished(row)) {
    const params = { run: runName(run), cni: run.style.name, result: failure(run) };
    return row.observed_s === null
      ? message("summary.failure", params)
      : message("summary.failure_observed", { ...params, observed: asSeconds(known(cite(row, "observed_s"))) });
  }
  const params = {
    run: runName(run),
    cni: run.style.name,
    pods: asCount(cite(row, "pod_count")),
    time: timeToAll(run),
  };
  if (row.pods_ready_per_s === null) return message("summary.one_run", params);
  return message("summary.one_run_rate", { ...params, rate: asRate(known(cite(row, "pods_ready_per_s"))) });
}

/** Finished runs that differ in nothing but the CNI, where at least two CNIs finished. */
function comparableRuns(runs: readonly RunData[]): RunData[][] {
  const finished = runs.filter((run) => isComparable(run) && isFinished(run.row) && run.row.scenario !== null);
  const groups = groupRows(finished, ({ row }) =>
    JSON.stringify([row.scenario, row.phase, row.ip_families, row.pod_count]),
  );
  return [...groups.values()].filter((group) => distinct(group.map((run) => run.row.cni)).length > 1);
}

interface Ranked {
  readonly name: Text;
  readonly median: Cited<number>;
  readonly earliest: number;
  readonly latest: number;
}

/** Fastest and slowest of comparable runs; where their intervals overlap, no order is claimed. */
function ranking(group: readonly RunData[]): Text {
  const ranked = [...groupRows(group, (run) => run.row.cni ?? "").values()].flatMap(rank);
  ranked.sort((a, b) => a.median.value - b.median.value);
  const [fastest, slowest, [first]] = [ranked[0], ranked.at(-1), group];
  if (fastest === undefined || slowest === undefined || first === undefined) return message("summary.nothing");
  const params = {
    condition: conditionName(first.row),
    pods: asCount(cite(first.row, "pod_count")),
    fastest: fastest.name,
    fastestTime: asSeconds(fastest.median),
    slowest: slowest.name,
    slowestTime: asSeconds(slowest.median),
  };
  if (fastest.latest >= slowest.earliest) return message("summary.no_order", params);
  return message("summary.ranking", { ...params, factor: asRate(ratio(slowest.median, fastest.median)) });
}

function rank(runs: readonly RunData[]): Ranked[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { median } = spreadOf(runs);
  const earliest = Math.min(...runs.map(({ row }) => row.time_to_all_earliest_s ?? row.time_to_all_s ?? median.value));
  const latest = Math.max(...runs.map(({ row }) => row.time_to_all_latest_s ?? row.time_to_all_s ?? median.value));
  return [{ name: first.style.name, median, earliest, latest }];
}

function deletionFindings(data: ReportData): Text[] {
  const runs = deletionRuns(data);
  const done = runs.filter((run) => run.row.outcome === "deleted");
  const left = runs.filter((run) => isUnfinished(run.row));
  return [
    ...(done.length === 0 ? [] : [message("summary.deleted", { count: runCount(done), runs: runList(done) })]),
    ...left.map((run) =>
      message("summary.not_deleted", { run: runName(run), cni: run.style.name, result: failure(run) }),
    ),
  ];
}

function rowsOf(runs: readonly RunData[]): RunData["row"][] {
  return runs.map(({ row }) => row);
}

/** What a reader must not conclude. */
function limitSentences(data: ReportData): Text[] {
  const { runs } = data;
  const starts = startRuns(data);
  const limits: Text[] = [];
  const add = (group: readonly RunData[], key: string): void => {
    if (group.length > 0) limits.push(message(key, { count: runCount(group), runs: runList(group) }));
  };
  const rows = rowsOf(starts);
  const single = rows.length === 0 ? null : groupCount(rows, COMBINATION, "single");
  if (single !== null && single.value > 0) {
    const all = asCount(distinctCount(rows, COMBINATION));
    limits.push(message("summary.limit.not_repeated", { count: asCount(single), total: all }));
  }
  if (distinct(starts.map((run) => run.row.cni)).length > 1) {
    const [smallest, largest] = [lowest(rows, "pod_count"), highest(rows, "pod_count")];
    if (comparableRuns(starts).length === 0) limits.push(message("summary.limit.not_comparable"));
    else if (smallest.value < largest.value) {
      limits.push(message("summary.limit.sizes", { smallest: asCount(smallest), largest: asCount(largest) }));
    }
  }
  add(
    starts.filter((run) => isUnfinished(run.row)),
    "summary.limit.censored",
  );
  add(starts.filter(isReadyUntold), "summary.limit.ready_not_told");
  add(
    starts.filter((run) => run.row.pod_count < P99_SAMPLES),
    "summary.limit.small",
  );
  add(
    runs.filter((run) => run.row.origin === "simulated"),
    "summary.limit.simulated",
  );
  add(
    runs.filter((run) => run.row.origin === null),
    "summary.limit.origin_unknown",
  );
  add(
    starts.filter((run) => run.row.scenario === null),
    "summary.limit.scenario_unknown",
  );
  add(
    runs.filter((run) => run.row.outcome === "empty"),
    "summary.limit.empty",
  );
  add(
    runs.filter((run) => run.quality.some((row) => row.severity === "error")),
    "summary.limit.errors",
  );
  return limits;
}
