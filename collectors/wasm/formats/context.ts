import { Bytes } from "../memory/bytes";
import { NONE, sizeOf, Span } from "../memory/span";

/** What is around the payload, in the order of `ENVELOPES` in log_lines.ts. */
export const BARE: i32 = 0;
export const JOURNAL_SHORT: i32 = 1;
export const JOURNAL_ISO: i32 = 2;
export const JOURNAL_JSON: i32 = 3;
export const CRI: i32 = 4;
export const KUBECTL: i32 = 5;

/** What is known of a log before its lines are read. */
@unmanaged
class LogContext {
  envelope: i32 = BARE;
  /** Program the log belongs to; NONE when unknown. */
  component: Span = NONE;
  /** Date that yearless stamps are near; year 0: unknown. */
  anchorYear: i32 = 0;
  anchorMonth: i32 = 0;
  anchorDay: i32 = 0;
  /** Offset of stamps without zone, east of UTC. */
  utcOffsetSeconds: i32 = 0;
}

export const context = new LogContext();

const component = new Bytes();

/** @param name empty when the program is unknown */
export function setComponent(name: Span): void {
  component.clear();
  component.text(name);
  context.component = sizeOf(name) == 0 ? NONE : component.written;
}
