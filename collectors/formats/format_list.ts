import { BRACKET, OVS, ZAP_CONSOLE } from "./bracket.ts";
import { CALICO } from "./calico.ts";
import { GO_PANIC } from "./go_panic.ts";
import { GRPC_LOG } from "./grpc_log.ts";
import { JSON_LINES } from "./json_lines.ts";
import { KLOG } from "./klog.ts";
import type { LogFormat } from "./log_format.ts";
import { LOGFMT, LOGRUS } from "./logfmt.ts";

/** Every payload format, the more frequent first. A new one is a file beside these, an entry here and a fixture. */
export const LOG_FORMATS: readonly LogFormat[] = [
  KLOG,
  LOGFMT,
  BRACKET,
  LOGRUS,
  JSON_LINES,
  CALICO,
  OVS,
  ZAP_CONSOLE,
  GO_PANIC,
  GRPC_LOG,
];

const NONE: readonly LogFormat[] = [];
const BY_FIRST_BYTE: readonly (readonly LogFormat[])[] = Array.from({ length: 256 }, (_, byte) => {
  const fitting = LOG_FORMATS.filter((format) => format.firstBytes.includes(String.fromCharCode(byte)));
  return fitting.length > 0 ? fitting : NONE;
});

/** Format whose record begins at `start`; null when no known one does. */
export function formatAt(buf: Buffer, start: number, end: number): LogFormat | null {
  if (start >= end) {
    return null;
  }
  const candidates = BY_FIRST_BYTE[buf[start] ?? 0] ?? NONE;
  for (const format of candidates) {
    if (format.starts(buf, start, end)) {
      return format;
    }
  }
  return null;
}
