import type { ResultRow } from "../../analysis/result.ts";
import { distinct, groupRows } from "../group_rows.ts";
import { inlineCode } from "../markdown_text.ts";
import { formatCount, formatMilliseconds, formatSeconds } from "../number_format.ts";
import type { ReportData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { checkWords, severityName } from "../vocabulary.ts";

type QualityRow = ResultRow<"data_quality">;

/** Unit of the value that goes with a check; the values of other checks are no single measure. */
const VALUE_FORMATS: Readonly<Record<string, (value: number) => string>> = {
  status_delay: formatSeconds,
  milestone_conflict: formatSeconds,
  clock_offset: formatMilliseconds,
  clock_contradiction: formatMilliseconds,
};

const SEVERITIES = ["error", "warning", "info"];

/** What is known to be missing, doubtful or repaired in the captures. */
export interface DataQualityView {
  readonly summary: Text;
  readonly tables: readonly TableView[];
  readonly checks: readonly { readonly title: Text; readonly text: Text }[];
}

/** One row per check: where it was first seen, and in how many runs. */
export function dataQualityView(data: ReportData): DataQualityView {
  const rows = data.runs.flatMap((run) => run.quality);
  const groups = [...groupRows(rows, (row) => JSON.stringify([row.severity, row.check_id])).values()];
  const rank = (group: readonly QualityRow[]): number => {
    const index = SEVERITIES.indexOf(group[0]?.severity ?? "");
    return index < 0 ? SEVERITIES.length : index;
  };
  groups.sort((a, b) => rank(a) - rank(b));
  return {
    summary:
      groups.length === 0 ? message("data_quality.none") : message("data_quality.some", { count: groups.length }),
    tables: groups.length === 0 ? [] : [table(groups, data.runs.length)],
    checks: distinct(groups.map((group) => group[0]?.check_id ?? "")).map(checkWords),
  };
}

function table(groups: readonly (readonly QualityRow[])[], runCount: number): TableView {
  return {
    columns: [
      textColumn("column.check"),
      textColumn("column.severity"),
      numberColumn("column.runs_affected"),
      numberColumn("column.count"),
      numberColumn("column.largest"),
      textColumn("column.subject"),
      textColumn("column.first_place"),
    ],
    rows: groups.flatMap((group) => (group[0] === undefined ? [] : [groupRow(group[0], group, runCount)])),
  };
}

function groupRow(first: QualityRow, group: readonly QualityRow[], runCount: number): Text[] {
  const runs = distinct(group.map((row) => row.run_id)).length;
  const placed = group.find((row) => row.first_path !== null);
  return [
    checkWords(first.check_id).title,
    severityName(first.severity),
    message("data_quality.of_runs", { runs: formatCount(runs), total: formatCount(runCount) }),
    formatCount(group.reduce((sum, row) => sum + row.count, 0)),
    largest(group),
    subjects(group),
    placed === undefined ? message("data_quality.no_place") : place(placed, runCount),
  ];
}

/** The value furthest from zero. */
function largest(group: readonly QualityRow[]): Text {
  const format = VALUE_FORMATS[group[0]?.check_id ?? ""];
  const values = group.flatMap((row) => (row.value === null ? [] : [row.value]));
  if (format === undefined || values.length === 0) return "–";
  return format(values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)));
}

function subjects(group: readonly QualityRow[]): Text {
  const names = distinct(group.flatMap((row) => (row.subject === null ? [] : [row.subject])));
  const [first, ...others] = names;
  if (first === undefined) return "–";
  if (others.length === 0) return inlineCode(first);
  return message("list.and_more", { list: inlineCode(first), count: others.length });
}

function place(row: QualityRow, runCount: number): Text {
  const where = orUnknown(row.first_path, (path) =>
    inlineCode(row.first_line === null ? path : `${path}:${row.first_line}`),
  );
  return runCount === 1 ? where : joined([inlineCode(row.run_id), where], "comma");
}
