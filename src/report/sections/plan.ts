import { distinct, groupRows } from "../group_rows.ts";
import { inlineCode } from "../markdown_text.ts";
import { formatCount, formatWindow } from "../number_format.ts";
import { isComparable, runList, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { TEST_PHASES } from "../vocabulary.ts";

/** What was done, and what the words and numbers of the page mean. */
export interface PlanView {
  readonly workloads: TableView;
  readonly phases: readonly Text[];
  readonly repetition: Text;
  readonly starts: readonly Text[];
  readonly excluded: readonly Text[];
  readonly window: readonly Text[];
}

const KNOWN_START_SOURCES = ["manifest", "first_creation", "first_deletion"];

/** The plan as far as the captures tell it. */
export function planView(data: ReportData): PlanView {
  return {
    workloads: workloadTable(data.runs),
    phases: TEST_PHASES.filter((phase) => data.runs.some((run) => run.row.phase === phase)).map((phase) =>
      message(`plan.phase.${phase}`),
    ),
    repetition: repetition(data.runs.filter(isComparable)),
    starts: startSentences(data.runs),
    excluded: excludedSentence(data.runs),
    window: distinct(startRuns(data).map((run) => run.row.peak_window_s)).map((window) =>
      message("plan.window", { window: formatWindow(window) }),
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
        [workload(first), orUnknown(row.workload_namespace, inlineCode), formatCount(row.pod_count), runList(group)],
      ];
    }),
  };
}

function workload({ row: { workload_deployments: deployments, workload_replicas: replicas } }: RunData): Text {
  if (deployments === null || replicas === null) return message("word.unknown");
  return message("plan.workload", { deployments, replicas });
}

/** How often a combination was run: without repetition there is no spread to speak of. */
function repetition(runs: readonly RunData[]): Text {
  const combinations = groupRows(runs, ({ row }) =>
    JSON.stringify([row.cni, row.cni_version, row.cni_mode, row.scenario, row.phase, row.ip_families, row.pod_count]),
  );
  const repeated = [...combinations.values()].filter((group) => group.length > 1);
  if (repeated.length === 0) return message("plan.not_repeated");
  return message("plan.repeated", { repeated: repeated.length, count: combinations.size });
}

function startSentences(runs: readonly RunData[]): Text[] {
  return [...groupRows(runs, (run) => run.row.started_at_source ?? "")].map(([source, group]) => {
    const params = { count: group.length };
    if (source === "") return message("plan.start.unknown", params);
    if (KNOWN_START_SOURCES.includes(source)) return message(`plan.start.${source}`, params);
    return message("plan.start.other", { ...params, source: inlineCode(source) });
  });
}

function excludedSentence(runs: readonly RunData[]): Text[] {
  const affected = runs.filter((run) => run.row.excluded_pod_count > 0);
  if (affected.length === 0) return [];
  const pods = affected.reduce((sum, run) => sum + run.row.excluded_pod_count, 0);
  return [message("plan.excluded", { pods, list: joined([runList(affected)], "comma") })];
}
