import { issue } from "../host";
import { endOf, NONE, Span, startOf } from "../memory/span";

/** What is counted in raw.import_stats; the names are in the same order in log_lines.ts. */
export const LINE_TOO_LONG: i32 = 0;
export const BINARY: i32 = 1;
export const UNPARSED_LINE: i32 = 2;
export const TORN_LINE: i32 = 3;
export const INVALID_UTF8: i32 = 4;
export const BAD_TIMESTAMP: i32 = 5;
export const UNKNOWN_YEAR: i32 = 6;

const SAMPLE_BYTES: usize = 200;

/** Counts one case, with the beginning of a text as its sample; NONE for no sample. */
export function count(reason: i32, line: i64, byteCount: i64, text: Span): void {
  const start = startOf(text);
  const end = text == NONE ? start : min(endOf(text), start + SAMPLE_BYTES);
  issue(reason, line as f64, byteCount as f64, start, (end - start) as i32);
}
