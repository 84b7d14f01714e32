import type { EnvelopeKind } from "../log_record.ts";
import { isoStampEnd } from "./bracket.ts";
import { localSeconds, monthAt, Stamp } from "./instant.ts";
import { walkObject } from "./json_lines.ts";
import { LineText } from "./line_text.ts";
import type { RecordState } from "./record_state.ts";

/** Longest header that is looked for: stamp, host and unit. */
const MAX_HEADER = 400;
const ZONE_NAMES = /^(?:UTC|GMT|Z|[+-]\d{2}:?\d{2}|[A-Z]{3,5})$/;

/** Where the payload of an enveloped line is, and whether the line goes on in the next one (CRI's `P`). */
export class Payload {
  buf: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  isPartial = false;
}

const stamp = new Stamp();
const header = new LineText();

/** The beginning of a line, a character a byte. */
function openHeader(buf: Buffer, start: number, end: number): void {
  header.setBytes(buf.toString("latin1", start, Math.min(end, start + MAX_HEADER)), buf, start);
}

function setWhole(payload: Payload, buf: Buffer, start: number, end: number): void {
  payload.buf = buf;
  payload.start = start;
  payload.end = end;
  payload.isPartial = false;
}

/**
 * Takes the envelope off a line.
 *
 * @param state null when only the payload is wanted (looking for chunk borders)
 * @returns false when the line has no such envelope; the payload is then not set
 */
export function openEnvelope(
  kind: EnvelopeKind,
  buf: Buffer,
  start: number,
  end: number,
  payload: Payload,
  state: RecordState | null,
): boolean {
  switch (kind) {
    case "bare":
      setWhole(payload, buf, start, end);
      return true;
    case "cri":
      return openCri(buf, start, end, payload, state);
    case "kubectl":
      return openKubectl(buf, start, end, payload, state);
    case "journal_short":
    case "journal_iso":
      return openJournalText(kind, buf, start, end, payload, state);
    case "journal_json":
      return openJournalJson(buf, start, end, payload, state);
  }
}

function takeCarrierStamp(
  buf: Buffer,
  start: number,
  stampEnd: number,
  state: RecordState | null,
  isNano: boolean,
): boolean {
  if (state === null) {
    return true;
  }
  openHeader(buf, start, stampEnd);
  if (!stamp.readIso(header, 0)) {
    return false;
  }
  const { envelope } = state;
  envelope.clear();
  if (stamp.isValid) {
    envelope.seconds = stamp.hasZone ? stamp.seconds : stamp.seconds - state.context.utcOffsetSeconds;
    envelope.nanos = stamp.nanos;
    // RFC3339Nano drops trailing zeros, so the digits shown do not tell its resolution.
    envelope.resolutionNs = isNano ? 1 : stamp.resolutionNs;
  } else {
    state.badTimestamp();
  }
  return true;
}

/** `2026-11-23T16:04:34.165108Z stdout F text` */
function openCri(buf: Buffer, start: number, end: number, payload: Payload, state: RecordState | null): boolean {
  const stampEnd = isoStampEnd(buf, start, end);
  // `std` + `out ` or `err ` + tag + space; an empty line ends after the tag.
  if (stampEnd === 0 || buf[stampEnd] !== 32 || buf[stampEnd + 1] !== 115) {
    return false;
  }
  const isOut = buf[stampEnd + 4] === 111 && buf[stampEnd + 6] === 116;
  const isErr = buf[stampEnd + 4] === 101 && buf[stampEnd + 6] === 114;
  const tag = buf[stampEnd + 8];
  if ((!isOut && !isErr) || buf[stampEnd + 7] !== 32 || (tag !== 70 && tag !== 80) || stampEnd + 9 > end) {
    return false;
  }
  if (!takeCarrierStamp(buf, start, stampEnd, state, true)) {
    return false;
  }
  if (state !== null) {
    state.envelope.source = isOut ? "stdout" : "stderr";
  }
  // Tags may be joined with colons (`F:tag`); the text begins after the next space.
  let text = stampEnd + 9;
  while (text < end && buf[text] !== 32) {
    text++;
  }
  setWhole(payload, buf, Math.min(end, text + 1), end);
  payload.isPartial = tag === 80;
  return true;
}

