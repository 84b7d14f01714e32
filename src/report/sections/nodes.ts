import type { ResultRow } from "../../analysis/result.ts";
import { compareNatural, distinct } from "../group_rows.ts";
import { plainText } from "../markdown_text.ts";
import { formatCount, formatOffset, formatSeconds } from "../number_format.ts";
import { runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";

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
      numberColumn("column.latency", { quantile: "p50" }),
    ],
    rows: runs.flatMap((run) =>
      run.nodes
        .filter((node) => node.pod_count > 0)
        .sort((a, b) => compareNatural(a.node_name, b.node_name))
        .map((node): Text[] => [
          ...(runs.length > 1 ? [runName(run)] : []),
          plainText(node.node_name),
          formatCount(node.pod_count),
          formatCount(node.ready_count),
          orUnknown(node.failed_attempt_count, formatCount),
          orUnknown(node.latency_p50_s, formatSeconds),
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
      const counts = nodes.map((node) => node.pod_count);
      const [min, max] = [Math.min(...counts), Math.max(...counts)];
      return [
        runName(run),
        formatCount(nodes.length),
        min === max ? formatCount(min) : `${min}–${max}`,
        nodeTime(timed[0]),
        nodeTime(timed.at(-1)),
        mostFailed(nodes),
      ];
    }),
  };
}

function nodeTime(node: NodeRow | undefined): Text {
  if (node === undefined || node.latency_p50_s === null) return message("word.unknown");
  return message("analysis.node_value", { node: plainText(node.node_name), value: formatSeconds(node.latency_p50_s) });
}

function mostFailed(nodes: readonly NodeRow[]): Text {
  if (nodes.every((node) => node.failed_attempt_count === null)) return message("word.unknown");
  const most = nodes.reduce((a, b) => ((b.failed_attempt_count ?? 0) > (a.failed_attempt_count ?? 0) ? b : a));
  if ((most.failed_attempt_count ?? 0) === 0) return "0";
  return message("analysis.node_value", {
    node: plainText(most.node_name),
    value: formatCount(most.failed_attempt_count ?? 0),
  });
}

function clocks(runs: readonly RunData[]): Pick<NodesView, "clockSentences" | "clockTables"> {
  const nodes = runs.flatMap((run) => run.nodes.map((node) => ({ run, node })));
  if (nodes.length === 0) return { clockSentences: [message("clock.no_node")], clockTables: [] };
  const bounded = nodes.filter(({ node }) => (width(node) ?? -1) >= 0);
  const contradictory = nodes.filter(({ node }) => (width(node) ?? 0) < 0);
  const away = nodes.filter(({ node }) => excludesZero(node) || node.clock_offset_applied || (width(node) ?? 0) < 0);
  const applied = away.filter(({ node }) => node.clock_offset_applied);
  const unbounded = nodes.length - bounded.length - contradictory.length;
  const sentences: Text[] = [];
  if (bounded.length > 0) {
    const widest = formatSeconds(Math.max(...bounded.map(({ node }) => width(node) ?? 0)) / 1000);
    sentences.push(
      message("clock.bounded", { count: distinct(bounded.map(({ node }) => node.node_name)).length, widest }),
    );
  }
  if (unbounded > 0) sentences.push(message("clock.unbounded", { count: unbounded, total: formatCount(nodes.length) }));
  if (contradictory.length > 0) sentences.push(message("clock.contradictory", { count: contradictory.length }));
  if (away.length === 0) sentences.push(message("clock.agree"));
  else if (applied.length > 0) sentences.push(message("clock.applied", { count: applied.length }));
  else if (away.length > contradictory.length) {
    sentences.push(message("clock.away", { count: away.length - contradictory.length }));
  }
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
      joined([plainText(node.node_name)], "space"),
      formatOffset(node.clock_offset_earliest_ms, node.clock_offset_latest_ms),
      message(node.clock_offset_applied ? "word.yes" : "word.no"),
    ]),
  };
}
