import type { ResultRow } from "../../analysis/result.ts";
import { compareNatural, distinct, groupRows } from "../group_rows.ts";
import { plainText } from "../markdown_text.ts";
import { formatCount, formatGibibytes } from "../number_format.ts";
import { runList, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";

type NodeRow = ResultRow<"nodes">;

/** Where the runs took place: origin of the data, versions, nodes. */
export interface EnvironmentView {
  readonly origin: readonly Text[];
  readonly versions: TableView;
  readonly nodes: TableView;
  readonly hasNodes: boolean;
}

/** Versions, operating system and nodes as the captures show them; what no capture shows is called unknown. */
export function environmentView(data: ReportData): EnvironmentView {
  const nodes = nodeTable(data.runs);
  return {
    origin: originSentences(data.runs),
    versions: versionTable(data.runs),
    nodes,
    hasNodes: nodes.rows.length > 0,
  };
}

function originSentences(runs: readonly RunData[]): Text[] {
  const groups = groupRows(runs, (run) => run.row.origin ?? "");
  return [...groups].map(([origin, group]) => {
    const params = { count: group.length, runs: runList(group) };
    if (origin === "recorded" || origin === "simulated") return message(`environment.origin.${origin}`, params);
    if (origin === "") return message("environment.origin.unknown", params);
    return message("environment.origin.other", { ...params, origin: plainText(origin) });
  });
}

function versionTable(runs: readonly RunData[]): TableView {
  const facts = [
    ["environment.kubernetes", "kubernetes_version"],
    ["environment.container_runtime", "container_runtime_version"],
    ["environment.os_image", "os_image"],
    ["environment.kernel", "kernel_version"],
  ] as const;
  const rows = facts.map(([key, column]): Text[] => [message(key), perRunValue(runs, (run) => run.row[column])]);
  const nodes = perRunValue(runs, ({ row }) => (row.node_count === null ? null : formatCount(row.node_count)));
  return {
    columns: [textColumn("column.property"), textColumn("column.value")],
    rows: [...rows, [message("environment.node_count"), nodes]],
  };
}

/** One value when all runs agree, otherwise each value with its runs. */
function perRunValue(runs: readonly RunData[], value: (run: RunData) => string | null): Text {
  const groups = [...groupRows(runs, (run) => value(run) ?? "")];
  const word = (found: string): Text => orUnknown(found === "" ? null : found, plainText);
  const [first, ...others] = groups;
  if (first === undefined) return message("word.unknown");
  if (others.length === 0) return word(first[0]);
  return joined(
    groups.map(([found, group]) => message("environment.value_in_runs", { value: word(found), count: group.length })),
    "break",
  );
}

/** One row per kind of node: equal nodes of all runs stand together, each name once. */
function nodeTable(runs: readonly RunData[]): TableView {
  const rows = runs.flatMap((run) => run.nodes);
  const kinds = groupRows(rows, (node) =>
    JSON.stringify([
      node.roles,
      node.cpu_count,
      node.memory_gib?.toFixed(1),
      node.architecture,
      node.kubelet_version,
      node.container_runtime_version,
    ]),
  );
  const groups = [...kinds.values()].map((group) => ({
    group,
    names: distinct(group.map((node) => node.node_name)).sort(compareNatural),
  }));
  groups.sort((a, b) => compareNatural(a.names[0] ?? "", b.names[0] ?? ""));
  return {
    columns: [
      textColumn("column.role"),
      numberColumn("column.nodes"),
      textColumn("column.names"),
      numberColumn("column.cpus"),
      numberColumn("column.memory"),
      textColumn("column.architecture"),
      textColumn("column.kubelet"),
      textColumn("column.container_runtime"),
      numberColumn("column.runs"),
    ],
    rows: groups.flatMap(({ group, names }) => (group[0] === undefined ? [] : [nodeKind(group[0], group, names)])),
  };
}

function nodeKind(node: NodeRow, group: readonly NodeRow[], names: readonly string[]): Text[] {
  return [
    orUnknown(node.roles, plainText),
    formatCount(names.length),
    nameRange(names),
    orUnknown(node.cpu_count, formatCount),
    orUnknown(node.memory_gib, formatGibibytes),
    orUnknown(node.architecture, plainText),
    orUnknown(node.kubelet_version, plainText),
    orUnknown(node.container_runtime_version, plainText),
    formatCount(distinct(group.map((row) => row.run_id)).length),
  ];
}

/** Names with a run of consecutive numbers drawn together: `master1, worker4–worker10`. */
function nameRange(names: readonly string[]): Text {
  const ranges: { first: string; last: string; prefix: string; number: number; size: number }[] = [];
  for (const name of names) {
    const [, prefix = name, digits = ""] = /^(.*?)([1-9]\d{0,8}|0)$/.exec(name) ?? [];
    const open = ranges.at(-1);
    if (open !== undefined && digits !== "" && open.prefix === prefix && open.number + 1 === Number(digits)) {
      Object.assign(open, { last: name, number: Number(digits), size: open.size + 1 });
    } else ranges.push({ first: name, last: name, prefix, number: digits === "" ? NaN : Number(digits), size: 1 });
  }
  const parts = ranges.map(({ first, last, size }) =>
    [...new Set([first, last])].map(plainText).join(size > 2 ? "–" : ", "),
  );
  return joined(parts, "comma");
}
