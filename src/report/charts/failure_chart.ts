import { loadTheme } from "../theme.ts";
import { dataSet } from "../figures/data_set.ts";
import { groupRows } from "../group_rows.ts";
import { runCount, runTitle, type ReportData } from "../report_data.ts";
import { className } from "../sections/failures.ts";
import { message, type Text } from "../text.ts";
import { panelSize, type Chart } from "./chart.ts";

interface Window {
  readonly panel: Text;
  readonly cause: Text;
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
}

const UNKNOWN = "unknown";

/** Failures over time, stacked by root cause, one panel a run; null when no run has any. */
export function failureChart(data: ReportData): Chart | null {
  const runs = data.runs.filter((run) => run.failuresOverTime.length > 0);
  if (runs.length === 0) return null;
  const classes = classesByCount(runs.flatMap((run) => run.failuresOverTime));
  const windows = runs.flatMap((run) =>
    [...groupRows(run.failuresOverTime, (row) => String(row.t_s)).values()].flatMap((rows) => {
      let low = 0;
      const stacked = [...rows].sort((a, b) => classes.indexOf(a.class) - classes.indexOf(b.class));
      return stacked.map((row): Window => {
        const high = low + row.failure_count;
        const window = { start: row.t_s, end: row.t_s + row.window_s, low, high };
        low = high;
        return { ...window, panel: runTitle(run), cause: className(row.class) };
      });
    }),
  );
  // A window without height as long as the run was observed: every panel shows all of its time.
  const [first = UNKNOWN] = classes;
  const observed = runs.map((run): Window => {
    const end = run.row.observed_s ?? 0;
    return { panel: runTitle(run), cause: className(first), start: 0, end, low: 0, high: 0 };
  });
  const { failureColors, unknownColor } = loadTheme();
  const known = classes.filter((name) => name !== UNKNOWN);
  return {
    name: "failures",
    alt: message("chart.failures.alt", { count: runCount(runs) }),
    data: dataSet(
      runs.flatMap((run) => run.failuresOverTime),
      ["run_id", "class", "t_s", "window_s", "failure_count"],
    ),
    values: {
      windows: [...windows, ...observed],
      panels: runs.map(runTitle),
      ...panelSize(runs.length),
      causes: classes.map(className),
      colors: classes.map((name) =>
        name === UNKNOWN ? unknownColor : failureColors[known.indexOf(name) % failureColors.length],
      ),
      title: message("chart.failures.title"),
      subtitle: message("chart.failures.subtitle"),
      xTitle: message("chart.failures.x"),
      yTitle: message("chart.failures.y"),
      legendTitle: message("chart.failures.legend"),
    },
  };
}

function classesByCount(rows: readonly { readonly class: string; readonly failure_count: number }[]): string[] {
  const counts = [...groupRows(rows, (row) => row.class)].map(
    ([name, group]) => [name, group.reduce((sum, row) => sum + row.failure_count, 0)] as const,
  );
  return counts.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
}
