import { cite, known } from "../figures/cited.ts";
import { dataSet } from "../figures/data_set.ts";
import { asCount, asPlain, asSeconds } from "../figures/figure.ts";
import { distinct, groupRows } from "../group_rows.ts";
import { isComparable, runCount, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { isFinished, isUnfinished } from "../run_cells.ts";
import { sampleSize, spreadOf } from "../sections/result.ts";
import { joined, message, words, type Text } from "../text.ts";
import { scenarioName, testPhaseName } from "../vocabulary.ts";
import type { Chart } from "./chart.ts";
import { cniColors } from "./panels.ts";

interface Bar {
  /** Three letters that order the rows, `h` for a heading or `b` for a bar, and the label. */
  readonly row: Text;
  readonly cni: Text;
  readonly kind: "heading" | "time" | "failure" | "run";
  /** Length of the bar; 0 for what has none. */
  readonly bar: number;
  readonly low: number;
  readonly high: number;
  readonly text: Text;
}

/** Room to the right of the longest bar for its text, as a share of the axis. */
const TEXT_ROOM = 1.35;

/** Time until all pods were Ready, per CNI and scenario; null when no run has a pod. */
export function completionChart(data: ReportData): Chart | null {
  const runs = startRuns(data).filter((run) => isComparable(run) && (isFinished(run.row) || isUnfinished(run.row)));
  if (runs.length === 0) return null;
  const scenarios = [...groupRows(runs, (run) => run.row.scenario ?? "")].sort(([a], [b]) => rank(a) - rank(b));
  let order = 0;
  const bars = scenarios.flatMap(([, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const row = rowKey(order++, "h", scenarioName(first.row));
    const groups = [...groupRows(group, barKey).values()];
    return [
      { row, cni: first.style.name, kind: "heading" as const, bar: 0, low: 0, high: 0, text: words("") },
      ...groups.flatMap((equal) => barsOf(data, runs, equal, order++)),
    ];
  });
  const longest = Math.max(0, ...bars.map((bar) => Math.max(bar.bar, bar.high))) || 1;
  const failed = runs.filter((run) => isUnfinished(run.row));
  return {
    name: "completion",
    alt:
      failed.length === 0
        ? message("chart.completion.alt", { count: runCount(runs) })
        : message("chart.completion.alt_unfinished", { count: runCount(runs), failed: runCount(failed) }),
    data: dataSet(
      runs.map(({ row }) => row),
      [
        "run_id",
        "outcome",
        "time_to_all_s",
        "time_to_all_earliest_s",
        "time_to_all_latest_s",
        "observed_s",
        "ready_count",
      ],
    ),
    values: {
      bars,
      xDomain: [0, longest * TEXT_ROOM],
      ...cniColors(runs, false),
      title: message("chart.completion.title"),
      subtitle: message("chart.completion.subtitle"),
      xTitle: message("chart.completion.x"),
    },
  };
}

function rank(scenario: string): number {
  return scenario === "limited" ? 0 : scenario === "unlimited" ? 1 : scenario === "" ? 3 : 2;
}

function rowKey(order: number, kind: "h" | "b", label: Text): Text {
  const digits = [676, 26, 1].map((size) => String.fromCharCode(97 + (Math.floor(order / size) % 26)));
  return joined([words(`${digits.join("")}${kind}`), label], "tight");
}

/** Equal runs share a bar; the finished ones of them do not share it with those that failed. */
function barKey({ row }: RunData): string {
  return JSON.stringify([
    isFinished(row),

    row.scenario,
    row.cni,
    row.cni_version,
    row.cni_mode,
    row.phase,
    row.ip_families,
    row.pod_count,
  ]);
}

function barsOf(data: ReportData, all: readonly RunData[], group: readonly RunData[], order: number): Bar[] {
  const [first] = group;
  if (first === undefined) return [];
  const base = { row: rowKey(order, "b", barLabel(data, all, first)), cni: first.style.name };
  const finished = group.filter((run) => isFinished(run.row));
  const bars: Bar[] = [];
  if (finished.length > 0) {
    const spread = spreadOf(finished);
    const text: Text =
      finished.length === 1
        ? asSeconds(spread.median)
        : message("chart.completion.median", { median: asSeconds(spread.median), n: sampleSize(finished) });
    const median = spread.median.value;
    bars.push({ ...base, kind: "time", bar: median, ...range(finished, median), text });
    if (finished.length > 1) {
      for (const run of finished) {
        const value = run.row.time_to_all_s ?? median;
        bars.push({ ...base, kind: "run", bar: 0, low: value, high: value, text: words("") });
      }
    }
  }
  const failed = group.filter((run) => isUnfinished(run.row));
  for (const run of failed) {
    const value = run.row.observed_s ?? run.row.last_progress_s ?? 0;
    const text = message("chart.completion.failure", {
      ready: asCount(cite(run.row, "ready_count")),
      pods: asCount(cite(run.row, "pod_count")),
    });
    bars.push({ ...base, kind: "failure", bar: value, low: value, high: value, text });
  }
  return bars;
}

/** Uncertainty of a single time, spread of several. */
function range(runs: readonly RunData[], median: number): { low: number; high: number } {
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) {
    return { low: only.row.time_to_all_earliest_s ?? median, high: only.row.time_to_all_latest_s ?? median };
  }
  const { min, max } = spreadOf(runs);
  return { low: min.value, high: max.value };
}

/** The CNI, and of the rest only what differs between bars. */
function barLabel(data: ReportData, all: readonly RunData[], { row, style }: RunData): Text {
  const differs = (value: (run: RunData) => unknown): boolean => distinct(all.map(value)).length > 1;
  const objects = data.testObjects.filter((object) => object.cni === row.cni);
  const object = objects.find(({ version, mode }) => version === row.cni_version && mode === row.cni_mode);
  const parts: Text[] = [
    objects.length > 1 && object !== undefined ? joined([style.name, words(object.letter)], "space") : style.name,
  ];
  if (differs((run) => run.row.phase)) parts.push(testPhaseName(row));
  if (differs((run) => run.row.ip_families) && row.ip_families !== null)
    parts.push(asPlain(known(cite(row, "ip_families"))));
  if (differs((run) => run.row.pod_count))
    parts.push(message("chart.pods", { count: asCount(cite(row, "pod_count")) }));
  return joined(parts, "comma");
}
