import { inlineCode, shorten } from "../markdown_text.ts";
import { groupRows } from "../group_rows.ts";
import { formatCount, formatRatio, formatSeconds } from "../number_format.ts";
import { runList, runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { phaseName, POD_PHASES } from "../vocabulary.ts";
import { nodesView, type NodesView } from "./nodes.ts";

const MESSAGE_LIMIT = 240;
const PHASES_NAMED = 3;

/** Where the time went, what failed first, and how the nodes differ. */
export interface AnalysisView {
  readonly phaseSentences: readonly Text[];
  readonly phaseTables: readonly TableView[];
  readonly phaseWords: readonly { readonly name: Text; readonly text: Text }[];
  readonly hasPhases: boolean;
  readonly retrySentences: readonly Text[];
  readonly failures: readonly TableView[];
  readonly nodes: NodesView;
}

/** The analysis of all runs. */
export function analysisView(data: ReportData): AnalysisView {
  const runs = runsWithPhases(data);
  const found = new Set(runs.flatMap((run) => run.phases.map((row) => row.phase)));
  // An unknown phase must not silently vanish from the explanation.
  for (const phase of found) phaseName(phase);
  const failures = failureTable(data.runs);
  return {
    phaseSentences: [...groupRows(runs, (run) => run.row.cni ?? "").values()].flatMap(largestPhase),
    phaseTables: runs.length > 1 ? [phaseTable(runs)] : runs.flatMap((run) => [phaseDetail(run)]),
    phaseWords: POD_PHASES.filter((phase) => found.has(phase)).map((phase) => ({
      name: message(`phase.${phase}`),
      text: message(`phase.${phase}.text`),
    })),
    hasPhases: runs.length > 0,
    retrySentences: retrySentences(startRuns(data)),
    failures: failures.rows.length === 0 ? [] : [failures],
    nodes: nodesView(data),
  };
}

/** Runs whose pods' time is divided into phases, each with a time of more than nothing. */
export function runsWithPhases(data: ReportData): RunData[] {
  return data.runs.filter((run) => run.phases.some((row) => row.total_s > 0));
}

/** Phases of a run, the largest first. */
function byShare(run: RunData): RunData["phases"][number][] {
  return run.phases.filter((row) => row.total_s > 0).sort((a, b) => b.total_s - a.total_s);
}

function share(run: RunData, row: RunData["phases"][number]): number {
  return row.share_ratio ?? row.total_s / run.phases.reduce((sum, phase) => sum + phase.total_s, 0);
}

/** Names the largest phase of one CNI's runs: of its only run, of all of them, or that it differs. */
function largestPhase(runs: readonly RunData[]): Text[] {
  const tops = runs.flatMap((run) => {
    const [first, second] = byShare(run);
    return first === undefined ? [] : [{ run, first, second }];
  });
  const [top] = tops;
  if (top === undefined) return [];
  const cni = top.run.style.name;
  if (tops.length === 1) return [onlyRun(cni, top.run, top.first, top.second)];
  const groups = [...groupRows(tops, ({ first }) => first.phase).values()].sort((a, b) => b.length - a.length);
  return groups.flatMap((group): Text[] => {
    const [leader] = group;
    if (leader === undefined) return [];
    const shares = group.map(({ run, first }) => share(run, first));
    const range = [Math.min(...shares), Math.max(...shares)].map(formatRatio);
    const params = { cni, phase: phaseName(leader.first.phase), low: range[0] ?? "", high: range[1] ?? "" };
    if (group.length === tops.length) return [message("analysis.largest.all", { ...params, count: tops.length })];
    if (group.length === 1) {
      const { cni: name, phase, low } = params;
      return [message("analysis.largest.one_of", { cni: name, phase, share: low, run: runName(leader.run) })];
    }
    return [
      message("analysis.largest.some", {
        ...params,
        count: group.length,
        total: tops.length,
        runs: runList(group.map(({ run }) => run)),
      }),
    ];
  });
}

type PhaseRow = RunData["phases"][number];

function onlyRun(cni: Text, run: RunData, first: PhaseRow, second: PhaseRow | undefined): Text {
  const params = {
    cni,
    run: runName(run),
    phase: phaseName(first.phase),
    share: formatRatio(share(run, first)),
    mean: formatSeconds(first.total_s / run.row.pod_count),
  };
  if (second === undefined) return message("analysis.largest.only", params);
  return message("analysis.largest.run", {
    ...params,
    second: phaseName(second.phase),
    secondShare: formatRatio(share(run, second)),
  });
}

/** The largest phases of each run. */
function phaseTable(runs: readonly RunData[]): TableView {
  const ranks = Array.from({ length: PHASES_NAMED }, (_, index) =>
    numberColumn("column.phase_rank", { rank: formatCount(index + 1) }),
  );
  return {
    columns: [
      textColumn("column.run"),
      numberColumn("column.pod_time_mean"),
      ...ranks.map((column) => ({ ...column, rule: "---" as const })),
    ],
    rows: runs.map((run) => {
      const rows = byShare(run);
      const total = rows.reduce((sum, row) => sum + row.total_s, 0);
      const cells = Array.from({ length: PHASES_NAMED }, (_, index): Text => {
        const row = rows[index];
        if (row === undefined) return "–";
        return message("analysis.phase_share", { phase: phaseName(row.phase), share: formatRatio(share(run, row)) });
      });
      return [runName(run), formatSeconds(total / run.row.pod_count), ...cells];
    }),
  };
}

/** Every phase of the only run, in the order in which a pod passes them. */
function phaseDetail(run: RunData): TableView {
  return {
    columns: [
      textColumn("column.pod_phase"),
      numberColumn("column.pods"),
      numberColumn("column.share"),
      numberColumn("column.total"),
      numberColumn("column.mean"),
      numberColumn("column.p50"),
      numberColumn("column.max"),
    ],
    rows: run.phases
      .filter((row) => row.total_s > 0)
      .map((row) => [
        phaseName(row.phase),
        formatCount(row.pod_count),
        formatRatio(share(run, row)),
        formatSeconds(row.total_s),
        orUnknown(row.mean_s, formatSeconds),
        orUnknown(row.p50_s, formatSeconds),
        orUnknown(row.max_s, formatSeconds),
      ]),
  };
}

function retrySentences(runs: readonly RunData[]): Text[] {
  const known = runs.filter((run) => run.row.attempt_count !== null && run.row.failed_attempt_count !== null);
  const unknown = runs.filter((run) => !known.includes(run));
  const failed = known.filter((run) => (run.row.failed_attempt_count ?? 0) > 0);
  const clean = known.filter((run) => run.row.failed_attempt_count === 0 && (run.row.attempt_count ?? 0) > 0);
  const sentences: Text[] = [];
  if (failed.length > 0) {
    const sum = (value: (run: RunData) => number | null): number =>
      failed.reduce((total, run) => total + (value(run) ?? 0), 0);
    const failedCount = sum((run) => run.row.failed_attempt_count);
    const attempts = sum((run) => run.row.attempt_count);
    sentences.push(
      message("analysis.retries", {
        failed: failedCount,
        attempts,
        share: formatRatio(attempts === 0 ? 0 : failedCount / attempts),
        runs: failed.length,
      }),
    );
  }
  if (clean.length > 0)
    sentences.push(message("analysis.no_retries", { count: clean.length, runs: runList(clean, 12) }));
  if (unknown.length > 0)
    sentences.push(message("analysis.retries_unknown", { count: unknown.length, runs: runList(unknown, 12) }));
  return sentences;
}

/** The first failure of each run that had one. It is what came first, which need not be the cause. */
function failureTable(runs: readonly RunData[]): TableView {
  const failed = runs.filter(({ row }) => row.first_failure_message !== null || (row.failed_attempt_count ?? 0) > 0);
  return {
    columns: [
      textColumn("column.run"),
      numberColumn("column.attempts"),
      numberColumn("column.failed_attempts"),
      numberColumn("column.first_failure"),
      textColumn("column.pod"),
      textColumn("column.message"),
    ],
    rows: failed.map((run) => [
      runName(run),
      orUnknown(run.row.attempt_count, formatCount),
      orUnknown(run.row.failed_attempt_count, formatCount),
      orUnknown(run.row.first_failure_s, formatSeconds),
      orUnknown(run.row.first_failure_pod, inlineCode),
      orUnknown(run.row.first_failure_message, (text) => inlineCode(shorten(text, MESSAGE_LIMIT))),
    ]),
  };
}
