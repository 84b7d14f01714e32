import { formatSeconds } from "../number_format.ts";
import { loadTheme } from "../cni_style.ts";
import { runName, type ReportData } from "../report_data.ts";
import { runsWithPhases } from "../sections/analysis.ts";
import { message, type Text } from "../text.ts";
import { phaseName, POD_PHASES } from "../vocabulary.ts";
import type { Chart } from "./chart.ts";

interface Segment {
  readonly run: string;
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
      const label = message("chart.phases.mean", { mean: formatSeconds(total / run.row.pod_count) });
      const segment = { start, end: Math.min(end, 1), phase: phaseName(row.phase), phaseOrder: index };
      start = end;
      return { ...segment, run: run.row.run_id, order, isLast: index === rows.length - 1, label };
    });
  });
  return {
    name: "phases",
    alt:
      runs.length === 1
        ? message("chart.phases.alt_one", { run: runName(first) })
        : message("chart.phases.alt", { count: runs.length }),
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
