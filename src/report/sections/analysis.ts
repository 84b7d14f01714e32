import { cite, highest, known, lowest, ratio, total, type Cited } from "../figures/cited.ts";
import { asCode, asCount, asMessage, asPercent, asSeconds } from "../figures/figure.ts";
import { groupRows } from "../group_rows.ts";
import { runCount, runList, runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { message, numberColumn, orUnknown, textColumn, words, type TableView, type Text } from "../text.ts";
import { phaseName, POD_PHASES } from "../vocabulary.ts";
import { nodesView, type NodesView } from "./nodes.ts";

/** Phases named per run, the largest first; each has a column title of its own. */
const PHASE_RANKS = ["first", "second", "third"];

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

function share(row: RunData["phases"][number]): Cited<number> {
  return known(cite(row, "share_ratio"));
}

/** Time of a pod on average, all phases together. */
export function podTimeMean(run: RunData): Cited<number> {
  return ratio(total(run.phases, "total_s"), cite(run.row, "pod_count"));
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
    const phase = phaseName(leader.first.phase);
    if (group.length === 1 && tops.length > 1) {
      const params = { cni, phase, share: asPercent(share(leader.first)), run: runName(leader.run) };
      return [message("analysis.largest.one_of", params)];
    }
    const rows = group.map(({ first }) => first);
    const [low, high] = [asPercent(lowest(rows, "share_ratio")), asPercent(highest(rows, "share_ratio"))];
    const alike = group.map(({ run }) => run);
    const params = { cni, phase, low, high, count: runCount(alike) };
    if (group.length === tops.length) return [message("analysis.largest.all", params)];
    const all = runCount(tops.map(({ run }) => run));
    return [message("analysis.largest.some", { ...params, total: all, runs: runList(alike) })];
  });
}

type PhaseRow = RunData["phases"][number];

function onlyRun(cni: Text, run: RunData, first: PhaseRow, second: PhaseRow | undefined): Text {
  const params = {
    cni,
    run: runName(run),
    phase: phaseName(first.phase),
    share: asPercent(share(first)),
    mean: asSeconds(ratio(cite(first, "total_s"), cite(run.row, "pod_count"))),
  };
  if (second === undefined) return message("analysis.largest.only", params);
  return message("analysis.largest.run", {
    ...params,
    second: phaseName(second.phase),
    secondShare: asPercent(share(second)),
  });
}

/** The largest phases of each run. */
function phaseTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      numberColumn("column.pod_time_mean"),
      ...PHASE_RANKS.map((rank) => textColumn(`column.phase_rank.${rank}`)),
    ],
    rows: runs.map((run) => {
      const rows = byShare(run);
      const cells = PHASE_RANKS.map((_, index): Text => {
        const row = rows[index];
        if (row === undefined) return words("–");
        return message("analysis.phase_share", { phase: phaseName(row.phase), share: asPercent(share(row)) });
      });
      return [runName(run), asSeconds(podTimeMean(run)), ...cells];
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
        asCount(cite(row, "pod_count")),
        asPercent(share(row)),
        asSeconds(cite(row, "total_s")),
        orUnknown(cite(row, "mean_s"), asSeconds),
        orUnknown(cite(row, "p50_s"), asSeconds),
        orUnknown(cite(row, "max_s"), asSeconds),
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
    const rows = failed.map(({ row }) => row);
    const [failures, attempts] = [total(rows, "failed_attempt_count"), total(rows, "attempt_count")];
    sentences.push(
      message("analysis.retries", {
        failed: asCount(failures),
        attempts: asCount(attempts),
        share: asPercent(ratio(failures, attempts)),
        runs: runCount(failed),
      }),
    );
  }
  if (clean.length > 0)
    sentences.push(message("analysis.no_retries", { count: runCount(clean), runs: runList(clean, 12) }));
  if (unknown.length > 0)
    sentences.push(message("analysis.retries_unknown", { count: runCount(unknown), runs: runList(unknown, 12) }));
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
      orUnknown(cite(run.row, "attempt_count"), asCount),
      orUnknown(cite(run.row, "failed_attempt_count"), asCount),
      orUnknown(cite(run.row, "first_failure_s"), asSeconds),
      orUnknown(cite(run.row, "first_failure_pod"), asCode),
      orUnknown(cite(run.row, "first_failure_message"), asMessage),
    ]),
  };
}
