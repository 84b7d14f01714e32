import { byteIn, trimEnd, wordIn } from "../memory/search";
import { byteAt, endOf, isDigit, isLetter, NONE, Span, span, startOf, word } from "../memory/span";
import { field } from "./fields";
import { afterSpaces, bareValueEnd, closingQuote, unquote } from "./go_values";
import { setStamp, stamp } from "./instant";
import { takeErrorMentions } from "./mentions";
import { takeKey } from "./promotion";
import { record } from "./record";
import { severityOf } from "./severity";
import { joined } from "./texts";
import { tornHeaderIn } from "./torn_header";

const TEAR_REACH: usize = 40;
const OWN_MARK: usize = 36;
const TEAR_MARK = word("][");
const COLON = word(": ");
const PID = word("pid");

/** `YYYY-MM-DD hh:mm:ss.mmm [` */
export function startsCalico(start: usize, end: usize): bool {
  return (
    end > start + 26 &&
    load<u8>(start + 4) == 45 &&
    load<u8>(start + 7) == 45 &&
    load<u8>(start + 10) == 32 &&
    load<u8>(start + 13) == 58 &&
    load<u8>(start + 16) == 58 &&
    load<u8>(start + 19) == 46 &&
    load<u8>(start + 23) == 32 &&
    load<u8>(start + 24) == 91 &&
    isDigit(load<u8>(start + 1)) &&
    isDigit(load<u8>(start + 22))
  );
}

/** Calico: `2026-11-23 16:14:03.504 [INFO][423] ipam_plugin.go 356: text key="value"`; local time without zone. */
export function parseCalico(line: Span): void {
  const start = startOf(line);
  const end = endOf(line);
  stamp.readIso(start, end);
  setStamp();
  const close = byteIn(start + 25, end, 93);
  record.severity = severityOf(span(start + 25, close == 0 ? end : close));
  let at = close == 0 ? end : close;
  if (close != 0 && close + 1 < end && load<u8>(close + 1) == 91) {
    const pidEnd = byteIn(close + 1, end, 93);
    // The process is what ties the lines without a container id (its host-wide lock) to those with one.
    if (pidEnd != 0) {
      field(PID, span(close + 2, pidEnd));
      at = pidEnd;
    }
  }
  at = takeCaller(min(end, at + 2), end);
  const keys = firstKey(at, end);
  record.message = trimEnd(span(at, keys));
  parseKeys(keys, end);
  if (record.error != NONE) takeErrorMentions(record.error);
}

/** `file.go 123: ` comes first; a message of its own may follow the pid directly. @returns the place of the message */
function takeCaller(start: usize, end: usize): usize {
  const colon = wordIn(start, end, COLON);
  if (colon == 0) return start;
  const space = byteIn(start, colon, 32);
  if (space < start + 3 || load<u8>(space - 3) != 46 || load<u8>(space - 2) != 103 || load<u8>(space - 1) != 111) {
    return start;
  }
  for (let at = space + 1; at < colon; at++) if (!isDigit(load<u8>(at))) return start;
  if (space + 1 == colon) return start;
  record.caller = joined(span(start, space), 58, span(space + 1, colon));
  return colon + 2;
}

/** Place of the first ` key=` after the message; keys are sorted by logrus, words with `=` in a message are rare. */
function firstKey(from: usize, end: usize): usize {
  for (let equal = byteIn(from, end, 61); equal != 0; equal = byteIn(equal + 1, end, 61)) {
    let start = equal;
    while (start > from && isKeyByte(load<u8>(start - 1))) start--;
    if (start < equal && start > from && load<u8>(start - 1) == 32) return start;
  }
  return end;
}

function isKeyByte(byte: i32): bool {
  return isLetter(byte) || isDigit(byte) || byte == 95 || byte == 45 || byte == 46;
}

function parseKeys(from: usize, end: usize): void {
  for (let at = from; at < end;) {
    const equal = byteIn(at, end, 61);
    if (equal == 0) return;
    const keyStart = afterSpaces(at, end);
    const key = trimEnd(span(min(keyStart, equal), equal));
    const value = equal + 1;
    if (value < end && load<u8>(value) == 34) {
      const close = closingQuote(value, end);
      takeKey(key, unquote(value + 1, close == 0 ? end : close));
      at = close == 0 ? end : close + 1;
    } else {
      at = bareValueEnd(value, end);
      takeKey(key, span(value, at));
    }
  }
}

/** Place of a second record that was torn into a line; 0 when there is none. */
export function tornCalico(line: Span): usize {
  const start = startOf(line);
  const isWhole = byteAt(line, 23) == 32 && byteAt(line, 24) == 91;
  return tornHeaderIn(start, endOf(line), headerAt, TEAR_MARK, TEAR_REACH, isWhole ? start + OWN_MARK : start);
}

/** `dddd-dd-dd dd:dd:dd.ddd [LEVEL][pid]` */
function headerAt(start: usize, end: usize): bool {
  if (start + 29 > end || !startsCalico(start, end)) return false;
  for (let index = 0; index < 23; index++) {
    const isMark = index == 4 || index == 7 || index == 10 || index == 13 || index == 16 || index == 19;
    if (!isMark && !isDigit(load<u8>(start + index))) return false;
  }
  let at = start + 25;
  while (at < end && at < start + 35 && load<u8>(at) >= 65 && load<u8>(at) <= 90) at++;
  if (at == start + 25 || at == start + 35 || at + 1 >= end || load<u8>(at) != 93 || load<u8>(at + 1) != 91)
    return false;
  const pid = at + 2;
  for (at = pid; at < end && isDigit(load<u8>(at));) at++;
  return at > pid && at < end && load<u8>(at) == 93;
}
