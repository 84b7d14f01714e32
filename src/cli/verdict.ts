import type { AnalysisResult, ResultRow } from "../analysis/result.ts";

type Run = ResultRow<"runs">;
type Stall = ResultRow<"stalls">;

/** The verdict of each run in a few lines: what it was, how far it came and how fast, the top root cause, the first failure. */
export function verdictText(result: AnalysisResult): string {
  return result.tables.runs.map((run) => `${runLines(run, result).join("\n")}\n`).join("\n");
}

function runLines(run: Run, result: AnalysisResult): string[] {
  const stalls = result.tables.stalls.filter((row) => row.run_id === run.run_id && row.measure === "pods");
  const lines = [`${run.run_id}: ${title(run)}`, `  ${outcome(run, stalls)}`, ...stallLines(stalls)];
  if (isReadyUntold(run, result))
    lines.push("  nothing in the capture tells when pods were Ready: they count from when they run");
  if (run.ready_count > 0 && run.phase !== "delete") lines.push(`  ${speed(run)}`);
  if (run.top_cause_class !== null) lines.push(`  ${topCause(run, result)}`);
  if (run.first_failure_s !== null) {
    lines.push(
      `  ${number(run.failed_attempt_count)} of ${number(run.attempt_count)} sandbox attempts failed; the first after ${seconds(run.first_failure_s)} (${run.first_failure_pod ?? "pod unknown"}):`,
    );
    lines.push(`    ${run.first_failure_message ?? "no message"}`);
  }
  return lines;
}

function isReadyUntold({ run_id }: Run, result: AnalysisResult): boolean {
  return result.tables.data_quality.some((row) => row.run_id === run_id && row.check_id === "ready_not_told");
}

/** The root class behind most failures, with what it did to the pods. */
function topCause(run: Run, result: AnalysisResult): string {
  const name = run.top_cause_class === "unknown" ? "unknown (see the report)" : (run.top_cause_class ?? "unknown");
  const row = result.tables.failure_classes.find(
    (each) => each.run_id === run.run_id && each.role === "root" && each.class === run.top_cause_class,
  );
  const pods = row
    ? `, ${number(row.pod_count)} pods hit, ${number(row.recovered_pod_count)} recovered, ${number(row.lost_pod_count)} lost`
    : "";
  return `top root cause: ${name}, behind ${number(run.top_cause_count)} failures${pods}`;
}

function title(run: Run): string {
  const cni = [run.cni ?? "CNI unknown", run.cni_version].filter((part) => part !== null).join(" ");
  return [cni, run.scenario ?? "scenario unknown", run.phase, run.origin === "simulated" ? "simulated" : null]
    .filter((part) => part !== null)
    .join(", ");
}

/** Stalls that ended: how many, and the longest with what was behind it. */
function stallLines(stalls: readonly Stall[]): string[] {
  const ended = stalls.filter((row) => row.ended_s !== null);
  const [longest] = [...ended].sort((a, b) => b.duration_s - a.duration_s);
  if (longest === undefined) return [];
  const behind = longest.incident_class ?? longest.cause_class;
  const reason = behind === null ? "" : ` (${behind})`;
  const length = `${seconds(longest.duration_s)} from ${seconds(longest.started_s)}`;
  return [`  stood still ${ended.length === 1 ? "once" : `${ended.length} times`}, at longest ${length}${reason}`];
}

function outcome(run: Run, stalls: readonly Stall[]): string {
  const total = run.pod_count;
  switch (run.outcome) {
    case "empty":
      return "no measured pod found";
    case "deleted":
      return `${total} of ${total} pods deleted after ${seconds(run.time_to_all_s)}${interval(run)}`;
    case "not_deleted":
      return `${run.deleted_count} of ${total} pods deleted; the last after ${seconds(run.last_progress_s)}, observed for ${seconds(run.observed_s)}`;
    case "complete":
      return `${run.ready_count} of ${total} pods Ready after ${seconds(run.time_to_all_s)}${interval(run)}`;
    default:
      return run.last_progress_s === null
        ? `0 of ${total} pods Ready, observed for ${seconds(run.observed_s)}`
        : `${run.ready_count} of ${total} pods Ready; ${stalls.some((row) => row.ended_s === null) ? "stalled at" : "the last after"} ${seconds(run.last_progress_s)}, observed for ${seconds(run.observed_s)}`;
  }
}

function interval(run: Run): string {
  if (run.time_to_all_earliest_s === null || run.time_to_all_latest_s === null) return "";
  return ` (between ${seconds(run.time_to_all_earliest_s)} and ${seconds(run.time_to_all_latest_s)})`;
}

function speed(run: Run): string {
  const p99 = run.pod_count < 100 ? "p99 needs 100 pods" : `p99 ${seconds(run.latency_p99_s)}`;
  const isLong = (run.last_progress_s ?? 0) > run.peak_window_s;
  const peak = isLong ? `, at most ${number(run.peak_pods_ready_per_s)} over ${run.peak_window_s} s` : "";
  return `${number(run.pods_ready_per_s)} pods/s${peak}; created to Ready p50 ${seconds(run.latency_p50_s)}, ${p99}`;
}

function seconds(value: number | null): string {
  return value === null ? "unknown" : `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

function number(value: number | null): string {
  if (value === null) return "unknown";
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
