/** Payload formats a log line can be in; `unparsed` when none fits. */
export type PayloadFormat =
  | "klog"
  | "klog_json"
  | "logfmt"
  | "containerd_json"
  | "zap_json"
  | "bracket"
  | "calico"
  | "logrus"
  | "etcd_json"
  | "json"
  | "plain"
  | "unparsed";

/** What is around the payload: the carrier's own stamp and unit. */
export type EnvelopeKind = "bare" | "journal_short" | "journal_iso" | "journal_json" | "cri" | "kubectl";

export type Severity = "debug" | "info" | "warning" | "error" | "fatal";

/**
 * One log record, reused from line to line: a parser fills it, the sink copies it into columns.
 *
 * Names follow the columns of `raw.kubelet_logs`; null means not in the record. The instant is split in whole seconds
 * and nanoseconds because BigInt arithmetic in the hot loop costs more than the parsing.
 */
export class LogRecord {
  line = 0;
  lineCount = 1;
  /** UTC seconds since 1970, null when the record has no usable stamp. */
  tsSeconds: number | null = null;
  /** Nanoseconds within that second. */
  tsNanos = 0;
  tsResolutionNs: number | null = null;
  /** Node that wrote it, when the line itself tells (journald's host); else null and the file's node holds. */
  nodeName: string | null = null;
  component: string | null = null;
  via: string | null = null;
  format: PayloadFormat = "unparsed";
  severity: Severity | null = null;
  caller: string | null = null;
  message: string | null = null;
  error: string | null = null;
  namespace: string | null = null;
  podName: string | null = null;
  podUid: string | null = null;
  sandboxId: string | null = null;
  containerId: string | null = null;
  attempt: number | null = null;
  plugin: string | null = null;
  /** Remaining keys as JSON text. */
  fields: string | null = null;
  /** The text as captured; only for `unparsed`. */
  raw: string | null = null;

  reset(line: number): void {
    this.line = line;
    this.lineCount = 1;
    this.tsSeconds = null;
    this.tsNanos = 0;
    this.tsResolutionNs = null;
    this.nodeName = null;
    this.component = null;
    this.via = null;
    this.format = "unparsed";
    this.severity = null;
    this.caller = null;
    this.message = null;
    this.error = null;
    this.namespace = null;
    this.podName = null;
    this.podUid = null;
    this.sandboxId = null;
    this.containerId = null;
    this.attempt = null;
    this.plugin = null;
    this.fields = null;
    this.raw = null;
  }
}

/** What is known of a log file before its lines are parsed: the same for every chunk of it. */
export interface LogFileContext {
  /** Program the file belongs to by content or name; null when unknown. Decides the table and the default component. */
  readonly component: string | null;
  readonly envelope: EnvelopeKind;
  readonly nodeName: string | null;
  /** Month (1-12) and year that yearless stamps are near: the year that lands closest to it wins; null: unknown, ts is null. */
  readonly yearAnchor: { readonly year: number; readonly month: number; readonly day: number } | null;
  /** Offset of zoneless stamps, seconds east of UTC. */
  readonly utcOffsetSeconds: number;
}

/** Reasons counted in raw.import_stats, with the place of the first and last case. */
export interface ImportIssues {
  count(reason: string, line: number, byteCount: number, sample: string | null): void;
}

/** Receives each finished record. */
export interface LogSink {
  /** Takes a record that is used again for the next one: what is kept must be copied. */
  record(record: LogRecord): void;
}