/** `2026-11-23T16:04:34.165108123Z text` of `kubectl logs --timestamps` */
function openKubectl(buf: Buffer, start: number, end: number, payload: Payload, state: RecordState | null): boolean {
  const stampEnd = isoStampEnd(buf, start, end);
  if (
    stampEnd === 0 ||
    (stampEnd < end && buf[stampEnd] !== 32) ||
    !takeCarrierStamp(buf, start, stampEnd, state, true)
  ) {
    return false;
  }
  setWhole(payload, buf, Math.min(end, stampEnd + 1), end);
  return true;
}

/** journalctl's `short`, `short-precise`, `short-full`, `short-iso`, `short-iso-precise`, and rsyslog's files. */
function openJournalText(
  kind: "journal_short" | "journal_iso",
  buf: Buffer,
  start: number,
  end: number,
  payload: Payload,
  state: RecordState | null,
): boolean {
  openHeader(buf, start, end);
  const { text } = header;
  const after = kind === "journal_iso" ? readIsoHeader(state) : readShortHeader(state);
  if (after < 0) {
    return false;
  }
  const hostEnd = text.indexOf(" ", after);
  if (hostEnd < 0) {
    return false;
  }
  const unit = readUnit(text, hostEnd + 1);
  if (unit === null) {
    return false;
  }
  if (state !== null) {
    state.envelope.nodeName = text.substring(after, hostEnd);
    state.envelope.identifier = unit.identifier;
    state.envelope.source = unit.source;
  }
  setWhole(payload, buf, Math.min(end, start + unit.end), end);
  return true;
}

interface Unit {
  identifier: string;
  source: string;
  end: number;
}

/** `unit[pid]: text`, `unit: text`, or rsyslog's RFC 5424 `unit pid - -  text`. */
function readUnit(text: string, from: number): Unit | null {
  const colon = text.indexOf(": ", from);
  const colonEnd = colon >= 0 ? colon : text.endsWith(":") ? text.length - 1 : -1;
  const space = text.indexOf(" ", from);
  if (colonEnd >= 0 && (space < 0 || space > colonEnd)) {
    const source = text.substring(from, colonEnd);
    const bracket = source.indexOf("[");
    return { identifier: bracket > 0 ? source.substring(0, bracket) : source, source, end: colonEnd + 2 };
  }
  const syslog = /^(\S+) (\S+) \S+ \S+ +/.exec(text.substring(from));
  if (syslog?.[1] !== undefined && /^(?:\d+|-)$/.test(syslog[2] ?? "")) {
    return { identifier: syslog[1], source: `${syslog[1]}[${syslog[2] ?? ""}]`, end: from + syslog[0].length };
  }
  // Units may have spaces in their names: `(systemd) worker[12]: `.
  const spaced = /^[^:\]]{1,60}\[\d+\]: ?/.exec(text.substring(from));
  if (spaced === null) {
    return null;
  }
  const source = spaced[0].replace(/: ?$/, "");
  return { identifier: source.substring(0, source.lastIndexOf("[")), source, end: from + spaced[0].length };
}

function readIsoHeader(state: RecordState | null): number {
  if (!stamp.readIso(header, 0) || header.code(stamp.end) !== 32) {
    return -1;
  }
  takeStamp(state);
  return stamp.end + 1;
}

function takeStamp(state: RecordState | null): void {
  if (state === null) {
    return;
  }
  state.envelope.clear();
  if (!stamp.isValid) {
    state.badTimestamp();
    return;
  }
  state.envelope.seconds = stamp.hasZone ? stamp.seconds : stamp.seconds - state.context.utcOffsetSeconds;
  state.envelope.nanos = stamp.nanos;
  state.envelope.resolutionNs = stamp.resolutionNs;
}

/** `[Mon ]Nov 23 [2026 ]14:59:24[.123456] [2026 ][UTC ]` or `Mon 2026-11-23 14:59:24 UTC `; returns the position after it. */
function readShortHeader(state: RecordState | null): number {
  const { text } = header;
  let pos = monthAt(text, 0) === 0 && header.code(3) === 32 ? 4 : 0;
  if (stamp.readIso(header, pos)) {
    const zoned = readZoneName(text, stamp.end + 1);
    stamp.hasZone ||= zoned.isUtc;
    takeStamp(state);
    return header.code(stamp.end) === 32 ? zoned.end : -1;
  }
  let year = header.digits(pos, 4);
  pos += year > 0 ? 5 : 0;
  const month = monthAt(text, pos);
  const day = header.code(pos + 4) === 32 ? header.digits(pos + 5, 1) : header.digits(pos + 4, 2);
  if (month === 0 || day < 0 || header.code(pos + 3) !== 32 || header.code(pos + 6) !== 32) {
    return -1;
  }
  pos += 7;
  if (year < 0 && header.digits(pos, 4) > 0 && header.code(pos + 4) === 32) {
    year = header.digits(pos, 4);
    pos += 5;
  }
  if (!stamp.readClock(header, pos) || header.code(stamp.end) !== 32) {
    return -1;
  }
  pos = stamp.end + 1;
  if (year < 0 && /^(?:19|20)\d\d /.test(text.substring(pos, pos + 5))) {
    year = header.digits(pos, 4);
    pos += 5;
  }
  const zone = readZoneName(text, pos);
  takeShortStamp(year, month, day, zone.isUtc, state);
  return zone.end;
}

