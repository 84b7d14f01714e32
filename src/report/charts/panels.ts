import { cite } from "../figures/cited.ts";
import { asPlain } from "../figures/figure.ts";
import { distinct, groupRows } from "../group_rows.ts";
import { runTitle, type RunData } from "../report_data.ts";
import { message, orUnknown, type Text } from "../text.ts";
import { conditionName } from "../vocabulary.ts";

/** Runs that are drawn into one panel. */
export interface Panel {
  readonly title: Text;
  readonly runs: readonly RunData[];
}

const MAX_LINES = 6;

/**
 * Divides runs into panels. Where a colour names the run, runs of one condition share a panel and can be compared;
 * where it does not (two runs of one CNI under the same condition), every run has its own.
 */
export function panelsOf(runs: readonly RunData[]): { readonly panels: Panel[]; readonly isShared: boolean } {
  const groups = [...groupRows(runs, ({ row }) => JSON.stringify([row.scenario, row.phase, row.ip_families])).values()];
  const isShared =
    runs.length > 1 &&
    groups.every(
      (group) => group.length <= MAX_LINES && distinct(group.map((run) => run.row.cni)).length === group.length,
    );
  if (!isShared) return { panels: runs.map((run) => ({ title: runTitle(run), runs: [run] })), isShared };
  const several = distinct(runs.map((run) => run.row.ip_families)).length > 1;
  return {
    panels: groups.flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const condition = conditionName(first.row);
      const families = orUnknown(cite(first.row, "ip_families"), asPlain);
      return [{ title: several ? message("chart.panel", { condition, families }) : condition, runs: group }];
    }),
    isShared,
  };
}

/** Domain and range of the colour scale, and its legend where colours tell runs apart. */
export function cniColors(
  runs: readonly RunData[],
  isShared: boolean,
): { cnis: Text[]; colors: string[]; legend: unknown } {
  const styles = distinct(runs.map((run) => run.style));
  return {
    cnis: styles.map((style) => style.name),
    colors: styles.map((style) => style.color),
    legend: isShared
      ? { title: null, orient: "bottom", symbolType: "stroke", symbolStrokeWidth: 3, symbolOpacity: 1 }
      : null,
  };
}
