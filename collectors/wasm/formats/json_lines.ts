import { byteIn, equals, find, has, standsAt, startsWith, trimEnd, whichAt, wordIn } from "../memory/search";
import { endOf, isDigit, isHex, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { WordTable } from "../memory/word_table";
import { takeContainerdMentions } from "./containerd";
import { context } from "./context";
import { envelope } from "./envelope_facts";
import { field } from "./fields";
import { afterSpaces, closingQuote, unquote } from "./go_values";
import { badTimestamp, setInstant, setStamp, stamp } from "./instant";
import { printedEnd, takeCniArguments, takeErrorMentions } from "./mentions";
import { quotedBehind, takeKey } from "./promotion";
import { CONTAINERD_JSON, ERROR, ETCD_JSON, INFO, JSON, KLOG_JSON, record, ZAP_JSON } from "./record";
import { severityOf } from "./severity";

const SHORTEST: usize = 12;
const FIRST_KEYS = StaticArray.fromArray<Span>([
  word('{"level":'),
  word('{"ts":'),
  word('{"time":'),
  word('{"msg":'),
  word('{"severity":'),
  word('{"timestamp":'),
  word('{"v":'),
]);
const MSG_KEY = word('"msg":"');
const LEVEL_KEY = word('"level":"');
const CALLER_KEY = word('"caller":"');
const TIME_KEY = word('"time":"');
const TS_KEY = word('"ts":');
const TS_TEXT_KEY = word('"ts":"');
const TS = word("ts");
const TIME = word("time");
const TIMESTAMP = word("timestamp");
const LEVEL = word("level");
const SEVERITY = word("severity");
const MSG = word("msg");
const MESSAGE = word("message");
const ETCD = word("etcd");
const CONTAINERD = word("containerd");
const IP = word("ip");
const POOL = word("pool");
const ALLOCATE = word("Allocate IPv");
const IP_MARK = word(" IP ");
const POOL_MARK = word("IPPool ");

/** etcd's packages: the caller tells its lines from other zap users'. */
const ETCD_PACKAGES = new WordTable(6);
ETCD_PACKAGES.add("etcdserver", 1);
ETCD_PACKAGES.add("etcdmain", 1);
ETCD_PACKAGES.add("embed", 1);
ETCD_PACKAGES.add("mvcc", 1);
ETCD_PACKAGES.add("wal", 1);
ETCD_PACKAGES.add("snap", 1);
ETCD_PACKAGES.add("rafthttp", 1);
ETCD_PACKAGES.add("raft", 1);
ETCD_PACKAGES.add("traceutil", 1);
ETCD_PACKAGES.add("v3rpc", 1);
ETCD_PACKAGES.add("fileutil", 1);
ETCD_PACKAGES.add("membership", 1);
ETCD_PACKAGES.add("backend", 1);
ETCD_PACKAGES.add("flags", 1);
ETCD_PACKAGES.add("schema", 1);
ETCD_PACKAGES.add("version", 1);
ETCD_PACKAGES.add("auth", 1);
ETCD_PACKAGES.add("lease", 1);
ETCD_PACKAGES.add("verify", 1);
ETCD_PACKAGES.add("osutil", 1);
ETCD_PACKAGES.add("v3compactor", 1);

/** JSON lines: zap (Spiderpool, etcd), klog's and containerd's JSON, and any other with level and message. */
export function startsJson(start: usize, end: usize): bool {
  if (end - start < SHORTEST || load<u8>(start + 1) != 34) return false;
  if (whichAt(start, end, FIRST_KEYS) >= 0) return true;
  // logrus sorts its keys, so another one may come first; API objects have no `msg`.
  return wordIn(start, end, MSG_KEY) != 0 && wordIn(start, end, LEVEL_KEY) != 0;
}

/**
 * Calls `take` for each key of the JSON object that begins at a place; values of strings are unescaped, others are raw text.
 *
 * Numbers stay text, so none loses digits. @returns false when the object is cut off or malformed; keys before that count
 */
export function walkObject(start: usize, end: usize, take: (key: Span, value: Span, isString: bool) => void): bool {
  let at = afterSpaces(start + 1, end);
  while (at < end && load<u8>(at) == 34) {
    const keyEnd = closingQuote(at, end);
    if (keyEnd == 0) return false;
    const colon = afterSpaces(keyEnd + 1, end);
    if (colon >= end || load<u8>(colon) != 58) return false;
    const key = unquote(at + 1, keyEnd);
    at = afterSpaces(colon + 1, end);
    if (at < end && load<u8>(at) == 34) {
      const close = closingQuote(at, end);
      // What is left of a value is the message's text, and no other one: half an address is another address.
      if (close != 0 || equals(key, MSG) || equals(key, MESSAGE)) {
        take(key, unquote(at + 1, close == 0 ? end : close), true);
      }
      if (close == 0) return false;
      at = close + 1;
    } else {
      const stop = rawValueEnd(at, end);
      take(key, trimEnd(span(at, stop)), false);
      at = stop;
    }
    at = afterSpaces(at, end);
    if (at >= end || load<u8>(at) != 44) return at < end && load<u8>(at) == 125;
    at = afterSpaces(at + 1, end);
  }
  return at < end && load<u8>(at) == 125;
}

function rawValueEnd(start: usize, end: usize): usize {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at) as i32;
    if (byte == 34) {
      const close = closingQuote(at, end);
      if (close == 0) return end;
      at = close;
    } else if (byte == 123 || byte == 91) depth++;
    else if (byte == 125 || byte == 93) {
      if (depth == 0) return at;
      depth--;
    } else if (byte == 44 && depth == 0) return at;
  }
  return end;
}

