import type { ResultRow } from "../../analysis/result.ts";
import { groupRows } from "../group_rows.ts";
import { cite, countOf, highest, known, lowest, medianOf, type Cited } from "../figures/cited.ts";
import { asBareSeconds, asCni, asCount, asPlain, asSeconds } from "../figures/figure.ts";
import { isComparable, isDeletion, runCount, runList, type ReportData, type RunData } from "../report_data.ts";
import { failure, isFinished, isUnfinished, withInterval } from "../run_cells.ts";
import {
  joined,
  message,
  numberColumn,
  orUnknown,
  textColumn,
  words,
  type Column,
  type TableView,
  type Text,
} from "../text.ts";
import { testPhaseName } from "../vocabulary.ts";
import { deletionTable, latencyTable, rateTable, timeTable } from "./run_tables.ts";

type ComparisonRow = ResultRow<"comparison">;
type Scenario = "limited" | "unlimited";

/** The published table, then what stands behind it run by run. */
export interface ResultView {
  readonly comparison: TableView;
  readonly hasComparison: boolean;
  readonly otherScenarios: readonly Text[];
  readonly faulted: readonly Text[];
  readonly times: TableView;
  readonly rates: TableView;
  readonly latencies: readonly TableView[];
  readonly hasStarts: boolean;
  readonly deletions: readonly TableView[];
  readonly empty: readonly Text[];
}

/** All tables of the result. */
export function resultView(data: ReportData): ResultView {
  const times = timeTable(data);
  const comparison = comparisonTable(data);
  const unplaced = data.runs.filter(
    (run) => !isDeletion(run) && run.row.outcome !== "empty" && (run.row.cni === null || scenarioOf(run) === null),
  );
  const empty = data.runs.filter((run) => run.row.outcome === "empty");
  const faulted = data.runs.filter((run) => !isComparable(run));
  return {
    comparison,
    hasComparison: comparison.rows.length > 0,
    otherScenarios:
      unplaced.length === 0
        ? []
        : [message("result.other_scenario", { count: runCount(unplaced), runs: runList(unplaced) })],
    faulted:
      faulted.length === 0 ? [] : [message("result.faulted", { count: runCount(faulted), runs: runList(faulted) })],
    times,
    rates: rateTable(data),
    latencies: latencyTable(data),
    hasStarts: times.rows.length > 0,
    deletions: deletionTable(data),
    empty: empty.length === 0 ? [] : [message("result.empty", { count: runCount(empty), runs: runList(empty) })],
  };
}

function scenarioOf({ row }: RunData): Scenario | null {
  return row.scenario === "limited" || row.scenario === "unlimited" ? row.scenario : null;
}

/** One row per CNI; what tells rows of one CNI apart becomes a column only where it differs. */
function comparisonTable(data: ReportData): TableView {
  const rows = data.result.tables.comparison.filter((row) => row.phase !== "delete");
  const groups = [...groupRows(rows, conditionKey).values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ row: group[0], group }],
  );
  const order = (row: ComparisonRow): number => data.testObjects.findIndex((object) => object === objectOf(data, row));
  groups.sort((a, b) => order(a.row) - order(b.row));
  const differs = (value: (row: ComparisonRow) => unknown): boolean =>
    new Set(groups.map(({ row }) => value(row))).size > 1;
  const severalObjects = [...groupRows(data.testObjects, (object) => object.cni ?? "").values()].some(
    (group) => group.length > 1,
  );
  const extras: [boolean, Column, (row: ComparisonRow) => Text][] = [
    [severalObjects, textColumn("column.letter"), (row) => letterOf(data, row)],
    [true, textColumn("column.version"), (row) => orUnknown(cite(row, "cni_version"), asPlain)],
    [
      differs((row) => row.ip_families),
      textColumn("column.ip_families"),
      (row) => orUnknown(cite(row, "ip_families"), asPlain),
    ],
    [differs((row) => row.phase), textColumn("column.phase"), testPhaseName],
  ];
  const shown = extras.filter(([isShown]) => isShown);
  return {
    columns: [
      textColumn("column.cni"),
      ...shown.map(([, column]) => column),
      numberColumn("column.limited"),
      numberColumn("column.unlimited"),
    ],
    rows: groups.map(({ row, group }) => [
      asCni(cite(row, "cni")),
      ...shown.map(([, , value]) => value(row)),
      cell(data, row, group, "limited"),
      cell(data, row, group, "unlimited"),
    ]),
  };
}

function conditionKey(row: ComparisonRow): string {
  return JSON.stringify([row.cni, row.cni_version, row.cni_mode, row.ip_families, row.phase]);
}

