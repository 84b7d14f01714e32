import { formatName, record } from "../formats/record";
import { NONE, Span } from "../memory/span";

/** A text of the record by the place of its column in `TEXTS` of log_lines.ts; 0: the record has none. */
export function recordText(column: i32): Span {
  switch (column) {
    case 0:
      return record.nodeName;
    case 1:
      return record.component;
    case 2:
      return record.via;
    case 3:
      return formatName(record.format);
    case 4:
      return record.severity;
    case 5:
      return record.caller;
    case 6:
      return record.message;
    case 7:
      return record.error;
    case 8:
      return record.namespace;
    case 9:
      return record.podName;
    case 10:
      return record.podUid;
    case 11:
      return record.sandboxId;
    case 12:
      return record.containerId;
    case 13:
      return record.plugin;
    case 14:
      return record.fields;
    case 15:
      return record.raw;
    default:
      return NONE;
  }
}

export function recordLine(): f64 {
  return record.line as f64;
}

export function recordLineCount(): f64 {
  return record.lineCount as f64;
}

/** -1: unknown. */
export function recordAttempt(): i32 {
  return record.attempt;
}

/** 0: the record has no usable stamp. */
export function recordResolutionNs(): i32 {
  return record.hasInstant ? record.resolutionNs : 0;
}

/** UTC, since 1970. */
export function recordSeconds(): f64 {
  return record.seconds as f64;
}

/** Within that second. */
export function recordNanos(): i32 {
  return record.nanos;
}
