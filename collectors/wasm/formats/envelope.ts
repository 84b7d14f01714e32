import { byteIn, equals, endsWith, wordIn } from "../memory/search";
import { endOf, isDigit, isSpace, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { WordTable } from "../memory/word_table";
import { isoStampEnd } from "./bracket";
import { BARE, CRI, JOURNAL_ISO, JOURNAL_JSON, JOURNAL_SHORT, KUBECTL } from "./context";
import { envelope } from "./envelope_facts";
import { afterSpaces } from "./go_values";
import { badTimestamp, setEnvelopeYearless, stamp, utc } from "./instant";
import { walkObject } from "./json_lines";
import { printedEnd } from "./mentions";
import { digits, localSeconds, NO_TIME } from "./stamp";
import { joined, keep, room } from "./texts";

/** Longest header that is looked for: stamp, host and unit. */
const MAX_HEADER: usize = 400;

/** Where the payload of an enveloped line is, and whether the line goes on in the next one (CRI's `P`). */
@unmanaged
class Payload {
  start: usize = 0;
  end: usize = 0;
  isPartial: bool = false;

  set(start: usize, end: usize): void {
    this.start = min(start, end);
    this.end = end;
    this.isPartial = false;
  }
}

/** Of the line opened last. */
export const payload = new Payload();

/** False while only the payload is wanted (looking for chunk borders): facts are not taken, and nothing is counted. */
let takesFacts: bool = true;

/** Takes the envelope off a line; false when the line has no such envelope, and the payload is then not set. */
export function openEnvelope(kind: i32, start: usize, end: usize, withFacts: bool): bool {
  takesFacts = withFacts;
  switch (kind) {
    case BARE:
      payload.set(start, end);
      return true;
    case CRI:
      return openCri(start, end);
    case KUBECTL:
      return openKubectl(start, end);
    case JOURNAL_SHORT:
    case JOURNAL_ISO:
      return openJournalText(kind, start, end);
    case JOURNAL_JSON:
      return openJournalJson(start, end);
    default:
      return false;
  }
}

function byte(at: usize, end: usize): i32 {
  return at < end ? (load<u8>(at) as i32) : 256;
}

/** @param isNano RFC3339Nano drops trailing zeros, so that the digits shown do not tell its resolution */
function takeCarrierStamp(start: usize, stampEnd: usize): bool {
  if (!takesFacts) return true;
  if (!stamp.readIso(start, stampEnd)) return false;
  takeStamp(true);
  return true;
}

/** Takes the stamp just read as the carrier's. */
function takeStamp(isNano: bool): void {
  if (!takesFacts) return;
  envelope.clear();
  if (!stamp.isValid) {
    badTimestamp();
    return;
  }
  const seconds = stamp.hasZone ? stamp.seconds : utc(stamp.seconds);
  envelope.setInstant(seconds, stamp.nanos, isNano ? 1 : stamp.resolutionNs);
}

const STDOUT = word("stdout");
const STDERR = word("stderr");

/** `2026-11-23T16:04:34.165108Z stdout F text` */
function openCri(start: usize, end: usize): bool {
  const stampEnd = isoStampEnd(start, end);
  // `std` + `out ` or `err ` + tag + space; an empty line ends after the tag.
  if (stampEnd == 0 || stampEnd + 9 > end || load<u8>(stampEnd) != 32 || load<u8>(stampEnd + 1) != 115) return false;
  const isOut = load<u8>(stampEnd + 4) == 111 && load<u8>(stampEnd + 6) == 116;
  const isErr = load<u8>(stampEnd + 4) == 101 && load<u8>(stampEnd + 6) == 114;
  const tag = load<u8>(stampEnd + 8);
  if ((!isOut && !isErr) || load<u8>(stampEnd + 7) != 32 || (tag != 70 && tag != 80)) return false;
  if (!takeCarrierStamp(start, stampEnd)) return false;
  if (takesFacts) envelope.source = isOut ? STDOUT : STDERR;
  // Tags may be joined with colons (`F:tag`); the text begins after the next space.
  const space = byteIn(stampEnd + 9, end, 32);
  payload.set(space == 0 ? end : space + 1, end);
  payload.isPartial = tag == 80;
  return true;
}

/** `2026-11-23T16:04:34.165108123Z text` of `kubectl logs --timestamps` */
function openKubectl(start: usize, end: usize): bool {
  const stampEnd = isoStampEnd(start, end);
  if (stampEnd == 0 || (stampEnd < end && load<u8>(stampEnd) != 32) || !takeCarrierStamp(start, stampEnd)) return false;
  payload.set(stampEnd + 1, end);
  return true;
}

/** journalctl's `short`, `short-precise`, `short-full`, `short-iso`, `short-iso-precise`, and rsyslog's files. */
function openJournalText(kind: i32, start: usize, end: usize): bool {
  const last = min(end, start + MAX_HEADER);
  const host = kind == JOURNAL_ISO ? readIsoHeader(start, last) : readShortHeader(start, last);
  const hostEnd: usize = host == 0 ? 0 : byteIn(host, last, 32);
  if (hostEnd == 0) return false;
  const text = readUnit(hostEnd + 1, last);
  if (text == 0) return false;
  if (takesFacts) {
    envelope.nodeName = span(host, hostEnd);
    envelope.identifier = unitIdentifier;
    envelope.source = unitSource;
  }
  payload.set(text, end);
  return true;
}

/** Of the unit read last. */
let unitIdentifier = NONE;
let unitSource = NONE;

const COLON = word(": ");

/** `unit[pid]: text`, `unit: text`, or rsyslog's RFC 5424 `unit pid - -  text`. @returns place of the text; 0 for no unit */
function readUnit(start: usize, end: usize): usize {
  const colon = wordIn(start, end, COLON);
  const colonEnd = colon != 0 ? colon : end > start && load<u8>(end - 1) == 58 ? end - 1 : 0;
  const space = byteIn(start, end, 32);
  if (colonEnd != 0 && (space == 0 || space > colonEnd)) {
    const bracket = byteIn(start, colonEnd, 91);
    setUnit(span(start, bracket > start ? bracket : colonEnd), span(start, colonEnd));
    return colonEnd + 2;
  }
  const syslog = readSyslogUnit(start, end);
  return syslog == 0 ? readSpacedUnit(start, end) : syslog;
}

function setUnit(identifier: Span, source: Span): void {
  unitIdentifier = identifier;
  unitSource = source;
}

/** `unit pid msgid data  text` */
function readSyslogUnit(start: usize, end: usize): usize {
  const unitEnd = printedEnd(start, end);
  const pid = unitEnd + 1;
  if (unitEnd == start || byte(unitEnd, end) != 32) return 0;
  const pidEnd = printedEnd(pid, end);
  if (pidEnd == pid || byte(pidEnd, end) != 32 || !isPid(pid, pidEnd)) return 0;
  const id = pidEnd + 1;
  const idEnd = printedEnd(id, end);
  if (idEnd == id || byte(idEnd, end) != 32) return 0;
  const data = idEnd + 1;
  const dataEnd = printedEnd(data, end);
  if (dataEnd == data || byte(dataEnd, end) != 32) return 0;
  const unit = span(start, unitEnd);
  if (takesFacts) setUnit(unit, sourceOf(unit, span(pid, pidEnd)));
  return afterSpaces(dataEnd, end);
}

function isPid(start: usize, end: usize): bool {
  if (end == start + 1 && load<u8>(start) == 45) return true;
  for (let at = start; at < end; at++) if (!isDigit(load<u8>(at))) return false;
  return true;
}

/** `unit[pid]` */
function sourceOf(unit: Span, pid: Span): Span {
  const open = joined(unit, 91, pid);
  const size = sizeOf(open);
  const start = room(size + 1);
  memory.copy(start, startOf(open), size);
  store<u8>(start + size, 93);
  return keep(start + size + 1);
}

/** Units may have spaces in their names: `(systemd) worker[12]: `. */
function readSpacedUnit(start: usize, end: usize): usize {
  for (let open = byteIn(start, end, 91); open != 0; open = byteIn(open + 1, end, 91)) {
    if (open == start || open > start + 60) continue;
    for (let at = start; at < open; at++) if (load<u8>(at) == 58 || load<u8>(at) == 93) return 0;
    let close = open + 1;
    while (isDigit(byte(close, end))) close++;
    if (close == open + 1 || byte(close, end) != 93 || byte(close + 1, end) != 58) continue;
    setUnit(span(start, open), span(start, close + 1));
    return close + (byte(close + 2, end) == 32 ? 3 : 2);
  }
  return 0;
}

function readIsoHeader(start: usize, end: usize): usize {
  if (!stamp.readIso(start, end) || byte(stamp.end, end) != 32) return 0;
  takeStamp(false);
  return stamp.end + 1;
}

const MONTHS = new WordTable(5);
MONTHS.add("Jan", 1);
MONTHS.add("Feb", 2);
MONTHS.add("Mar", 3);
MONTHS.add("Apr", 4);
MONTHS.add("May", 5);
MONTHS.add("Jun", 6);
MONTHS.add("Jul", 7);
MONTHS.add("Aug", 8);
MONTHS.add("Sep", 9);
MONTHS.add("Oct", 10);
MONTHS.add("Nov", 11);
MONTHS.add("Dec", 12);

/** Month (1-12) of an English three-letter name; 0 when there is none. */
function monthAt(at: usize, end: usize): i32 {
  return at + 3 > end ? 0 : max(0, MONTHS.get(span(at, at + 3)));
}

/** `[Mon ]Nov 23 [2026 ]14:59:24[.123456] [2026 ][UTC ]` or `Mon 2026-11-23 14:59:24 UTC `; returns the place after it. */
function readShortHeader(start: usize, end: usize): usize {
  let at = monthAt(start, end) == 0 && byte(start + 3, end) == 32 ? start + 4 : start;
  if (stamp.readIso(at, end)) {
    const after = stamp.end;
    const host = readZoneName(after + 1, end);
    if (isUtc) stamp.hasZone = true;
    takeStamp(false);
    return byte(after, end) == 32 ? host : 0;
  }
  let year = digits(at, end, 4);
  if (year > 0) at += 5;
  const month = monthAt(at, end);
  const day = byte(at + 4, end) == 32 ? digits(at + 5, end, 1) : digits(at + 4, end, 2);
  if (month == 0 || day < 0 || byte(at + 3, end) != 32 || byte(at + 6, end) != 32) return 0;
  at += 7;
  if (year < 0 && digits(at, end, 4) > 0 && byte(at + 4, end) == 32) {
    year = digits(at, end, 4);
    at += 5;
  }
  if (!stamp.readClock(at, end) || byte(stamp.end, end) != 32) return 0;
  at = stamp.end + 1;
  if (year < 0 && isYear(at, end)) {
    year = digits(at, end, 4);
    at += 5;
  }
  const host = readZoneName(at, end);
  takeShortStamp(year, month, day);
  return host;
}

/** `19dd ` or `20dd ` */
function isYear(at: usize, end: usize): bool {
  const year = digits(at, end, 4);
  return year >= 1900 && year < 2100 && byte(at + 4, end) == 32;
}

function takeShortStamp(year: i32, month: i32, day: i32): void {
  if (!takesFacts) return;
  envelope.clear();
  if (!stamp.isValid) badTimestamp();
  else if (year < 0) setEnvelopeYearless(month, day, stamp.seconds, stamp.nanos, stamp.resolutionNs);
  else {
    const local = localSeconds(year, month, day, stamp.seconds);
    if (local == NO_TIME) badTimestamp();
    else envelope.setInstant(isUtc ? local : utc(local), stamp.nanos, stamp.resolutionNs);
  }
}

const UTC = word("UTC");
const GMT = word("GMT");
/** Whether the zone read last is UTC. */
let isUtc: bool = false;

/** A zone's name before the host: it is one only when host and unit still follow. @returns the place of the host */
function readZoneName(start: usize, end: usize): usize {
  isUtc = false;
  const space: usize = start > end ? 0 : byteIn(start, end, 32);
  const next: usize = space == 0 ? 0 : byteIn(space + 1, end, 32);
  if (next == 0 || next == space + 1 || load<u8>(next - 1) == 58 || !isZoneName(start, space)) return start;
  const name = span(start, space);
  isUtc = equals(name, UTC) || equals(name, GMT) || space == start + 1;
  return space + 1;
}

/** `UTC`, `Z`, `+02:00`, `CEST` */
function isZoneName(start: usize, end: usize): bool {
  const size = (end - start) as i32;
  const first = byte(start, end);
  if (size == 1) return first == 90;
  if (first == 43 || first == 45) {
    const minutes = byte(start + 3, end) == 58 ? start + 4 : start + 3;
    return digits(start + 1, end, 2) >= 0 && digits(minutes, end, 2) >= 0 && minutes + 2 == end;
  }
  if (size < 3 || size > 5) return false;
  for (let at = start; at < end; at++) if (load<u8>(at) < 65 || load<u8>(at) > 90) return false;
  return true;
}

/** Of the journal's entry read last. */
let message = NONE;
let micros = NONE;
let sourceMicros = NONE;
let hasCursor: bool = false;
let hostName = NONE;
let systemdUnit = NONE;
let syslogIdentifier = NONE;
let command = NONE;
let pid = NONE;

const MESSAGE = word("MESSAGE");
const REALTIME = word("__REALTIME_TIMESTAMP");
const SOURCE_REALTIME = word("_SOURCE_REALTIME_TIMESTAMP");
const CURSOR = word("__CURSOR");
const HOST_NAME = word("_HOSTNAME");
const SYSTEMD_UNIT = word("_SYSTEMD_UNIT");
const SYSLOG_IDENTIFIER = word("SYSLOG_IDENTIFIER");
const COMMAND = word("_COMM");
const PID = word("_PID");
const SERVICE = word(".service");
const EMPTY = word("");

/** `journalctl -o json`: the entry's fields, with MESSAGE as text or, when it is not UTF-8 text, as an array of bytes. */
function openJournalJson(start: usize, end: usize): bool {
  if (byte(start, end) != 123) return false;
  message = micros = sourceMicros = hostName = systemdUnit = syslogIdentifier = command = pid = NONE;
  hasCursor = false;
  walkObject(start, end, takeField);
  if (micros == NONE) micros = sourceMicros;
  if (micros == NONE && !hasCursor && message == NONE) return false;
  const text = message == NONE ? EMPTY : message;
  payload.set(startOf(text), endOf(text));
  if (takesFacts) takeEntry();
  return true;
}

function takeField(key: Span, value: Span, isString: bool): void {
  if (equals(key, MESSAGE)) message = isString ? value : bytesOf(value);
  else if (equals(key, REALTIME)) micros = value;
  else if (equals(key, SOURCE_REALTIME)) sourceMicros = value;
  else if (equals(key, CURSOR)) hasCursor = true;
  else if (equals(key, HOST_NAME)) hostName = value;
  else if (equals(key, SYSTEMD_UNIT)) systemdUnit = value;
  else if (equals(key, SYSLOG_IDENTIFIER)) syslogIdentifier = value;
  else if (equals(key, COMMAND)) command = value;
  else if (equals(key, PID)) pid = value;
}

/** The bytes of `[72,105]`; none for another value. */
function bytesOf(value: Span): Span {
  const end = endOf(value);
  let to = room(sizeOf(value));
  if (byte(startOf(value), end) != 91) return keep(to);
  let number = 0;
  let isNumber = false;
  for (let at = startOf(value) + 1; at < end; at++) {
    const digit = (load<u8>(at) as i32) - 48;
    if ((digit as u32) < 10) {
      number = min(256, number * 10 + digit);
      isNumber = true;
    } else if (!isSpace(digit + 48)) {
      if (isNumber && number < 256) store<u8>(to++, number as u8);
      number = 0;
      isNumber = false;
    }
  }
  return keep(to);
}

function takeEntry(): void {
  envelope.clear();
  if (isMicros()) {
    const start = startOf(micros);
    const end = endOf(micros);
    let seconds: i64 = 0;
    for (let at = start; at < end - 6; at++) seconds = seconds * 10 + (load<u8>(at) - 48);
    envelope.setInstant(seconds, digits(end - 6, end, 6) * 1000, 1000);
  } else badTimestamp();
  envelope.nodeName = hostName;
  envelope.identifier = syslogIdentifier != NONE ? syslogIdentifier : systemdUnit != NONE ? withoutService() : command;
  const identifier = envelope.identifier == NONE ? EMPTY : envelope.identifier;
  envelope.source = sourceOf(identifier, pid == NONE ? EMPTY : pid);
}

/** 7 to 18 digits */
function isMicros(): bool {
  const size = sizeOf(micros);
  if (micros == NONE || size < 7 || size > 18) return false;
  for (let at = startOf(micros); at < endOf(micros); at++) if (!isDigit(load<u8>(at))) return false;
  return true;
}

function withoutService(): Span {
  return endsWith(systemdUnit, SERVICE)
    ? span(startOf(systemdUnit), endOf(systemdUnit) - sizeOf(SERVICE))
    : systemdUnit;
}
