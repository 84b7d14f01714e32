import { column, type TableSchema } from "./column.ts";

export const RUNS: TableSchema = {
  name: "runs",
  doc: "One row per run (one capture): what the manifest says; inference is in report.runs.",
  columns: [
    column("run_id", "utf8", "Stable text from the manifest, else from the folder's name."),
    column("capture", "utf8", "Base name of the capture that was read."),
    column("layout", "utf8", "Layout that recognised it: native, or flat for any other folder."),
    column("cni", "utf8", "cni.name of the manifest; null when absent."),
    column("cni_version", "utf8", "cni.version of the manifest; null when absent."),
    column("cni_mode", "utf8", "cni.mode of the manifest; null when absent."),
    column("scenario", "utf8", "limited or unlimited; null when absent."),
    column("phase", "utf8", "create, recreate, recover or delete; null when absent."),
    column("ip_families", "json", "IP families of the manifest, a list of strings; null when absent."),
    column("repetition", "i32", "Repetition number; null when absent."),
    column("started_at", "ts_ns", "startedAt of the manifest; null when absent."),
    column("ended_at", "ts_ns", "endedAt of the manifest; null when absent."),
    column("kubernetes_version", "utf8", "kubernetes of the manifest; null when absent."),
    column("containerd_version", "utf8", "containerd of the manifest; null when absent."),
    column("timezone", "utf8", "Zone of the nodes' local stamps; null when absent."),
    column("workload_namespace", "utf8", "workload.namespace; null when absent."),
    column("workload_name_prefix", "utf8", "workload.namePrefix; null when absent."),
    column("workload_deployments", "i32", "workload.deployments; null when absent."),
    column("workload_replicas", "i32", "workload.replicas per Deployment; null when absent."),
    column("origin", "utf8", "recorded or simulated; null when absent."),
    column("manifest", "json", "run.json as read; null when there is none."),
  ],
};

export const SOURCES: TableSchema = {
  name: "sources",
  doc: "One row per file of the capture, also those that were not read.",
  columns: [
    column("run_id", "utf8", "Run, as in raw.runs."),
    column("file_id", "i32", "Number of the file in the run: its place among the paths sorted by code point, 0-based."),
    column("path", "utf8", "Path inside the capture, with / between parts; `archive.tar!/member` for a member."),
    column(
      "kind",
      "utf8",
      "What it holds: log, events, pods, nodes, workloads, ipam, cni_state (files of CNI plugins on a node), audit, watch, objects, manifest, text or unknown.",
    ),
    column("component", "utf8", "Program that wrote most of the lines, or keeps the CNI state; null for other files."),
    column(
      "envelope",
      "utf8",
      "Envelope of the lines: bare, journal_short, journal_iso, journal_json, cri or kubectl; null when not a log.",
    ),
    column("node_name", "utf8", "Node of the file; null when unknown or cluster-wide."),
    column("snapshot", "utf8", "Snapshot suffix of an object file; '' when none."),
    column("bytes", "i64", "Size as captured, bytes."),
    column("text_bytes", "i64", "Size after decompression, bytes."),
    column("line_count", "i64", "Number of lines; null when the file was not read."),
    column("record_count", "i64", "Rows it gave to the raw tables."),
    column("parsed_line_count", "i64", "Lines placed in a known format."),
    column("unparsed_line_count", "i64", "Lines kept as `unparsed`."),
    column("first_ts", "ts_ns", "Earliest ts of its rows; null when none has one."),
    column("last_ts", "ts_ns", "Latest ts of its rows; null when none has one."),
    column(
      "year_source",
      "utf8",
      "Where the year of yearless stamps came from; null when none was needed or none found.",
    ),
    column("utc_offset_s", "i32", "Offset of zoneless stamps, seconds east of UTC; null when none was needed."),
    column(
      "zone_source",
      "utf8",
      "Where that offset came from: manifest, file, containerd, assumed; null when none was needed.",
    ),
    column("sha256", "utf8", "SHA-256 of the file as captured, hex."),
    column("duplicate_of", "i32", "file_id of an identical file that was read instead; null when it was read itself."),
  ],
};

export const IMPORT_STATS: TableSchema = {
  name: "import_stats",
  doc: "One row per file and reason for which something in it was not read as a record, or was read only in part.",
  columns: [
    column("run_id", "utf8", "Run, as in raw.runs."),
    column("file_id", "i32", "Source file, as in raw.sources."),
    column(
      "reason",
      "utf8",
      "unparsed_line, bad_timestamp, invalid_utf8, line_too_long, bad_json, truncated_json, truncated_archive, unreadable, binary, duplicate_file, unknown_year, no_status, torn_line, unknown_kind, ...",
    ),
    column("count", "i64", "How often."),
    column("first_line", "i64", "First line concerned, 1-based; null when not tied to a line."),
    column("last_line", "i64", "Last line concerned; null when not tied to a line."),
    column("byte_count", "i64", "Bytes concerned; null when unknown."),
    column("sample", "utf8", "First 200 characters of the first case; null when not text."),
  ],
};
