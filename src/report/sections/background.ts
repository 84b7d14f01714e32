import { cite, distinctCount, total } from "../figures/cited.ts";
import { asCount } from "../figures/figure.ts";
import { cniWithVersion, runCount, runName, type ReportData } from "../report_data.ts";
import { joined, message, type Text } from "../text.ts";

/** Why the test exists, and what this page covers. */
export function backgroundView(data: ReportData): { readonly coverage: Text } {
  return { coverage: coverage(data) };
}

function coverage({ runs, testObjects }: ReportData): Text {
  const [first] = runs;
  if (first === undefined) return message("background.no_run");
  if (runs.length === 1) {
    return message("background.one_run", {
      run: runName(first),
      cni: cniWithVersion(first),
      pods: asCount(cite(first.row, "pod_count")),
    });
  }
  const names = [...new Map(testObjects.map(({ cni, style }) => [cni, style.name])).values()];
  const rows = runs.map(({ row }) => row);
  return message("background.many_runs", {
    runs: runCount(runs),
    cnis: asCount(distinctCount(rows, ["cni"])),
    list: joined(names, "and"),
    pods: asCount(total(rows, "pod_count")),
  });
}
