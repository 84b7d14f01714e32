import { cniWithVersion, runName, type ReportData } from "../report_data.ts";
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
      cni: cniWithVersion(first.style.name, first.row.cni_version),
      pods: first.row.pod_count,
    });
  }
  const names = [...new Map(testObjects.map(({ cni, style }) => [cni, style.name])).values()];
  return message("background.many_runs", {
    runs: runs.length,
    cnis: names.length,
    list: joined(names, "and"),
    pods: runs.reduce((sum, run) => sum + run.row.pod_count, 0),
  });
}
