import { byteIn, eitherIn, equals, standsAt } from "../memory/search";
import { endOf, NONE, Span, span, startOf, word } from "../memory/span";
import { takeContainerdMentions } from "./containerd";
import { field } from "./fields";
import { afterSpaces, closingQuote, unquote } from "./go_values";
import { badTimestamp, setStamp, stamp } from "./instant";
import { takeCniArguments, takeErrorMentions } from "./mentions";
import { takeKey } from "./promotion";
import { record } from "./record";
import { severityOf } from "./severity";

const TIME_FIRST = word('time="');
const TS_FIRST = word("ts=");
const LEVEL_FIRST = word("level=");
const TIME = word("time");
const TS = word("ts");
const LEVEL = word("level");

/** containerd's and CRI-O's text log (logrus with a stamp), and go-kit's `ts=... level=...`. */
export function startsLogfmt(start: usize, end: usize): bool {
  return standsAt(start, end, TIME_FIRST) || standsAt(start, end, TS_FIRST);
}

/** logrus without a stamp first, as Cilium writes it: the instant is the carrier's. */
export function startsLogrus(start: usize, end: usize): bool {
  return standsAt(start, end, LEVEL_FIRST);
}

export function parseLogfmt(line: Span): void {
  parsePairs(startOf(line), endOf(line));
  if (record.message != NONE) {
    takeContainerdMentions(record.message);
    takeCniArguments(record.message);
  }
  if (record.error != NONE) takeErrorMentions(record.error);
}

/** Reads `key=value` pairs; a value is quoted, or ends at the next space. */
function parsePairs(start: usize, end: usize): void {
  for (let at = afterSpaces(start, end); at < end; at = afterSpaces(at, end)) {
    const stop = eitherIn(at, end, 61, 32);
    const keyEnd = stop == 0 ? end : stop;
    const key = span(at, keyEnd);
    const value = keyEnd + 1;
    if (keyEnd == end || load<u8>(keyEnd) != 61) {
      // A word without `=`: logfmt allows a bare key.
      field(key, span(keyEnd, keyEnd));
      at = keyEnd;
    } else if (value < end && load<u8>(value) == 34) {
      const close = closingQuote(value, end);
      takePair(key, unquote(value + 1, close == 0 ? end : close));
      at = close == 0 ? end : close + 1;
    } else {
      const space = byteIn(value, end, 32);
      at = space == 0 ? end : space;
      takePair(key, span(value, at));
    }
  }
}

function takePair(key: Span, value: Span): void {
  if (!record.hasInstant && (equals(key, TIME) || equals(key, TS))) {
    if (stamp.readIso(startOf(value), endOf(value))) setStamp();
    else {
      badTimestamp();
      field(key, value);
    }
  } else if (record.severity == NONE && equals(key, LEVEL)) {
    record.severity = severityOf(value);
    if (record.severity == NONE) field(key, value);
  } else takeKey(key, value);
}