/**
 * Writers that share a file tear each other's lines: where the line's first key comes again as an object's, another record
 * begins. An object after `:`, `,` or `[` is a value of this one; in a string its quotes are escaped.
 *
 * @returns place of the second record; 0 when there is none
 */
export function tornJson(line: Span): usize {
  const start = startOf(line);
  const end = endOf(line);
  const quote = end > start + 2 ? byteIn(start + 2, end, 34) : 0;
  if (quote == 0) return 0;
  const first = span(start, quote + 1);
  for (let at = wordIn(quote + 1, end, first); at != 0; at = wordIn(at + 1, end, first)) {
    const before = load<u8>(at - 1) as i32;
    if (before != 58 && before != 44 && before != 91 && before != 32) return at;
  }
  return 0;
}

let hasLevel: bool = false;

export function parseJson(line: Span): void {
  record.format = formatOf(line);
  hasLevel = false;
  record.isTorn = !walkObject(startOf(line), endOf(line), takePair);
  if (record.format == KLOG_JSON && record.severity == NONE) record.severity = record.error == NONE ? INFO : ERROR;
  if (record.message != NONE) {
    if (record.format == CONTAINERD_JSON) takeContainerdMentions(record.message);
    takeCniArguments(record.message);
    if (record.severity == ERROR) takeErrorMentions(record.message);
    takeSpiderpoolAddress(record.message);
  }
  if (record.error != NONE) takeErrorMentions(record.error);
}

function takePair(key: Span, value: Span, isString: bool): void {
  if (!record.hasInstant && (equals(key, TS) || equals(key, TIME) || equals(key, TIMESTAMP))) {
    takeTime(key, value, isString);
  } else if (!hasLevel && (equals(key, LEVEL) || equals(key, SEVERITY))) {
    hasLevel = true;
    record.severity = severityOf(value);
    if (record.severity == NONE) field(key, value);
  } else takeKey(key, value);
}

