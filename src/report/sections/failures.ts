import type { ResultRow } from "../../analysis/result.ts";
import { cite, countOf, highest, total } from "../figures/cited.ts";
import {
  asCode,
  asCount,
  asMessage,
  asPercent,
  asPlace,
  asPlain,
  asRunPlace,
  asSeconds,
  asTemplate,
} from "../figures/figure.ts";
import { distinct, groupRows } from "../group_rows.ts";
import { runName, type ReportData, type RunData } from "../report_data.ts";
import { message, numberColumn, orElse, orUnknown, textColumn, words, type TableView, type Text } from "../text.ts";
import { chainViews, type ChainView } from "./failure_chains.ts";

type ClassRow = ResultRow<"failure_classes">;

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
  const unknown = total(rows, "failure_count", { class: "unknown" });
  const params = { count: asCount(unknown), total: asCount(total(rows, "failure_count")) };
  return [message("failures.intro"), ...(unknown.value === 0 ? [] : [message("failures.unknown_share", params)])];
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
        asCount(cite(row, "failure_count")),
        asCount(cite(row, "pod_count")),
        asCount(cite(row, "recovered_pod_count")),
        asCount(cite(row, "lost_pod_count")),
        orElse(cite(row, "time_lost_s"), asSeconds, words("–")),
        orUnknown(cite(row, "first_s"), asSeconds),
        orUnknown(cite(row, "last_s"), asSeconds),
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
          asPlain(cite(row, "component")),
          orElse(cite(row, "node_name"), asPlain, message("failures.whole_cluster")),
          orUnknown(cite(row, "started_s"), asSeconds),
          orElse(cite(row, "ended_s"), asSeconds, message("failures.open_end")),
          asCount(cite(row, "failure_count")),
          orElse(cite(row, "path"), (path) => asPlace(path, cite(row, "line")), words("–")),
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
        pod: asCode(cite(row, "subject")),
        text: asMessage(cite(row, "message")),
        place: asPlace(cite(row, "path"), cite(row, "line")),
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
            orUnknown(cite(first, "component"), asPlain),
            asTemplate(cite(first, "template")),
            asCount(total(group, "message_count")),
            asPercent(highest(group, "share_ratio")),
            asCount(countOf(group)),
            asRunPlace(cite(first, "run_id"), cite(first, "path"), cite(first, "line")),
          ],
        ];
      }),
    },
  ];
}
