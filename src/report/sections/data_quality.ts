import type { ResultRow } from "../../analysis/result.ts";
import { groupRows } from "../group_rows.ts";
import { cite, distinctCount, known, total, type Cited } from "../figures/cited.ts";
import { asCode, asCount, asMilliseconds, asPlace, asSeconds, type Figure } from "../figures/figure.ts";
import { runCount, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, words, type TableView, type Text } from "../text.ts";
import { checkWords, severityName } from "../vocabulary.ts";

type QualityRow = ResultRow<"data_quality">;

/** Unit of the value that goes with a check; the values of other checks are no single measure. */
const VALUE_FORMATS: Readonly<Record<string, (value: Cited<number>) => Figure>> = {
  status_delay: asSeconds,
  milestone_conflict: asSeconds,
  clock_offset: asMilliseconds,
  clock_contradiction: asMilliseconds,
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
      groups.length === 0
        ? message("data_quality.none")
        : message("data_quality.some", { count: asCount(distinctCount(rows, ["severity", "check_id"])) }),
    tables: groups.length === 0 ? [] : [table(groups, data.runs)],
    checks: [...groupRows(groups.flat(), (row) => row.check_id).values()].flatMap(([first]) =>
      first === undefined ? [] : [checkWords(cite(first, "check_id"))],
    ),
  };
}

function table(groups: readonly (readonly QualityRow[])[], runs: readonly RunData[]): TableView {
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
    rows: groups.flatMap((group) => (group[0] === undefined ? [] : [groupRow(group[0], group, runs)])),
  };
}

function groupRow(first: QualityRow, group: readonly QualityRow[], runs: readonly RunData[]): Text[] {
  const affected = asCount(distinctCount(group, ["run_id"]));
  const placed = group.find((row) => row.first_path !== null);
  return [
    checkWords(cite(first, "check_id")).title,
    severityName(cite(first, "severity")),
    message("data_quality.of_runs", { runs: affected, total: runCount(runs) }),
    asCount(total(group, "count")),
    largest(group),
    subjects(group),
    placed === undefined ? message("data_quality.no_place") : place(placed, runs.length > 1),
  ];
}

/** The value furthest from zero. */
function largest(group: readonly QualityRow[]): Text {
  const format = VALUE_FORMATS[group[0]?.check_id ?? ""];
  const sizes = group.filter((row) => row.value !== null);
  if (format === undefined || sizes.length === 0) return words("–");
  const size = (row: QualityRow): number => Math.abs(row.value ?? 0);
  return format(
    known(
      cite(
        sizes.reduce((a, b) => (size(b) > size(a) ? b : a)),
        "value",
      ),
    ),
  );
}

function subjects(group: readonly QualityRow[]): Text {
  const named = group.filter((row) => row.subject !== null);
  const [first] = named;
  if (first === undefined) return words("–");
  const list = asCode(known(cite(first, "subject")));
  const others = named.filter((row) => row.subject !== first.subject);
  if (others.length === 0) return list;
  return message("list.and_more", { list, count: asCount(distinctCount(others, ["subject"])) });
}

function place(row: QualityRow, hasRuns: boolean): Text {
  const where = orUnknown(cite(row, "first_path"), (path) => asPlace(path, cite(row, "first_line")));
  return hasRuns ? joined([asCode(cite(row, "run_id")), where], "comma") : where;
}
