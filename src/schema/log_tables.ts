import { column, type Column, type TableSchema } from "./column.ts";

/** Where a row was read: every raw table of captured records starts with these. */
export const EVIDENCE_COLUMNS: readonly Column[] = [
  column("run_id", "utf8", "Run, as in raw.runs."),
  column("file_id", "i32", "Source file within the run, as in raw.sources."),
  column("line", "i64", "Line in the decompressed file, 1-based; a record of several lines has its first."),
];

/** Columns shared by the four log tables. */
const LOG_COLUMNS: readonly Column[] = [
  ...EVIDENCE_COLUMNS,
  column("line_count", "i32", "Lines the record spans, at least 1."),
  column("ts", "ts_ns", "Instant of the record, UTC; null when the line has no stamp, or its year cannot be known."),
  column("ts_resolution_ns", "i64", "Resolution of ts, ns (1e3 klog, 1e6 zap, 1e9 Whereabouts); null when ts is."),
  column("clock", "utf8", "Clock that ts was read from: the node name, or `apiserver`; null when the node is unknown."),
  column("node_name", "utf8", "Node that wrote the record; null when neither path, content nor manifest tells."),
  column("component", "utf8", "Program that wrote the record, e.g. kubelet, containerd, whereabouts, calico-cni."),
  column(
    "via",
    "utf8",
    "Carrier when the record came inside another program's log: `containerd`, `journal`; else null.",
  ),
  column("format", "utf8", "Payload format that parsed the record; `unparsed` when none did."),
  column("severity", "utf8", "debug, info, warning, error or fatal; null when the format has none."),
  column("caller", "utf8", "Source position, `file.go:123`; null when the format has none."),
  column("message", "utf8", "Message without its keys, unescaped once; null when there is none."),
  column("error", "utf8", "Value of err= / error=, unescaped once; null when there is none."),
  column("namespace", "utf8", "Pod namespace named in the record; null when none is."),
  column("pod_name", "utf8", "Pod named in the record; null when none, or more than one is (see fields.pods)."),
  column("pod_uid", "utf8", "UID of that pod; null when the record does not give it."),
  column("sandbox_id", "utf8", "Sandbox named in the record, 64 hex digits; null when none is."),
  column("container_id", "utf8", "Container (not sandbox) named in the record; null when none is."),
  column("attempt", "i32", "`Attempt` of the sandbox or container metadata; null when not given."),
  column("plugin", "utf8", "CNI plugin or IPAM type named in the record; null when none is."),
  column("fields", "json", "The remaining keys of the record as a JSON object of strings; null when there are none."),
  column("raw", "utf8", "The text as captured, only for format `unparsed`; else null (read it from file and line)."),
];

function logTable(name: string, doc: string): TableSchema {
  return { name, doc, columns: LOG_COLUMNS };
}

export const KUBELET_LOGS = logTable("kubelet_logs", "One row per record of a kubelet's log.");
export const CONTAINERD_LOGS = logTable("containerd_logs", "One row per record that containerd itself wrote.");
export const CNI_LOGS = logTable(
  "cni_logs",
  "One row per record of a CNI or IPAM plugin, agent or controller, wherever it was found (also inside containerd's log).",
);
export const CONTROLPLANE_LOGS = logTable(
  "controlplane_logs",
  "One row per record of scheduler, controller-manager, apiserver, etcd, or of any other program.",
);
