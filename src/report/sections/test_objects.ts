import { cite } from "../figures/cited.ts";
import { asPlain } from "../figures/figure.ts";
import { groupRows } from "../group_rows.ts";
import { runName, type ReportData, type RunData, type TestObject } from "../report_data.ts";
import { conditionName } from "../vocabulary.ts";
import { joined, message, orUnknown, textColumn, words, type TableView, type Text } from "../text.ts";

/** Which CNIs were tested, in which version and mode, and by which runs. */
export function testObjectsView(data: ReportData): { readonly table: TableView } {
  const columns = ["letter", "cni", "version", "mode", "ip_families", "tested_runs"].map((name) =>
    textColumn(`column.${name}`),
  );
  return { table: { columns, rows: data.testObjects.map(objectRow) } };
}

function objectRow({ letter, style, row, runs }: TestObject): Text[] {
  const families = [...groupRows(runs, (run) => run.row.ip_families ?? "").values()];
  return [
    words(letter),
    style.name,
    orUnknown(cite(row, "cni_version"), asPlain),
    orUnknown(cite(row, "cni_mode"), asPlain),
    joined(
      families.flatMap(([first]) => (first === undefined ? [] : [orUnknown(cite(first.row, "ip_families"), asPlain)])),
      "break",
    ),
    runsByCondition(runs),
  ];
}

/** The runs of one object, grouped by scenario and phase. */
function runsByCondition(runs: readonly RunData[]): Text {
  const groups = groupRows(runs, ({ row }) => JSON.stringify([row.scenario, row.phase]));
  return joined(
    [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      return [
        message("test_objects.runs", {
          condition: conditionName(first.row),
          runs: joined(group.map(runName), "comma"),
        }),
      ];
    }),
    "break",
  );
}
