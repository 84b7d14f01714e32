import type { ResultRow } from "../../analysis/result.ts";
import { compareNatural, groupRows } from "../group_rows.ts";
import { cite, distinctCount } from "../figures/cited.ts";
import { asCount, asGibibytes, asPlain } from "../figures/figure.ts";
import { runCount, runList, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, words, type TableView, type Text } from "../text.ts";

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
  return [...groups].flatMap(([origin, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const params = { count: runCount(group), runs: runList(group) };
    if (origin === "recorded" || origin === "simulated") return message(`environment.origin.${origin}`, params);
    if (origin === "") return message("environment.origin.unknown", params);
    return message("environment.origin.other", { ...params, origin: orUnknown(cite(first.row, "origin"), asPlain) });
  });
}

function versionTable(runs: readonly RunData[]): TableView {
  const facts = [
    ["environment.kubernetes", "kubernetes_version"],
    ["environment.container_runtime", "container_runtime_version"],
    ["environment.os_image", "os_image"],
    ["environment.kernel", "kernel_version"],
  ] as const;
  const rows = facts.map(([key, column]): Text[] => [
    message(key),
    perRunValue(
      runs,
      (run) => run.row[column],
      (run) => orUnknown(cite(run.row, column), asPlain),
    ),
  ]);
  const nodes = perRunValue(
    runs,
    ({ row }) => row.node_count,
    ({ row }) => orUnknown(cite(row, "node_count"), asCount),
  );
  return {
    columns: [textColumn("column.property"), textColumn("column.value")],
    rows: [...rows, [message("environment.node_count"), nodes]],
  };
}

/** One value when all runs agree, otherwise each value with its runs. */
function perRunValue(
  runs: readonly RunData[],
  value: (run: RunData) => string | number | null,
  text: (run: RunData) => Text,
): Text {
  const groups = [...groupRows(runs, (run) => String(value(run) ?? "")).values()];
  const texts = groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ value: text(first), count: runCount(group) }];
  });
  const [only, ...others] = texts;
  if (only === undefined) return message("word.unknown");
  if (others.length === 0) return only.value;
  return joined(
    texts.map((params) => message("environment.value_in_runs", params)),
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
  const groups = [...kinds.values()].map((group) => [...group].sort(byName));
  groups.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : byName(a, b)));
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
    rows: groups.flatMap((group) => (group[0] === undefined ? [] : [nodeKind(group[0], group)])),
  };
}

function byName(a: NodeRow, b: NodeRow): number {
  return compareNatural(a.node_name, b.node_name);
}

function nodeKind(node: NodeRow, group: readonly NodeRow[]): Text[] {
  return [
    orUnknown(cite(node, "roles"), asPlain),
    asCount(distinctCount(group, ["node_name"])),
    nameRange([...groupRows(group, (each) => each.node_name).values()].flatMap((same) => same.slice(0, 1))),
    orUnknown(cite(node, "cpu_count"), asCount),
    orUnknown(cite(node, "memory_gib"), asGibibytes),
    orUnknown(cite(node, "architecture"), asPlain),
    orUnknown(cite(node, "kubelet_version"), asPlain),
    orUnknown(cite(node, "container_runtime_version"), asPlain),
    asCount(distinctCount(group, ["run_id"])),
  ];
}

/** Names with a run of consecutive numbers drawn together: `master1, worker4–worker10`. */
function nameRange(nodes: readonly NodeRow[]): Text {
  const ranges: { first: NodeRow; last: NodeRow; prefix: string; number: number; size: number }[] = [];
  for (const node of nodes) {
    const name = node.node_name;
    const [, prefix = name, digits = ""] = /^(.*?)([1-9]\d{0,8}|0)$/.exec(name) ?? [];
    const open = ranges.at(-1);
    if (open !== undefined && digits !== "" && open.prefix === prefix && open.number + 1 === Number(digits)) {
      Object.assign(open, { last: node, number: Number(digits), size: open.size + 1 });
    } else ranges.push({ first: node, last: node, prefix, number: digits === "" ? NaN : Number(digits), size: 1 });
  }
  const name = (node: NodeRow): Text => asPlain(cite(node, "node_name"));
  const parts = ranges.flatMap(({ first, last, size }): Text[] => {
    if (size === 1) return [name(first)];
    return size === 2 ? [name(first), name(last)] : [joined([name(first), words("–"), name(last)], "tight")];
  });
  return joined(parts, "comma");
}
