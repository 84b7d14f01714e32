import { cite, distinctCount, groupCount, known, total } from "../figures/cited.ts";
import { asCode, asCount, asWindow } from "../figures/figure.ts";
import { groupRows } from "../group_rows.ts";
import {
  COMBINATION,
  isComparable,
  isReadyUntold,
  runCount,
  runList,
  startRuns,
  type ReportData,
  type RunData,
} from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { TEST_PHASES } from "../vocabulary.ts";

/** What was done, and what the words and numbers of the page mean. */
export interface PlanView {
  readonly workloads: TableView;
  readonly phases: readonly Text[];
  readonly repetition: Text;
  readonly readyNotTold: readonly Text[];
  readonly starts: readonly Text[];
  readonly excluded: readonly Text[];
  readonly window: readonly Text[];
}

const KNOWN_START_SOURCES = ["manifest", "first_creation", "first_sighting", "first_deletion"];

/** The plan as far as the captures tell it. */
export function planView(data: ReportData): PlanView {
  return {
    workloads: workloadTable(data.runs),
    phases: TEST_PHASES.filter((phase) => data.runs.some((run) => run.row.phase === phase)).map((phase) =>
      message(`plan.phase.${phase}`),
    ),
    repetition: repetition(data.runs.filter(isComparable)),
    readyNotTold: readyNotTold(data.runs),
    starts: startSentences(data.runs),
    excluded: excludedSentence(data.runs),
    window: [...groupRows(startRuns(data), (run) => String(run.row.peak_window_s)).values()].flatMap(([first]) =>
      first === undefined ? [] : [message("plan.window", { window: asWindow(cite(first.row, "peak_window_s")) })],
    ),
  };
}

function workloadTable(runs: readonly RunData[]): TableView {
  const groups = groupRows(runs, ({ row }) =>
    JSON.stringify([row.workload_deployments, row.workload_replicas, row.workload_namespace, row.pod_count]),
  );
  return {
    columns: [
      textColumn("column.workload"),
      textColumn("column.namespace"),
      numberColumn("column.pods_in_scope"),
      textColumn("column.runs"),
    ],
    rows: [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { row } = first;
      return [
        [
          workload(first),
          orUnknown(cite(row, "workload_namespace"), asCode),
          asCount(cite(row, "pod_count")),
          runList(group),
        ],
      ];
    }),
  };
}

function workload({ row }: RunData): Text {
  if (row.workload_deployments === null || row.workload_replicas === null) return message("word.unknown");
  return message("plan.workload", {
    deployments: asCount(known(cite(row, "workload_deployments"))),
    replicas: asCount(known(cite(row, "workload_replicas"))),
  });
}

/** How often a combination was run: without repetition there is no spread to speak of. */
function repetition(runs: readonly RunData[]): Text {
  const rows = runs.map(({ row }) => row);
  if (rows.length === 0) return message("plan.not_repeated");
  const repeated = groupCount(rows, COMBINATION, "repeated");
  if (repeated.value === 0) return message("plan.not_repeated");
  return message("plan.repeated", {
    repeated: asCount(repeated),
    count: asCount(distinctCount(rows, COMBINATION)),
  });
}

function readyNotTold(runs: readonly RunData[]): Text[] {
  const affected = runs.filter(isReadyUntold);
  return affected.length === 0 ? [] : [message("plan.ready_not_told", { list: joined([runList(affected)], "comma") })];
}

function startSentences(runs: readonly RunData[]): Text[] {
  return [...groupRows(runs, (run) => run.row.started_at_source ?? "")].flatMap(([source, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const params = { count: runCount(group) };
    if (source === "") return message("plan.start.unknown", params);
    if (KNOWN_START_SOURCES.includes(source)) return message(`plan.start.${source}`, params);
    return message("plan.start.other", { ...params, source: orUnknown(cite(first.row, "started_at_source"), asCode) });
  });
}

function excludedSentence(runs: readonly RunData[]): Text[] {
  const affected = runs.filter((run) => run.row.excluded_pod_count > 0);
  if (affected.length === 0) return [];
  const pods = total(
    affected.map(({ row }) => row),
    "excluded_pod_count",
  );
  return [message("plan.excluded", { pods: asCount(pods), list: joined([runList(affected)], "comma") })];
}
