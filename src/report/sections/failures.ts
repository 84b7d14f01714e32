import type { ResultRow } from "../../analysis/result.ts";
import { distinct, groupRows } from "../group_rows.ts";
import { inlineCode, plainText, shorten } from "../markdown_text.ts";
import { formatCount, formatRatio, formatSeconds } from "../number_format.ts";
import { runName, type ReportData, type RunData } from "../report_data.ts";
import { message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { chainViews, type ChainView } from "./failure_chains.ts";

type ClassRow = ResultRow<"failure_classes">;

const MESSAGE_LIMIT = 240;
const TEMPLATE_LIMIT = 160;
/** Runs of which real messages of one class are shown. */
const SAMPLE_RUNS = 2;
const UNCLASSIFIED_ROWS = 30;

/** What failed and why: roots and symptoms apart, when, how one followed from the other, what to do. */
export interface FailuresView {
  readonly sentences: readonly Text[];
  readonly rootTables: readonly TableView[];
  readonly symptomTables: readonly TableView[];
  readonly chains: readonly ChainView[];
  readonly incidentTables: readonly TableView[];
  readonly meanings: readonly { readonly name: Text; readonly text: Text; readonly samples: readonly Text[] }[];
  readonly unclassifiedTables: readonly TableView[];
}

/** The words for a failure class. */
export function className(id: string): Text {
  return message(`failure_class.${id}.name`);
}

/** Failures of all runs, the runs in the order of the page. */
export function failuresView(data: ReportData): FailuresView {
  const roots = data.runs.filter((run) => classesOf(run, "root").length > 0);
  const symptoms = data.runs.filter((run) => classesOf(run, "symptom").length > 0);
  return {
    sentences: sentences(roots),
    rootTables: roots.length === 0 ? [] : [classTable(roots, "root")],
    symptomTables: symptoms.length === 0 ? [] : [classTable(symptoms, "symptom")],
    chains: chainViews(roots),
    incidentTables: incidentTables(data.runs),
    meanings: meanings(roots),
    unclassifiedTables: unclassifiedTables(data.runs),
  };
}

function classesOf(run: RunData, role: string): readonly ClassRow[] {
  return run.failureClasses.filter((row) => row.role === role);
}

function sentences(runs: readonly RunData[]): Text[] {
  if (runs.length === 0) return [message("failures.none")];
  const rows = runs.flatMap((run) => classesOf(run, "root"));
  const count = (of: readonly ClassRow[]): number => of.reduce((sum, row) => sum + row.failure_count, 0);
  const unknown = count(rows.filter((row) => row.class === "unknown"));
  const share = message("failures.unknown_share", { count: unknown, total: formatCount(count(rows)) });
  return [message("failures.intro"), ...(unknown === 0 ? [] : [share])];
}

function classTable(runs: readonly RunData[], role: "root" | "symptom"): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.cni"),
      textColumn(role === "root" ? "column.root_cause" : "column.symptom"),
      numberColumn("column.failures"),
      numberColumn("column.pods_hit"),
      numberColumn("column.recovered"),
      numberColumn("column.lost"),
      numberColumn("column.time_lost"),
      numberColumn("column.first_at"),
      numberColumn("column.last_at"),
    ],
    rows: runs.flatMap((run) =>
      classesOf(run, role).map((row) => [
        runName(run),
        run.style.name,
        className(row.class),
        formatCount(row.failure_count),
        formatCount(row.pod_count),
        formatCount(row.recovered_pod_count),
        formatCount(row.lost_pod_count),
        row.time_lost_s === null ? "–" : formatSeconds(row.time_lost_s),
        orUnknown(row.first_s, formatSeconds),
        orUnknown(row.last_s, formatSeconds),
      ]),
    ),
  };
}

function incidentTables(runs: readonly RunData[]): TableView[] {
  const struck = runs.filter((run) => run.incidents.length > 0);
  if (struck.length === 0) return [];
  return [
    {
      columns: [
        textColumn("column.run"),
        textColumn("column.incident"),
        textColumn("column.component"),
        textColumn("column.place"),
        numberColumn("column.begin"),
        numberColumn("column.end"),
        numberColumn("column.failures"),
        textColumn("column.evidence"),
      ],
      rows: struck.flatMap((run) =>
        run.incidents.map((row): Text[] => [
          runName(run),
          className(row.class),
          plainText(row.component),
          row.node_name === null ? message("failures.whole_cluster") : plainText(row.node_name),
          orUnknown(row.started_s, formatSeconds),
          row.ended_s === null ? message("failures.open_end") : formatSeconds(row.ended_s),
          formatCount(row.failure_count),
          row.path === null ? "–" : inlineCode(`${row.path}:${row.line ?? "?"}`),
        ]),
      ),
    },
  ];
}

/** Each root class once, with its explanation, its remedy and a few real messages. */
function meanings(runs: readonly RunData[]): FailuresView["meanings"] {
  const ids = distinct(runs.flatMap((run) => classesOf(run, "root").map((row) => row.class)));
  return ids.map((id) => ({
    name: className(id),
    text: message("failures.meaning", {
      explanation: message(`failure_class.${id}.explanation`),
      remedy: message(`failure_class.${id}.remedy`),
    }),
    samples: samplesOf(id, runs),
  }));
}

function samplesOf(id: string, runs: readonly RunData[]): Text[] {
  const bySample = runs
    .map((run) => ({ run, samples: run.failureSamples.filter((row) => row.class === id) }))
    .filter(({ samples }) => samples.length > 0);
  const each = bySample.length > 1 ? 1 : 2;
  return bySample.slice(0, SAMPLE_RUNS).flatMap(({ run, samples }) =>
    samples.slice(0, each).map((row) =>
      message("failures.sample", {
        run: runName(run),
        pod: inlineCode(row.subject),
        text: inlineCode(shorten(row.message, MESSAGE_LIMIT)),
        place: inlineCode(`${row.path}:${row.line}`),
      }),
    ),
  );
}

/** Templates of all runs, the most frequent first; runs share a row of the same program and words. */
function unclassifiedTables(runs: readonly RunData[]): TableView[] {
  const rows = runs.flatMap((run) => run.unclassified);
  if (rows.length === 0) return [];
  const groups = [...groupRows(rows, (row) => JSON.stringify([row.component, row.template])).values()];
  const count = (group: typeof rows): number => group.reduce((sum, row) => sum + row.message_count, 0);
  groups.sort((a, b) => count(b) - count(a));
  return [
    {
      columns: [
        textColumn("column.component"),
        textColumn("column.template"),
        numberColumn("column.count"),
        numberColumn("column.share"),
        numberColumn("column.runs"),
        textColumn("column.evidence"),
      ],
      rows: groups.slice(0, UNCLASSIFIED_ROWS).flatMap((group): Text[][] => {
        const [first] = group;
        if (first === undefined) return [];
        return [
          [
            orUnknown(first.component, plainText),
            inlineCode(shorten(first.template, TEMPLATE_LIMIT)),
            formatCount(count(group)),
            formatRatio(Math.max(...group.map((row) => row.share_ratio))),
            formatCount(group.length),
            inlineCode(`${first.run_id}/${first.path}:${first.line}`),
          ],
        ];
      }),
    },
  ];
}
