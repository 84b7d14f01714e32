import { NONE, Span, word } from "../memory/span";

/** Payload formats a log line can be in, in the order of their names below. */
export const UNPARSED: i32 = 0;
export const PLAIN: i32 = 1;
export const KLOG: i32 = 2;
export const KLOG_JSON: i32 = 3;
export const LOGFMT: i32 = 4;
export const CONTAINERD_JSON: i32 = 5;
export const ZAP_JSON: i32 = 6;
export const BRACKET: i32 = 7;
export const CALICO: i32 = 8;
export const LOGRUS: i32 = 9;
export const ETCD_JSON: i32 = 10;
export const JSON: i32 = 11;

const FORMAT_NAMES = StaticArray.fromArray<Span>([
  word("unparsed"),
  word("plain"),
  word("klog"),
  word("klog_json"),
  word("logfmt"),
  word("containerd_json"),
  word("zap_json"),
  word("bracket"),
  word("calico"),
  word("logrus"),
  word("etcd_json"),
  word("json"),
]);

/** Value of the column `format`. */
export function formatName(format: i32): Span {
  return unchecked(FORMAT_NAMES[format]);
}

export const DEBUG = word("debug");
export const INFO = word("info");
export const WARNING = word("warning");
export const ERROR = word("error");
export const FATAL = word("fatal");

/** Carrier of a line that came out of a journal. */
export const JOURNAL = word("journal");

/** One log record, reused from line to line; names follow the columns of `raw.kubelet_logs`, NONE is not in the record. */
@unmanaged
class LogRecord {
  line: i64 = 0;
  lineCount: i64 = 1;
  /** False when the record has no usable stamp. */
  hasInstant: bool = false;
  /** UTC, since 1970. */
  seconds: i64 = 0;
  /** Within that second. */
  nanos: i32 = 0;
  resolutionNs: i32 = 0;
  format: i32 = UNPARSED;
  /** -1: none. */
  attempt: i32 = -1;
  /** Set by a format whose last value goes on in the next lines (`key=<`). */
  isOpen: bool = false;
  /** Set by a format that finds its text cut off. */
  isTorn: bool = false;
  /** Node that wrote it, when the line itself tells (journald's host); else the file's node holds. */
  nodeName: Span = NONE;
  component: Span = NONE;
  via: Span = NONE;
  severity: Span = NONE;
  caller: Span = NONE;
  message: Span = NONE;
  error: Span = NONE;
  namespace: Span = NONE;
  podName: Span = NONE;
  podUid: Span = NONE;
  sandboxId: Span = NONE;
  containerId: Span = NONE;
  plugin: Span = NONE;
  /** Remaining keys as JSON text. */
  fields: Span = NONE;
  /** The text as captured; only when it was not parsed. */
  raw: Span = NONE;

  reset(line: i64): void {
    this.line = line;
    this.lineCount = 1;
    this.hasInstant = false;
    this.seconds = 0;
    this.nanos = 0;
    this.resolutionNs = 0;
    this.format = UNPARSED;
    this.attempt = -1;
    this.isOpen = false;
    this.isTorn = false;
    this.nodeName = NONE;
    this.component = NONE;
    this.via = NONE;
    this.severity = NONE;
    this.caller = NONE;
    this.message = NONE;
    this.error = NONE;
    this.namespace = NONE;
    this.podName = NONE;
    this.podUid = NONE;
    this.sandboxId = NONE;
    this.containerId = NONE;
    this.plugin = NONE;
    this.fields = NONE;
    this.raw = NONE;
  }
}

/** The record being built. */
export const record = new LogRecord();