/** `Allocate IPv4 IP 10.21.0.2/16 from IPPool ...` of Spiderpool's agent; its `Ips:[0x..]` are pointers. */
function takeSpiderpoolAddress(message: Span): void {
  const end = endOf(message);
  const version = startOf(message) + sizeOf(ALLOCATE);
  if (!startsWith(message, ALLOCATE) || version >= end) return;
  if ((load<u8>(version) != 52 && load<u8>(version) != 54) || !standsAt(version + 1, end, IP_MARK)) return;
  const ip = version + 1 + sizeOf(IP_MARK);
  let ipEnd = ip;
  while (ipEnd < end && isAddressByte(load<u8>(ipEnd))) ipEnd++;
  if (ipEnd == ip) return;
  field(IP, span(ip, ipEnd));
  const mark = wordIn(ipEnd, end, POOL_MARK);
  if (mark == 0) return;
  const pool = mark + sizeOf(POOL_MARK);
  let poolEnd = printedEnd(pool, end);
  const last = poolEnd > pool + 1 ? load<u8>(poolEnd - 1) : 0;
  if (last == 44 || last == 46) poolEnd--;
  if (poolEnd > pool) field(POOL, span(pool, poolEnd));
}

function isAddressByte(byte: i32): bool {
  return isHex(byte) || byte == 46 || byte == 58 || byte == 47;
}

function takeTime(key: Span, value: Span, isString: bool): void {
  if (isString && stamp.readIso(startOf(value), endOf(value))) {
    setStamp();
    return;
  }
  if (isString || !takeEpoch(startOf(value), endOf(value))) {
    badTimestamp();
    field(key, value);
  }
}

/** Epoch seconds (zap) or milliseconds (klog's JSON) with a decimal fraction; digits are moved, not computed in floats. */
function takeEpoch(start: usize, end: usize): bool {
  let at = start;
  let whole: i64 = 0;
  for (; at < end && at < start + 15 && isDigit(load<u8>(at)); at++) whole = whole * 10 + (load<u8>(at) - 48);
  if (at == start) return false;
  const isMillis = at - start > 11;
  let seconds = whole;
  let nanos: i64 = 0;
  let decimals = 0;
  if (isMillis) {
    seconds = whole / 1000;
    nanos = whole % 1000;
    decimals = 3;
  }
  if (at + 1 < end && load<u8>(at) == 46) {
    for (at++; at < end && decimals < 9 && isDigit(load<u8>(at)); at++, decimals++) {
      nanos = nanos * 10 + (load<u8>(at) - 48);
    }
  }
  let unit = 1;
  for (; decimals < 9; decimals++) unit *= 10;
  setInstant(seconds, (nanos * unit) as i32, unit);
  return true;
}

function formatOf(line: Span): i32 {
  if (hasNumberedStamp(line)) return has(line, LEVEL_KEY) ? ZAP_JSON : KLOG_JSON;
  const caller = quotedBehind(line, CALLER_KEY);
  const isEtcd = equals(context.component, ETCD);
  if (has(line, TS_TEXT_KEY)) {
    if (caller != NONE) return isEtcd || isEtcdCaller(caller) ? ETCD_JSON : ZAP_JSON;
    if (has(line, LEVEL_KEY)) return isEtcd ? ETCD_JSON : ZAP_JSON;
  }
  const program = envelope.identifier != NONE ? envelope.identifier : context.component;
  return equals(program, CONTAINERD) && has(line, TIME_KEY) ? CONTAINERD_JSON : JSON;
}

/** `"ts":` and a digit */
function hasNumberedStamp(line: Span): bool {
  const end = endOf(line);
  for (let at = find(line, TS_KEY); at != 0; at = wordIn(at + 1, end, TS_KEY)) {
    const digit = at + sizeOf(TS_KEY);
    if (digit < end && isDigit(load<u8>(digit))) return true;
  }
  return false;
}

function isEtcdCaller(caller: Span): bool {
  const slash = byteIn(startOf(caller), endOf(caller), 47);
  return slash != 0 && ETCD_PACKAGES.get(span(startOf(caller), slash)) > 0;
}