function objectOf(data: ReportData, row: ComparisonRow): ReportData["testObjects"][number] | undefined {
  return data.testObjects.find(
    (object) => object.cni === row.cni && object.version === row.cni_version && object.mode === row.cni_mode,
  );
}

function letterOf(data: ReportData, row: ComparisonRow): Text {
  const object = objectOf(data, row);
  return object === undefined ? message("word.unknown") : words(object.letter);
}

/**
 * What one CNI reached in one scenario. Runs of different size are never put into one number: each size has its line.
 */
function cell(data: ReportData, row: ComparisonRow, rows: readonly ComparisonRow[], scenario: Scenario): Text {
  const runs = data.runs
    .filter(isComparable)
    .filter(
      ({ row: run }) =>
        run.cni === row.cni &&
        run.cni_version === row.cni_version &&
        run.cni_mode === row.cni_mode &&
        run.ip_families === row.ip_families &&
        run.phase === row.phase &&
        run.scenario === scenario,
    );
  if (runs.length === 0) return message("result.na.no_run");
  const measured = runs.filter((run) => run.row.outcome !== "empty");
  if (measured.length === 0) return message("result.na.no_pod");
  const sizes = [...groupRows(measured, (run) => String(run.row.pod_count)).values()];
  const isOnlySize = sizes.length === 1 && rows.length === 1;
  return joined(
    sizes.flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const compared = rows.find(({ pod_count: pods }) => pods === first.row.pod_count);
      const result = sizeResult(group, compared === undefined ? null : publishedSpread(compared, scenario));
      return [isOnlySize ? result : message("result.of_size", { pods: asCount(cite(first.row, "pod_count")), result })];
    }),
    "break",
  );
}

/** Median (the mean of the middle two of an even number), shortest and longest time to all of several runs. */
export interface Spread {
  readonly median: Cited<number>;
  readonly min: Cited<number>;
  readonly max: Cited<number>;
  /** The 95 % bootstrap interval of the median; null for too few runs. */
  readonly interval: readonly [low: Cited<number>, high: Cited<number>] | null;
}

/** The comparison's own numbers of a cell; null unless all its runs finished. */
function publishedSpread(row: ComparisonRow, scenario: Scenario): Spread | null {
  const of = <N extends "time_s" | "time_min_s" | "time_max_s" | "time_low_s" | "time_high_s">(name: N) =>
    cite(row, `${scenario}_${name}` as const);
  const [median, low, high] = [of("time_s"), of("time_low_s"), of("time_high_s")];
  if (median.value === null) return null;
  return {
    median: known(median),
    min: known(of("time_min_s")),
    max: known(of("time_max_s")),
    interval: low.value === null || high.value === null ? null : [known(low), known(high)],
  };
}

/** The result of equal runs: one time, the spread of several, or how each failed one ended. */
function sizeResult(runs: readonly RunData[], published: Spread | null): Text {
  const failed = runs.filter((run) => isUnfinished(run.row));
  const finished = runs.filter((run) => isFinished(run.row));
  const [single] = finished;
  const parts: Text[] = [];
  if (single !== undefined && finished.length === 1) {
    parts.push(withInterval(single.row, known(cite(single.row, "time_to_all_s"))));
  } else if (single !== undefined) {
    const spread = (failed.length === 0 ? published : null) ?? spreadOf(finished);
    parts.push(spreadText(spread, finished));
  }
  for (const run of failed) parts.push(failure(run));
  if (parts.length === 0) return message("result.na.no_time");
  return joined(parts, "break");
}

function spreadText({ median, min, max, interval }: Spread, runs: readonly RunData[]): Text {
  const params = { median: asSeconds(median), range: rangeText(min, max), n: sampleSize(runs) };
  if (interval === null) return message("result.spread", params);
  return message("result.spread_interval", { ...params, interval: rangeText(...interval) });
}

function rangeText(low: Cited<number>, high: Cited<number>): Text {
  return joined([asBareSeconds(low), words("–"), asBareSeconds(high)], "tight");
}

/** `n = 3`: how many runs stand behind a value. */
export function sampleSize(runs: readonly RunData[]): Text {
  return joined([words("n ="), asCount(countOf(runs.map(({ row }) => row)))], "space");
}

/** The times to all of finished runs, at least one. */
export function spreadOf(runs: readonly RunData[]): Spread {
  const rows = runs.map(({ row }) => row);
  return {
    median: medianOf(rows, "time_to_all_s"),
    min: lowest(rows, "time_to_all_s"),
    max: highest(rows, "time_to_all_s"),
    interval: null,
  };
}
