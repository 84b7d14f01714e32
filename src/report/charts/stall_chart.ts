import { dataSet } from "../figures/data_set.ts";
import { runCount, runTitle, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { message, type Text } from "../text.ts";
import { panelSize, thinned, type Chart } from "./chart.ts";

const MAX_PANELS = 12;

interface Mark {
  readonly panel: Text;
  readonly kind: "line" | "band";
  readonly measure: Text;
  readonly x: number;
  readonly x2: number;
  readonly y: number;
}

/** Pods Ready and addresses held over time with the stalls of the pods shaded, one panel a run; null without a stall. */
export function stallChart(data: ReportData): Chart | null {
  const runs = startRuns(data)
    .filter((run) => run.stalls.some((row) => row.measure === "pods") && run.progress.length > 0)
    .slice(0, MAX_PANELS);
  if (runs.length === 0) return null;
  const size = panelSize(runs.length);
  return {
    name: "stalls",
    alt: message("chart.stalls.alt", { count: runCount(runs) }),
    data: [
      ...dataSet(
        runs.flatMap((run) => run.progress),
        ["run_id", "t_s", "ready_count", "ip_allocated_count"],
      ),
      ...dataSet(
        runs.flatMap((run) => run.stalls.filter((row) => row.measure === "pods")),
        ["run_id", "measure", "ordinal", "started_s", "duration_s"],
      ),
    ],
    values: {
      points: runs.flatMap((run) => marksOf(run, size.width)),
      panels: runs.map(runTitle),
      ...size,
      measures: [message("chart.stalls.ready"), message("chart.stalls.addresses")],
      title: message("chart.stalls.title"),
      subtitle: message("chart.stalls.subtitle"),
      xTitle: message("chart.stalls.x"),
      yTitle: message("chart.stalls.y"),
    },
  };
}

function marksOf(run: RunData, width: number): Mark[] {
  const panel = runTitle(run);
  const end = Math.max(run.row.observed_s ?? 0, run.progress.at(-1)?.t_s ?? 0);
  const line = (name: "ready" | "addresses", height: (row: RunData["progress"][number]) => number): Mark[] => {
    const steps = run.progress.map((row) => ({ x: row.t_s, y: height(row) }));
    if (steps.every(({ y }) => y === 0)) return [];
    const drawn = thinned(steps, end / width);
    const last = drawn.at(-1);
    const tail = last === undefined || last.x >= end ? [] : [{ x: end, y: last.y }];
    const measure = message(`chart.stalls.${name}`);
    return [...drawn, ...tail].map(({ x, y }) => ({ panel, kind: "line", measure, x, x2: x, y }));
  };
  const bands = run.stalls
    .filter((row) => row.measure === "pods")
    .map(({ started_s: x, duration_s: length }): Mark => ({
      panel,
      kind: "band",
      measure: message("chart.stalls.ready"),
      x,
      x2: x + length,
      y: 0,
    }));
  return [...bands, ...line("addresses", (row) => row.ip_allocated_count), ...line("ready", (row) => row.ready_count)];
}
