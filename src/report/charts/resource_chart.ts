import type { ResultRow } from "../../analysis/result.ts";
import { cite } from "../figures/cited.ts";
import { dataSet } from "../figures/data_set.ts";
import { runCount, runTitle, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, words, type Text } from "../text.ts";
import { resourceName } from "../vocabulary.ts";
import { panelSize, type Chart } from "./chart.ts";

const MAX_PANELS = 12;

interface Mark {
  readonly panel: Text;
  readonly kind: "queued" | "held";
  readonly measure: Text;
  readonly x: number;
  readonly y: number;
}

/** How much of the time somebody waited for the serial resource that was a run's bottleneck, and how much it was held. */
export function resourceChart(data: ReportData): Chart | null {
  const runs = startRuns(data)
    .filter((run) => useOf(run).length > 0)
    .slice(0, MAX_PANELS);
  if (runs.length === 0) return null;
  return {
    name: "resources",
    alt: message("chart.resources.alt", { count: runCount(runs) }),
    data: dataSet(runs.flatMap(useOf), ["run_id", "component", "t_s", "window_s", "queued_ratio", "held_ratio"]),
    values: {
      points: runs.flatMap(marksOf),
      panels: runs.map(panelTitle),
      ...panelSize(runs.length),
      measures: [message("chart.resources.queued"), message("chart.resources.held")],
      title: message("chart.resources.title"),
      subtitle: message("chart.resources.subtitle"),
      xTitle: message("chart.resources.x"),
      yTitle: message("chart.resources.y"),
    },
  };
}

/** Windows of the resource that was the run's bottleneck. */
function useOf(run: RunData): ResultRow<"resource_use">[] {
  const bottleneck = run.resources.find((row) => row.is_bottleneck);
  return run.resourceUse.filter((row) => row.component === bottleneck?.component);
}

function panelTitle(run: RunData): Text {
  const [first] = useOf(run);
  if (first === undefined) return runTitle(run);
  // The spec breaks the title here: on one line it is wider than a panel.
  return joined([runTitle(run), words("\n"), resourceName(cite(first, "resource"))], "tight");
}

function marksOf(run: RunData): Mark[] {
  const panel = panelTitle(run);
  const use = useOf(run);
  const last = use.at(-1);
  // A step ends where the next one begins; the last one has none after it.
  const steps = [
    ...use.map((row) => ({ x: row.t_s, row })),
    ...(last ? [{ x: last.t_s + last.window_s, row: last }] : []),
  ];
  return (["queued", "held"] as const).flatMap((kind) =>
    steps.flatMap(({ x, row }): Mark[] => {
      const y = kind === "queued" ? row.queued_ratio : row.held_ratio;
      return y === null ? [] : [{ panel, kind, measure: message(`chart.resources.${kind}`), x, y }];
    }),
  );
}