function takeShortStamp(year: number, month: number, day: number, isUtc: boolean, state: RecordState | null): void {
  if (state === null) {
    return;
  }
  state.envelope.clear();
  if (!stamp.isValid) {
    state.badTimestamp();
  } else if (year < 0) {
    state.setEnvelopeYearless(month, day, stamp.seconds, stamp.nanos, stamp.resolutionNs);
  } else {
    const local = localSeconds(year, month, day, stamp.seconds);
    if (local === null) {
      state.badTimestamp();
      return;
    }
    state.envelope.seconds = isUtc ? local : local - state.context.utcOffsetSeconds;
    state.envelope.nanos = stamp.nanos;
    state.envelope.resolutionNs = stamp.resolutionNs;
  }
}

/** A zone's name before the host: it is one only when host and unit still follow. */
function readZoneName(text: string, pos: number): { end: number; isUtc: boolean } {
  const space = text.indexOf(" ", pos);
  const word = space < 0 ? "" : text.substring(pos, space);
  const next = text.indexOf(" ", space + 1);
  const following = next < 0 ? "" : text.substring(space + 1, next);
  if (!ZONE_NAMES.test(word) || following === "" || following.endsWith(":")) {
    return { end: pos, isUtc: false };
  }
  return { end: space + 1, isUtc: word === "UTC" || word === "GMT" || word === "Z" };
}

/** `journalctl -o json`: the entry's fields, with MESSAGE as text or, when it is not UTF-8 text, as an array of bytes. */
function openJournalJson(
  buf: Buffer,
  start: number,
  end: number,
  payload: Payload,
  state: RecordState | null,
): boolean {
  if (buf[start] !== 123) {
    return false;
  }
  const entry = new Map<string, string>();
  let message: Buffer | null = null;
  header.setText(buf.toString("utf8", start, end));
  walkObject(header, 0, (key, value, isString) => {
    if (key === "MESSAGE") {
      message = isString ? Buffer.from(value) : bytesOf(value);
    } else if (key.startsWith("_") || key === "SYSLOG_IDENTIFIER") {
      entry.set(key, value);
    }
  });
  const micros = entry.get("__REALTIME_TIMESTAMP") ?? entry.get("_SOURCE_REALTIME_TIMESTAMP");
  if (micros === undefined && !entry.has("__CURSOR") && message === null) {
    return false;
  }
  const bytes: Buffer = message ?? Buffer.alloc(0);
  setWhole(payload, bytes, 0, bytes.length);
  if (state !== null) {
    takeEntry(entry, micros ?? "", state);
  }
  return true;
}

function bytesOf(value: string): Buffer {
  const numbers = value.startsWith("[")
    ? value
        .substring(1, value.length - 1)
        .split(",")
        .map(Number)
    : [];
  return Buffer.from(numbers.filter((byte) => byte >= 0 && byte < 256));
}

function takeEntry(entry: ReadonlyMap<string, string>, micros: string, state: RecordState): void {
  const { envelope } = state;
  envelope.clear();
  if (/^\d{7,18}$/.test(micros)) {
    envelope.seconds = Number(micros.slice(0, -6));
    envelope.nanos = Number(micros.slice(-6)) * 1000;
    envelope.resolutionNs = 1000;
  } else {
    state.badTimestamp();
  }
  envelope.nodeName = entry.get("_HOSTNAME") ?? null;
  const unit = entry.get("_SYSTEMD_UNIT")?.replace(/\.service$/, "");
  envelope.identifier = entry.get("SYSLOG_IDENTIFIER") ?? unit ?? entry.get("_COMM") ?? null;
  envelope.source = `${envelope.identifier ?? ""}[${entry.get("_PID") ?? ""}]`;
}
