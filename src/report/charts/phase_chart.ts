import { dataSet } from "../figures/data_set.ts";
import { asSeconds } from "../figures/figure.ts";
import { loadTheme } from "../theme.ts";
import { runCount, runName, runTitle, type ReportData } from "../report_data.ts";
import { podTimeMean, runsWithPhases } from "../sections/analysis.ts";
import { message, type Text } from "../text.ts";
import { phaseName, POD_PHASES } from "../vocabulary.ts";
import type { Chart } from "./chart.ts";

interface Segment {
  readonly run: Text;
  readonly order: number;
  readonly phase: Text;
  readonly phaseOrder: number;
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
  readonly label: Text;
}

/** Shares of the phases in all pods' time, one stacked bar per run; null when no run has phases. */
export function phaseChart(data: ReportData): Chart | null {
  const runs = runsWithPhases(data);
  const [first] = runs;
  if (first === undefined) return null;
  const found = new Set(runs.flatMap((run) => run.phases.filter((row) => row.total_s > 0).map((row) => row.phase)));
  const phases = POD_PHASES.filter((phase) => found.has(phase));
  const { phaseColors } = loadTheme();
  const segments = runs.flatMap((run, order): Segment[] => {
    const total = run.phases.reduce((sum, row) => sum + row.total_s, 0);
    const rows = phases.flatMap((phase) => run.phases.filter((row) => row.phase === phase && row.total_s > 0));
    let start = 0;
    return rows.map((row, index) => {
      const end = start + row.total_s / total;
      const label = message("chart.phases.mean", { mean: asSeconds(podTimeMean(run)) });
      const segment = { start, end: Math.min(end, 1), phase: phaseName(row.phase), phaseOrder: index };
      start = end;
      return { ...segment, run: runTitle(run), order, isLast: index === rows.length - 1, label };
    });
  });
  return {
    name: "phases",
    alt:
      runs.length === 1
        ? message("chart.phases.alt_one", { run: runName(first) })
        : message("chart.phases.alt", { count: runCount(runs) }),
    data: dataSet(
      runs.flatMap((run) => run.phases),
      ["run_id", "phase", "total_s"],
    ),
    values: {
      segments,
      phases: phases.map(phaseName),
      colors: phases.map((phase) => phaseColors[phase]),
      title: message("chart.phases.title"),
      subtitle: message("chart.phases.subtitle"),
      xTitle: message("chart.phases.x"),
      legendTitle: message("chart.phases.legend"),
    },
  };
}
