import type { EnvelopeKind } from "../log_record.ts";
import { openEnvelope, Payload } from "./envelope.ts";
import { formatAt } from "./format_list.ts";

const payload = new Payload();

/**
 * True when the line [start,end) begins a new record of a known format, so that a chunk may start there.
 *
 * Chunk borders are moved to such lines, so a record of several lines is never split. A line that only might begin one
 * (plain text inside an envelope) gives false.
 */
export function startsRecord(buf: Buffer, start: number, end: number, envelope: EnvelopeKind): boolean {
  const last = end > start && buf[end - 1] === 13 ? end - 1 : end;
  if (!openEnvelope(envelope, buf, start, last, payload, null)) {
    return formatAt(buf, start, last) !== null;
  }
  return formatAt(payload.buf, payload.start, payload.end) !== null;
}
