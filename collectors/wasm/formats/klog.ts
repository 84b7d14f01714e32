import { byteIn, equals, find, trim, wordIn } from "../memory/search";
import { byteAt, endOf, isDigit, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { fieldValue } from "./fields";
import { afterSpaces, bareValueEnd, closingQuote, unquote } from "./go_values";
import { badTimestamp, setYearless } from "./instant";
import { takeKubeOvnMentions } from "./kube_ovn";
import { takeErrorMentions, takeMessageMentions } from "./mentions";
import { takeKey, takePod } from "./promotion";
import { ERROR, FATAL, INFO, record, WARNING } from "./record";
import { digits } from "./stamp";
import { joined, keep, room } from "./texts";
import { tornHeaderIn } from "./torn_header";

const MAX_KEY_LENGTH: usize = 64;
const HEADER_SIZE: usize = 30;
const TEAR_REACH: usize = 96;
const HEAD_END = word("] ");
const SOURCE_FILE = word(".go:");
const OBJECT = word("object");
const KIND = word("kind");
const POD = word("Pod");

/** `Lmmdd hh:mm:ss.uuuuuu` */
export function startsKlog(start: usize, end: usize): bool {
  return (
    end - start >= HEADER_SIZE &&
    load<u8>(start + 5) == 32 &&
    load<u8>(start + 8) == 58 &&
    load<u8>(start + 11) == 58 &&
    load<u8>(start + 14) == 46 &&
    load<u8>(start + 21) == 32 &&
    isDigit(load<u8>(start + 1)) &&
    isDigit(load<u8>(start + 2)) &&
    isDigit(load<u8>(start + 3)) &&
    isDigit(load<u8>(start + 4)) &&
    isDigit(load<u8>(start + 6)) &&
    isDigit(load<u8>(start + 7)) &&
    isDigit(load<u8>(start + 13)) &&
    isDigit(load<u8>(start + 15)) &&
    isDigit(load<u8>(start + 20))
  );
}

/** klog text: `I1123 14:59:24.123456 75 file.go:10] "message" key="value"`. */
export function parseKlog(line: Span): void {
  const start = startOf(line);
  const end = endOf(line);
  record.severity = severityOf(byteAt(line, 0));
  takeStamp(start, end);
  const bracket = end > start + 22 ? wordIn(start + 22, end, HEAD_END) : 0;
  const headEnd = bracket != 0 ? bracket : end > start && load<u8>(end - 1) == 93 ? end - 1 : end;
  let caller = headEnd;
  while (caller > start + 21 && load<u8>(caller - 1) != 32) caller--;
  record.caller = caller > start + 21 ? span(caller, headEnd) : NONE;
  const body = bracket == 0 ? end : bracket + 2;
  if (body < end && load<u8>(body) == 34) {
    parseStructured(body, end);
    return;
  }
  record.message = span(body, end);
  takeMessageMentions(record.message);
  takeKubeOvnMentions(record.message);
}

function takeStamp(start: usize, end: usize): void {
  const hour = digits(start + 6, end, 2);
  const minute = digits(start + 9, end, 2);
  const second = digits(start + 12, end, 2);
  const clock = hour * 3600 + minute * 60 + second;
  const micros = digits(start + 15, end, 6);
  if (hour > 23 || minute > 59 || second > 60 || clock < 0 || micros < 0) badTimestamp();
  else setYearless(digits(start + 1, end, 2), digits(start + 3, end, 2), clock, micros * 1000, 1000);
}

function severityOf(letter: i32): Span {
  switch (letter) {
    case 73:
      return INFO;
    case 87:
      return WARNING;
    case 69:
      return ERROR;
    case 70:
      return FATAL;
    default:
      return NONE;
  }
}

/** `"message" key="value" key=value ...` */
function parseStructured(body: usize, end: usize): void {
  const close = closingQuote(body, end);
  if (close == 0) {
    record.message = unquote(body + 1, end);
    return;
  }
  if (!isMessageEnd(close + 1, end)) {
    // An unstructured message that happens to begin with a quote: `"ttl" is disabled`.
    record.message = span(body, end);
    takeMessageMentions(record.message);
    return;
  }
  record.message = unquote(body + 1, close);
  parseKeys(close + 1, end);
  if (record.error != NONE) takeErrorMentions(record.error);
  if (record.podName == NONE || record.podUid == NONE) takeMessageMentions(record.message);
  const object = fieldValue(OBJECT);
  if (object != NONE && equals(fieldValue(KIND), POD)) takePod(object);
}

/** True when the line ends at a place, or keys follow. */
function isMessageEnd(at: usize, end: usize): bool {
  const start = afterSpaces(at, end);
  return start == end || load<u8>(start) == 10 || (start > at && keyEnd(start, end) != 0);
}

/** Place of the `=` after the key at a place; 0 when no key stands there. */
function keyEnd(start: usize, end: usize): usize {
  const last = min(end, start + MAX_KEY_LENGTH + 1);
  for (let at = start; at < last; at++) {
    const byte = load<u8>(at);
    if (byte == 61) return at > start ? at : 0;
    if (byte == 34) return 0;
  }
  return 0;
}

function parseKeys(start: usize, end: usize): void {
  for (let at = start; at < end;) {
    at = afterSpaces(at, end);
    const equal = keyEnd(at, end);
    if (equal == 0) {
      takeRest(span(at, end));
      return;
    }
    const key = span(at, load<u8>(equal - 1) == 58 ? equal - 1 : equal);
    at = takeValue(key, equal + 1, end);
  }
}

/** Text after the keys, or on further lines, that is no `key=value`; it belongs to the message. */
function takeRest(rest: Span): void {
  if (sizeOf(trim(rest)) == 0) return;
  record.message = joined(record.message, byteAt(rest, 0) == 10 ? 0 : 32, rest);
}

/** Reads one value and returns the place after it. */
function takeValue(key: Span, start: usize, end: usize): usize {
  const first = start < end ? (load<u8>(start) as i32) : 0;
  if (first == 34) {
    const close = closingQuote(start, end);
    takeKey(key, unquote(start + 1, close == 0 ? end : close));
    return close == 0 ? end : close + 1;
  }
  if (first == 60 && (start + 1 == end || load<u8>(start + 1) == 10)) return takeBlock(key, start + 1, end);
  const newline = byteIn(start, end, 10);
  const stop = bareValueEnd(start, end);
  const valueEnd = newline != 0 && newline < stop ? newline : stop;
  takeKey(key, span(start, valueEnd));
  return valueEnd;
}

/** `key=<`, indented lines, ` >`: a value with newlines. */
function takeBlock(key: Span, start: usize, end: usize): usize {
  let close = byteIn(start, end, 10);
  let mark: usize = 0;
  for (; close != 0; close = byteIn(close + 1, end, 10)) {
    mark = close + 1;
    while (mark < end && (load<u8>(mark) == 32 || load<u8>(mark) == 9)) mark++;
    const isMark = mark < end && load<u8>(mark) == 62;
    if (isMark && (mark + 1 == end || load<u8>(mark + 1) == 32 || load<u8>(mark + 1) == 10)) break;
  }
  record.isOpen = close == 0;
  takeKey(key, withoutIndents(start + 1, close == 0 ? end : close));
  return close == 0 ? end : mark + 1;
}

/** klog indents with one tab, which journald's export turns into eight spaces. */
function withoutIndents(start: usize, end: usize): Span {
  if (start >= end) return span(end, end);
  let to = room((end - start) as i32);
  for (let at = start; at < end;) {
    at = afterIndent(at, end);
    const newline = byteIn(at, end, 10);
    const next = newline == 0 ? end : newline + 1;
    memory.copy(to, at, next - at);
    to += next - at;
    at = next;
  }
  return keep(to);
}

function afterIndent(start: usize, end: usize): usize {
  if (load<u8>(start) == 9) return start + 1;
  const spaces = afterSpaces(start, min(end, start + 8));
  return spaces == start + 8 ? spaces : start;
}

/** Place of a second record that was torn into a line; 0 when there is none. */
export function tornKlog(line: Span): usize {
  const start = startOf(line);
  const isWhole = byteAt(line, 5) == 32 && byteAt(line, 14) == 46 && byteAt(line, 21) == 32;
  const own = isWhole ? find(line, SOURCE_FILE) : 0;
  if (isWhole && own == 0) return 0;
  return tornHeaderIn(start, endOf(line), headerAt, SOURCE_FILE, TEAR_REACH, own == 0 ? start : own + 1);
}

/** `[IWEF]mmdd hh:mm:ss.uuuuuu pid file.go:10]` */
function headerAt(start: usize, end: usize): bool {
  if (severityOf(load<u8>(start)) == NONE || !startsKlog(start, end)) return false;
  for (let at = start + 15; at < start + 21; at++) if (!isDigit(load<u8>(at))) return false;
  if (!isDigit(load<u8>(start + 9)) || !isDigit(load<u8>(start + 10)) || !isDigit(load<u8>(start + 12))) return false;
  const pid = afterSpaces(start + 21, end);
  let file = pid;
  while (file < end && isDigit(load<u8>(file))) file++;
  if (file == pid || file >= end || load<u8>(file) != 32) return false;
  file++;
  let at = file;
  while (at < end && load<u8>(at) != 32 && load<u8>(at) != 93) at++;
  if (at >= end || load<u8>(at) != 93) return false;
  let digit = at;
  while (isDigit(load<u8>(digit - 1))) digit--;
  return digit < at && digit - 4 > file && load<u32>(digit - 4) == 0x3a6f_672e; // ".go:"
}
