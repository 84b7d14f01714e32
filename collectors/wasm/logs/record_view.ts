import { formatName, record } from "../formats/record";
import { NONE, Span } from "../memory/span";
import {
  CALLER,
  COMPONENT,
  CONTAINER_ID,
  ERROR,
  FIELDS,
  FORMAT,
  MESSAGE,
  NAMESPACE,
  NODE_NAME,
  PLUGIN,
  POD_NAME,
  POD_UID,
  RAW,
  SANDBOX_ID,
  SEVERITY,
  VIA,
} from "./log_columns";

/** What the record puts into a column of text; NONE when it has none, or fills no such column. */
export function recordText(column: i32): Span {
  switch (column) {
    case NODE_NAME:
      return record.nodeName;
    case COMPONENT:
      return record.component;
    case VIA:
      return record.via;
    case FORMAT:
      return formatName(record.format);
    case SEVERITY:
      return record.severity;
    case CALLER:
      return record.caller;
    case MESSAGE:
      return record.message;
    case ERROR:
      return record.error;
    case NAMESPACE:
      return record.namespace;
    case POD_NAME:
      return record.podName;
    case POD_UID:
      return record.podUid;
    case SANDBOX_ID:
      return record.sandboxId;
    case CONTAINER_ID:
      return record.containerId;
    case PLUGIN:
      return record.plugin;
    case FIELDS:
      return record.fields;
    case RAW:
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
