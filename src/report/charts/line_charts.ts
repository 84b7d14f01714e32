import { cite, type Cited } from "../figures/cited.ts";
import { dataSet, type DataSet } from "../figures/data_set.ts";
import { asCount, asSeconds } from "../figures/figure.ts";
import { runCount, runName, runTitle, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { isUnfinished } from "../run_cells.ts";
import { joined, message, orElse, words, type Text } from "../text.ts";
import { panelSize, thinned, type Chart, type LinePoint } from "./chart.ts";
import { cniColors, panelsOf, type Panel } from "./panels.ts";

interface Step {
  readonly x: number;
  readonly y: number;
}

/** What is drawn of one run: its measured steps, and until when nothing more came. */
interface Line {
  readonly run: RunData;
  readonly steps: readonly Step[];
  readonly end: number;
  /** The exact time at the end of a finished line; null when not known. */
  readonly doneAfter: Cited<number | null>;
}

/** Pods Ready over time; null when no run has any progress to show. */
export function progressChart(data: ReportData): Chart | null {
  const runs = startRuns(data).filter((run) => run.progress.length > 0);
  const lines = runs.map((run): Line => {
    const steps = run.progress.map((row) => ({ x: row.t_s, y: row.ready_count / run.row.pod_count }));
    const waited = Math.max(run.row.observed_s ?? 0, steps.at(-1)?.x ?? 0);
    return {
      run,
      steps,
      end: isUnfinished(run.row) ? waited : lastRise(steps),
      doneAfter: cite(run.row, "time_to_all_s"),
    };
  });
  const steps = dataSet(
    runs.flatMap((run) => run.progress),
    ["run_id", "t_s", "ready_count"],
  );
  const ends = dataSet(
    runs.map(({ row }) => row),
    ["run_id", "outcome", "pod_count", "ready_count", "observed_s", "time_to_all_s"],
  );
  return lineChart("progress", lines, [...steps, ...ends]);
}

/** Which share of all pods was Ready within which time after its creation; null when no pod was. */
export function latencyChart(data: ReportData): Chart | null {
  const runs = startRuns(data).filter((run) => run.ecdf.length > 0);
  // Beyond the longest latency, so that a curve which ends below 100% is seen to stay there.
  const longest = 1.04 * Math.max(0, ...runs.flatMap((run) => run.ecdf.map((row) => row.latency_s)));
  const lines = runs.map((run): Line => {
    const steps = run.ecdf.map((row) => ({ x: row.latency_s, y: row.ready_ratio }));
    return {
      run,
      steps,
      end: isUnfinished(run.row) ? longest : lastRise(steps),
      doneAfter: cite(run.row, "latency_max_s"),
    };
  });
  const steps = dataSet(
    runs.flatMap((run) => run.ecdf),
    ["run_id", "latency_s", "ready_ratio"],
  );
  const ends = dataSet(
    runs.map(({ row }) => row),
    ["run_id", "outcome", "pod_count", "ready_count", "latency_max_s"],
  );
  return lineChart("latency", lines, [...steps, ...ends]);
}

/** Where a line reaches its height; progress goes on with equal rows until the end of observation. */
function lastRise(steps: readonly Step[]): number {
  const height = steps.at(-1)?.y ?? 0;
  return steps.find((step) => step.y === height)?.x ?? 0;
}

function lineChart(name: "progress" | "latency", lines: readonly Line[], data: readonly DataSet[]): Chart | null {
  if (lines.length === 0) return null;
  const { panels, isShared } = panelsOf(lines.map((line) => line.run));
  const size = panelSize(panels.length);
  const xMax = Math.max(0, ...lines.map((line) => line.end)) || 1;
  const byRun = new Map(lines.map((line) => [line.run, line]));
  const points = panels.flatMap((panel) =>
    panel.runs.flatMap((run) => {
      const line = byRun.get(run);
      return line === undefined ? [] : linePoints(panel, line, { pixel: xMax / size.width, xMax, isShared });
    }),
  );
  return {
    name,
    alt: altText(
      name,
      lines.map((line) => line.run),
    ),
    data,
    values: {
      points,
      panels: panels.map((panel) => panel.title),
      ...size,
      // Beyond the longest line, so that its end is not cut in half.
      xDomain: [0, 1.02 * xMax],
      ...cniColors(
        lines.map((line) => line.run),
        isShared,
      ),
      title: message(`chart.${name}.title`),
      subtitle: message(`chart.${name}.subtitle`),
      xTitle: message(`chart.${name}.x`),
      yTitle: message(`chart.${name}.y`),
    },
  };
}

/** Pixels that the longest label at the end of a line takes. */
const LABEL_WIDTH = 115;

interface Frame {
  readonly pixel: number;
  readonly xMax: number;
  readonly isShared: boolean;
}

function linePoints(panel: Panel, { run, steps, end, doneAfter }: Line, { pixel, xMax, isShared }: Frame): LinePoint[] {
  const { row } = run;
  const base = {
    panel: panel.title,
    series: runTitle(run),
    cni: run.style.name,
    done: !isUnfinished(row),
    label: words(""),
  };
  const point = (kind: LinePoint["kind"], { x, y }: Step): LinePoint => ({ ...base, kind, x, y, align: "left" });
  // Progress counts in whole seconds; a finished line ends where the last pod came, not at the full second after it.
  const lastX = isUnfinished(row) ? end : Math.min(end, doneAfter.value ?? end);
  const capped = steps.map((step) => ({ x: Math.min(step.x, lastX), y: step.y }));
  const drawn = thinned([{ x: 0, y: 0 }, ...capped], pixel);
  const last = drawn.at(-1) ?? { x: 0, y: 0 };
  const final = { x: lastX, y: last.y };
  const tail = lastX > last.x ? [point("tail", last), point("tail", final)] : [];
  // Colours tell shared lines apart; their counts would lie on each other at the top, so only unfinished ones have one.
  const label = base.done && isShared ? words("") : endLabel(run, doneAfter);
  const align = lastX + LABEL_WIDTH * pixel > xMax ? "right" : "left";
  return [...drawn.map((step) => point("step", step)), ...tail, { ...point("end", final), label, align }];
}

/** How many of all pods, and for a finished line when: the time to all, or the longest latency. */
function endLabel({ row }: RunData, doneAfter: Cited<number | null>): Text {
  const counts = joined([asCount(cite(row, "ready_count")), words("/"), asCount(cite(row, "pod_count"))], "space");
  if (isUnfinished(row)) return counts;
  return orElse(doneAfter, (time) => joined([counts, words("·"), asSeconds(time)], "space"), counts);
}

function altText(name: string, runs: readonly RunData[]): Text {
  const unfinished = runs.filter((run) => isUnfinished(run.row));
  const params = { count: runCount(runs) };
  if (unfinished.length === 0) return message(`chart.${name}.alt`, params);
  const list = joined(
    unfinished.map((run) =>
      message("chart.unfinished_run", {
        run: runName(run),
        ready: asCount(cite(run.row, "ready_count")),
        pods: asCount(cite(run.row, "pod_count")),
      }),
    ),
    "semicolon",
  );
  return message(`chart.${name}.alt_unfinished`, { ...params, list });
}
