import { dataSet } from "../figures/data_set.ts";
import { runCount, runTitle, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { isUnfinished } from "../run_cells.ts";
import { message, type Text } from "../text.ts";
import { panelSize, type Chart } from "./chart.ts";
import { cniColors, panelsOf, type Panel } from "./panels.ts";

interface Mark {
  readonly panel: Text;
  readonly series: Text;
  readonly cni: Text;
  readonly kind: "step" | "end";
  readonly done: boolean;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** The share of pods not yet Ready over the time since their creation, with its interval; null when no run has any. */
export function survivalChart(data: ReportData): Chart | null {
  const runs = startRuns(data).filter((run) => run.survival.length > 0);
  if (runs.length === 0) return null;
  const { panels, isShared } = panelsOf(runs);
  const size = panelSize(panels.length);
  const xMax = Math.max(0, ...runs.flatMap((run) => run.survival.map((row) => row.t_s))) || 1;
  return {
    name: "survival",
    alt: message("chart.survival.alt", { count: runCount(runs) }),
    data: [
      ...dataSet(
        runs.flatMap((run) => run.survival),
        ["run_id", "t_s", "survival_ratio", "lower_ratio", "upper_ratio"],
      ),
      ...dataSet(
        runs.map(({ row }) => row),
        ["run_id", "outcome"],
      ),
    ],
    values: {
      points: panels.flatMap((panel) => panel.runs.flatMap((run) => marksOf(panel, run, xMax / size.width))),
      panels: panels.map((panel) => panel.title),
      ...size,
      // Beyond the longest curve, so that its end is not cut in half.
      xDomain: [0, 1.02 * xMax],
      ...cniColors(runs, isShared),
      title: message("chart.survival.title"),
      subtitle: message("chart.survival.subtitle"),
      xTitle: message("chart.survival.x"),
      yTitle: message("chart.survival.y"),
    },
  };
}

function marksOf(panel: Panel, run: RunData, pixel: number): Mark[] {
  const base = { panel: panel.title, series: runTitle(run), cni: run.style.name, done: !isUnfinished(run.row) };
  const steps = run.survival.map(({ t_s: x, survival_ratio: y, lower_ratio: low, upper_ratio: high }) => ({
    x,
    y,
    low: low ?? y,
    high: high ?? y,
  }));
  const drawn = [{ x: 0, y: 1, low: 1, high: 1 }];
  for (const step of steps) {
    const last = drawn.at(-1);
    if (last !== undefined && drawn.length > 1 && Math.floor(last.x / pixel) === Math.floor(step.x / pixel))
      drawn.pop();
    drawn.push(step);
  }
  const end = drawn.at(-1) ?? { x: 0, y: 1, low: 1, high: 1 };
  return [...drawn.map((step): Mark => ({ ...base, ...step, kind: "step" })), { ...base, ...end, kind: "end" }];
}
