import { byteIn, standsAt, whichAt } from "../memory/search";
import { endOf, isDigit, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { isoStampEnd } from "./bracket";
import { field } from "./fields";
import { setStamp, stamp } from "./instant";
import { DEBUG, FATAL, record } from "./record";
import { severityOf } from "./severity";
import { digits, localSeconds, NO_TIME } from "./stamp";

const SEQUENCE = word("sequence");
const SHORT_DEBUG = word("DBG");
const PANIC = word("panic: ");
const FATAL_ERROR = word("fatal error: ");

/** Open vSwitch and OVN: `2026-11-23T15:45:55.714Z|01198|module(thread)|INFO|text`. */
export function startsOvs(start: usize, end: usize): bool {
  const stampEnd = isoStampEnd(start, end);
  return stampEnd != 0 && stampEnd + 1 < end && load<u8>(stampEnd) == 124 && isDigit(load<u8>(stampEnd + 1));
}

export function parseOvs(line: Span): void {
  takeStamp(line);
  const sequence = part(line, 124, 1);
  const module = part(line, 124, 2);
  const level = part(line, 124, 3);
  if (level != NONE) record.severity = isShortDebug(level) ? DEBUG : severityOf(level);
  record.caller = module;
  record.message = rest(line, 124, 4);
  if (sequence != NONE) field(SEQUENCE, sequence);
}

function isShortDebug(level: Span): bool {
  return sizeOf(level) == 3 && standsAt(startOf(level), endOf(level), SHORT_DEBUG);
}

const CONSOLE_LEVELS = StaticArray.fromArray<Span>([
  word("TRACE"),
  word("DEBUG"),
  word("INFO\t"),
  word("WARN\t"),
  word("ERROR"),
  word("EMER\t"),
  word("ERR\t"),
  word("DBG\t"),
  word("FATAL"),
]);

/** zap's console encoder: stamp, level, caller and message between tabs. */
export function startsConsole(start: usize, end: usize): bool {
  const stampEnd = isoStampEnd(start, end);
  if (stampEnd == 0 || stampEnd >= end || load<u8>(stampEnd) != 9) return false;
  return whichAt(stampEnd + 1, end, CONSOLE_LEVELS) >= 0;
}

export function parseConsole(line: Span): void {
  takeStamp(line);
  const level = part(line, 9, 1);
  if (level != NONE) record.severity = severityOf(level);
  record.caller = part(line, 9, 2);
  record.message = rest(line, 9, 3);
}

/** The Go runtime's last words; the stack that follows belongs to the record. It has no stamp of its own. */
export function startsPanic(start: usize, end: usize): bool {
  return standsAt(start, end - 1, PANIC) || standsAt(start, end - 1, FATAL_ERROR);
}

export function parsePanic(line: Span): void {
  record.severity = FATAL;
  record.message = line;
}

const GRPC_LEVELS = StaticArray.fromArray<Span>([word("INFO: "), word("WARNING: "), word("ERROR: "), word("FATAL: ")]);
const DATE_SIZE: usize = 11;
const CLOCK_SIZE: usize = 9;

/** grpc-go's own logger, beside etcd's and the API server's lines: `WARNING: 2026/11/23 16:06:05 [core] text`. */
export function startsGrpc(start: usize, end: usize): bool {
  return grpcDate(start, end) != 0;
}

/** Place of the date of `LEVEL: dddd/dd/dd dd:dd:dd `; 0 when no such header stands there. */
function grpcDate(start: usize, end: usize): usize {
  const level = whichAt(start, end, GRPC_LEVELS);
  if (level < 0) return 0;
  const date = start + sizeOf(unchecked(GRPC_LEVELS[level]));
  return isGrpcDate(date, end) ? date : 0;
}

function isGrpcDate(at: usize, end: usize): bool {
  return (
    at + DATE_SIZE + CLOCK_SIZE <= end &&
    digits(at, end, 4) >= 0 &&
    load<u8>(at + 4) == 47 &&
    digits(at + 5, end, 2) >= 0 &&
    load<u8>(at + 7) == 47 &&
    digits(at + 8, end, 2) >= 0 &&
    load<u8>(at + 10) == 32 &&
    digits(at + 11, end, 2) >= 0 &&
    load<u8>(at + 13) == 58 &&
    digits(at + 14, end, 2) >= 0 &&
    load<u8>(at + 16) == 58 &&
    digits(at + 17, end, 2) >= 0 &&
    load<u8>(at + 19) == 32
  );
}

export function parseGrpc(line: Span): void {
  const end = endOf(line);
  const date = grpcDate(startOf(line), end);
  if (date == 0) {
    record.message = line;
    return;
  }
  stamp.readClock(date + DATE_SIZE, end);
  const local = localSeconds(digits(date, end, 4), digits(date + 5, end, 2), digits(date + 8, end, 2), stamp.seconds);
  if (local == NO_TIME) stamp.isValid = false;
  else stamp.seconds = local;
  setStamp();
  record.severity = severityOf(span(startOf(line), date - 2));
  record.message = span(date + DATE_SIZE + CLOCK_SIZE, end);
}

function takeStamp(line: Span): void {
  stamp.readIso(startOf(line), endOf(line));
  setStamp();
}

/** The part of a line behind so many separators; NONE when there are not so many. */
function part(line: Span, separator: u8, index: i32): Span {
  const from = rest(line, separator, index);
  if (from == NONE) return NONE;
  const stop = byteIn(startOf(from), endOf(from), separator);
  return span(startOf(from), stop == 0 ? endOf(from) : stop);
}

/** All that is behind so many separators; NONE when there are not so many. */
function rest(line: Span, separator: u8, index: i32): Span {
  const end = endOf(line);
  let at = startOf(line);
  for (let passed = 0; passed < index; passed++) {
    const next = byteIn(at, end, separator);
    if (next == 0) return NONE;
    at = next + 1;
  }
  return span(at, end);
}
