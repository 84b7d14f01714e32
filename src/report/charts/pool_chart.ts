import type { ResultRow } from "../../analysis/result.ts";
import { dataSet } from "../figures/data_set.ts";
import { runCount, runTitle, type ReportData, type RunData } from "../report_data.ts";
import { message, type Text } from "../text.ts";
import { panelSize, thinned, type Chart } from "./chart.ts";

type PoolRow = ResultRow<"pool_over_time">;
type Measure = "allocated" | "used" | "leaked" | "capacity";

/** A capacity many times what is held would press the lines to the bottom: it is in the table only. */
const MAX_CAPACITY_RATIO = 4;
const MAX_PANELS = 12;
/** In the order of the spec's colours. */
const MEASURES: readonly Measure[] = ["capacity", "allocated", "used", "leaked"];
interface Point {
  readonly panel: Text;
  readonly measure: Text;
  readonly x: number;
  readonly y: number;
}

/**
 * Addresses held over time, one panel a run: those with a leak or a full pool, or all when no run has one; null without
 * any.
 */
export function poolChart(data: ReportData): Chart | null {
  const measured = data.runs.filter((run) => run.pools.length > 0);
  const telling = measured.filter((run) => run.audit.some((row) => row.leaked_count > 0 || row.exhaustion !== null));
  const runs = (telling.length > 0 ? telling : measured).slice(0, MAX_PANELS);
  if (runs.length === 0) return null;
  const size = panelSize(runs.length);
  return {
    name: "pools",
    alt: message("chart.pools.alt", { count: runCount(runs) }),
    data: dataSet(runs.flatMap(drawnRows), [
      "run_id",
      "pool",
      "t_s",
      "capacity",
      "allocated_count",
      "used_count",
      "leaked_count",
    ]),
    values: {
      points: runs.flatMap((run) => linesOf(run, size.width)),
      panels: runs.map(runTitle),
      ...size,
      measures: MEASURES.map(measureName),
      title: message("chart.pools.title"),
      subtitle: message("chart.pools.subtitle"),
      xTitle: message("chart.pools.x"),
      yTitle: message("chart.pools.y"),
    },
  };
}

function measureName(measure: Measure): Text {
  return message(`chart.pools.${measure}`);
}

/** The pools in which the run's pods have addresses, of its first family. */
function drawnRows(run: RunData): PoolRow[] {
  const family = run.audit[0]?.ip_family ?? run.pools[0]?.ip_family;
  const named = new Set(run.audit.map((row) => row.pool));
  return run.pools.filter((row) => row.ip_family === family && (named.size === 0 || named.has(row.pool)));
}

/** The run's pools added up. */
function linesOf(run: RunData, width: number): Point[] {
  const rows = drawnRows(run);
  const steps = summed(rows);
  const most = Math.max(0, ...steps.map((step) => step.allocated));
  const end = Math.max(run.row.observed_s ?? 0, steps.at(-1)?.x ?? 0);
  const panel = runTitle(run);
  const points = (measure: "allocated" | "used" | "leaked"): Point[] => {
    if (steps.every((step) => step[measure] === 0)) return [];
    const drawn = thinned(
      steps.map((step) => ({ x: step.x, y: step[measure] })),
      end / width,
    );
    const last = drawn.at(-1);
    const tail = last === undefined || last.x >= end ? [] : [{ x: end, y: last.y }];
    return [...drawn, ...tail].map(({ x, y }) => ({ panel, measure: measureName(measure), x, y }));
  };
  const capacity = capacityOf(rows);
  const limit =
    capacity === null || capacity > MAX_CAPACITY_RATIO * most
      ? []
      : [0, end].map((x) => ({ panel, measure: measureName("capacity"), x, y: capacity }));
  return [...limit, ...points("allocated"), ...points("used"), ...points("leaked")];
}

function capacityOf(rows: readonly PoolRow[]): number | null {
  const pools = new Map(rows.map((row) => [row.pool, row.capacity]));
  let sum = 0;
  for (const capacity of pools.values()) {
    if (capacity === null) return null;
    sum += capacity;
  }
  return sum;
}

/** Sums over pools at each second in which one of them changed. */
function summed(rows: readonly PoolRow[]): { x: number; allocated: number; used: number; leaked: number }[] {
  const now = new Map<string, PoolRow>();
  const sums = new Map<number, { x: number; allocated: number; used: number; leaked: number }>();
  for (const row of [...rows].sort((a, b) => a.t_s - b.t_s)) {
    now.set(row.pool, row);
    const sum = { x: row.t_s, allocated: 0, used: 0, leaked: 0 };
    for (const each of now.values()) {
      sum.allocated += each.allocated_count;
      sum.used += each.used_count;
      sum.leaked += each.leaked_count;
    }
    sums.set(row.t_s, sum);
  }
  return [...sums.values()];
}
