import type { ResultRow } from "../../analysis/result.ts";
import { cite, countOf, difference, distinctCount, highest, known, lowest } from "../figures/cited.ts";
import { asCount, asMilliseconds, asOffset, asPlain, asSeconds } from "../figures/figure.ts";
import { compareNatural } from "../group_rows.ts";
import { runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, words, type TableView, type Text } from "../text.ts";

type NodeRow = ResultRow<"nodes">;

/** Up to this many runs each node has a row; with more, a row is a run. */
const DETAILED_RUNS = 2;

/** How the nodes differ, and how far their clocks do. */
export interface NodesView {
  readonly tables: readonly TableView[];
  readonly isOverview: boolean;
  readonly clockSentences: readonly Text[];
  readonly clockTables: readonly TableView[];
}

/** Nodes that had pods of the workload, and the clocks of all nodes. */
export function nodesView(data: ReportData): NodesView {
  const runs = startRuns(data).filter((run) => run.nodes.some((node) => node.pod_count > 0));
  const isOverview = runs.length > DETAILED_RUNS;
  const tables = runs.length === 0 ? [] : [isOverview ? overview(runs) : detail(runs)];
  return { tables, isOverview, ...clocks(data.runs) };
}

function detail(runs: readonly RunData[]): TableView {
  return {
    columns: [
      ...(runs.length > 1 ? [textColumn("column.run")] : []),
      textColumn("column.node"),
      numberColumn("column.pods"),
      numberColumn("column.ready"),
      numberColumn("column.failed_attempts"),
      numberColumn("column.latency_p50"),
    ],
    rows: runs.flatMap((run) =>
      run.nodes
        .filter((node) => node.pod_count > 0)
        .sort((a, b) => compareNatural(a.node_name, b.node_name))
        .map((node): Text[] => [
          ...(runs.length > 1 ? [runName(run)] : []),
          asPlain(cite(node, "node_name")),
          asCount(cite(node, "pod_count")),
          asCount(cite(node, "ready_count")),
          orUnknown(cite(node, "failed_attempt_count"), asCount),
          orUnknown(cite(node, "latency_p50_s"), asSeconds),
        ]),
    ),
  };
}

function overview(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      numberColumn("column.nodes_used"),
      numberColumn("column.pods_per_node"),
      numberColumn("column.fastest_node"),
      numberColumn("column.slowest_node"),
      numberColumn("column.most_failed_node"),
    ],
    rows: runs.map((run) => {
      const nodes = run.nodes.filter((node) => node.pod_count > 0);
      const timed = nodes
        .filter((node) => node.latency_p50_s !== null)
        .sort((a, b) => (a.latency_p50_s ?? 0) - (b.latency_p50_s ?? 0));
      const [fewest, most] = [lowest(nodes, "pod_count"), highest(nodes, "pod_count")];
      return [
        runName(run),
        asCount(countOf(nodes)),
        fewest.value === most.value ? asCount(fewest) : joined([asCount(fewest), words("–"), asCount(most)], "tight"),
        nodeTime(timed[0]),
        nodeTime(timed.at(-1)),
        mostFailed(nodes),
      ];
    }),
  };
}

function nodeTime(node: NodeRow | undefined): Text {
  if (node === undefined || node.latency_p50_s === null) return message("word.unknown");
  return message("analysis.node_value", {
    node: asPlain(cite(node, "node_name")),
    value: asSeconds(known(cite(node, "latency_p50_s"))),
  });
}

function mostFailed(nodes: readonly NodeRow[]): Text {
  if (nodes.every((node) => node.failed_attempt_count === null)) return message("word.unknown");
  const most = nodes.reduce((a, b) => ((b.failed_attempt_count ?? 0) > (a.failed_attempt_count ?? 0) ? b : a));
  const count = highest(nodes, "failed_attempt_count");
  if (count.value === 0) return asCount(count);
  return message("analysis.node_value", { node: asPlain(cite(most, "node_name")), value: asCount(count) });
}

function clocks(runs: readonly RunData[]): Pick<NodesView, "clockSentences" | "clockTables"> {
  const nodes = runs.flatMap((run) => run.nodes.map((node) => ({ run, node })));
  if (nodes.length === 0) return { clockSentences: [message("clock.no_node")], clockTables: [] };
  const bounded = nodes.filter(({ node }) => (width(node) ?? -1) >= 0);
  const contradictory = nodes.filter(({ node }) => (width(node) ?? 0) < 0);
  const away = nodes.filter(({ node }) => excludesZero(node) || node.clock_offset_applied || (width(node) ?? 0) < 0);
  const applied = away.filter(({ node }) => node.clock_offset_applied);
  const unbounded = nodes.filter(({ node }) => width(node) === null);
  const counted = (some: typeof nodes): Text => asCount(countOf(some.map(({ node }) => node)));
  const sentences: Text[] = [];
  if (bounded.length > 0) {
    const rows = bounded.map(({ node }) => node);
    const widest = rows.reduce((a, b) => ((width(b) ?? 0) > (width(a) ?? 0) ? b : a));
    const [latest, earliest] = [cite(widest, "clock_offset_latest_ms"), cite(widest, "clock_offset_earliest_ms")];
    sentences.push(
      message("clock.bounded", {
        count: asCount(distinctCount(rows, ["node_name"])),
        widest: asMilliseconds(difference(known(latest), known(earliest))),
      }),
    );
  }
  if (unbounded.length > 0) {
    sentences.push(message("clock.unbounded", { count: counted(unbounded), total: counted(nodes) }));
  }
  if (contradictory.length > 0) sentences.push(message("clock.contradictory", { count: counted(contradictory) }));
  const consistent = away.filter(({ node }) => (width(node) ?? 0) >= 0);
  if (away.length === 0) sentences.push(message("clock.agree"));
  else if (applied.length > 0) sentences.push(message("clock.applied", { count: counted(applied) }));
  else if (consistent.length > 0) sentences.push(message("clock.away", { count: counted(consistent) }));
  return { clockSentences: sentences, clockTables: away.length === 0 ? [] : [clockTable(away)] };
}

/** Width of the interval in milliseconds: negative when its ends contradict each other, null when it is open. */
function width(node: NodeRow): number | null {
  const { clock_offset_earliest_ms: earliest, clock_offset_latest_ms: latest } = node;
  return earliest === null || latest === null ? null : latest - earliest;
}

function excludesZero(node: NodeRow): boolean {
  return (node.clock_offset_earliest_ms ?? 0) > 0 || (node.clock_offset_latest_ms ?? 0) < 0;
}

function clockTable(nodes: readonly { readonly run: RunData; readonly node: NodeRow }[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.node"),
      numberColumn("column.clock_offset"),
      textColumn("column.clock_applied"),
    ],
    rows: nodes.map(({ run, node }) => [
      runName(run),
      asPlain(cite(node, "node_name")),
      asOffset(cite(node, "clock_offset_earliest_ms"), cite(node, "clock_offset_latest_ms")),
      message(node.clock_offset_applied ? "word.yes" : "word.no"),
    ]),
  };
}
