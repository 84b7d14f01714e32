import type { PayloadFormat } from "../log_record.ts";
import { takeContainerdMentions } from "./containerd.ts";
import { closingQuote, unquote } from "./go_values.ts";
import { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { severityOf } from "./logfmt.ts";
import { takeCniArguments, takeErrorMentions } from "./mentions.ts";
import { takeKey } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";

const FIRST_KEYS = ["level", "ts", "time", "msg", "severity", "timestamp", "v"] as const;
const FIRST_KEY_PREFIXES = FIRST_KEYS.map((key) => Buffer.from(`{"${key}":`));
const MSG_KEY = Buffer.from('"msg":"');
const LEVEL_KEY = Buffer.from('"level":"');
/** etcd's packages: the caller tells its lines from other zap users'. */
const ETCD_CALLER =
  /^(?:etcdserver|etcdmain|embed|mvcc|wal|snap|rafthttp|raft|traceutil|v3rpc|fileutil|membership|backend|flags|schema|version|auth|lease|verify|osutil|v3compactor)\//;

function starts(buf: Buffer, start: number, end: number): boolean {
  if (end - start < 12 || buf[start + 1] !== 34) {
    return false;
  }
  for (const prefix of FIRST_KEY_PREFIXES) {
    if (buf.compare(prefix, 0, prefix.length, start, Math.min(end, start + prefix.length)) === 0) {
      return true;
    }
  }
  // logrus sorts its keys, so another one may come first; API objects have no `msg`.
  return within(buf, MSG_KEY, start, end) && within(buf, LEVEL_KEY, start, end);
}

function within(buf: Buffer, needle: Buffer, start: number, end: number): boolean {
  return buf.subarray(start, end).includes(needle);
}

/**
 * Calls `take` for each key of the JSON object that begins at `pos`; values of strings are unescaped, others are raw text.
 *
 * Numbers stay text, so none loses digits. @returns false when the object is cut off or malformed; keys before that count
 */
export function walkObject(
  line: LineText,
  pos: number,
  take: (key: string, value: string, isString: boolean) => void,
): boolean {
  const { text } = line;
  let i = line.afterSpaces(pos + 1);
  while (line.code(i) === 34) {
    const keyEnd = closingQuote(line, i);
    const colon = keyEnd < 0 ? -1 : line.afterSpaces(keyEnd + 1);
    if (colon < 0 || line.code(colon) !== 58) {
      return false;
    }
    const key = unquote(line, i, keyEnd);
    i = line.afterSpaces(colon + 1);
    if (line.code(i) === 34) {
      const close = closingQuote(line, i);
      // What is left of a value is the message's text, and no other one: half an address is another address.
      if (close >= 0 || key === "msg" || key === "message") {
        take(key, unquote(line, i, close < 0 ? text.length : close), true);
      }
      if (close < 0) {
        return false;
      }
      i = close + 1;
    } else {
      const end = rawValueEnd(line, i);
      take(key, text.substring(i, end).trimEnd(), false);
      i = end;
    }
    i = line.afterSpaces(i);
    if (line.code(i) !== 44) {
      return line.code(i) === 125;
    }
    i = line.afterSpaces(i + 1);
  }
  return line.code(i) === 125;
}

function rawValueEnd(line: LineText, pos: number): number {
  let depth = 0;
  for (let i = pos; i < line.length; i++) {
    const c = line.code(i);
    if (c === 34) {
      const close = closingQuote(line, i);
      if (close < 0) {
        return line.length;
      }
      i = close;
    } else if (c === 123 || c === 91) {
      depth++;
    } else if (c === 125 || c === 93) {
      if (depth === 0) {
        return i;
      }
      depth--;
    } else if (c === 44 && depth === 0) {
      return i;
    }
  }
  return line.length;
}

/**
 * Writers that share a file tear each other's lines: where the line's first key comes again as an object's, another record
 * begins. An object after `:`, `,` or `[` is a value of this one; in a string its quotes are escaped.
 */
function tear(text: string): number {
  const prefix = text.substring(0, text.indexOf('"', 2) + 1);
  for (let at = text.indexOf(prefix, prefix.length); at >= 0; at = text.indexOf(prefix, at + 1)) {
    if (!":,[ ".includes(text.charAt(at - 1))) return at;
  }
  return 0;
}

function parse(line: LineText, state: RecordState): void {
  const { record } = state;
  record.format = detectName(line.text, state);
  let hasLevel = false;
  const isWhole = walkObject(line, 0, (key, value, isString) => {
    if ((key === "ts" || key === "time" || key === "timestamp") && record.tsSeconds === null) {
      takeTime(key, value, isString, state);
    } else if ((key === "level" || key === "severity") && !hasLevel) {
      hasLevel = true;
      record.severity = severityOf(value);
      if (record.severity === null) {
        state.field(key, value);
      }
    } else {
      takeKey(key, value, state);
    }
  });
  finish(state);
  state.isTorn = !isWhole;
}

function finish(state: RecordState): void {
  const { record } = state;
  if (record.format === "klog_json") {
    record.severity ??= record.error === null ? "info" : "error";
  }
  if (record.message !== null) {
    if (record.format === "containerd_json") {
      takeContainerdMentions(record.message, state);
    }
    takeCniArguments(record.message, state);
    if (record.severity === "error") {
      takeErrorMentions(record.message, state);
    }
    takeSpiderpoolAddress(record.message, state);
  }
  if (record.error !== null) {
    takeErrorMentions(record.error, state);
  }
}

/** `Allocate IPv4 IP 10.21.0.2/16 from IPPool ...` of Spiderpool's agent; its `Ips:[0x..]` are pointers. */
function takeSpiderpoolAddress(message: string, state: RecordState): void {
  if (!message.startsWith("Allocate IPv")) {
    return;
  }
  const [, ip, pool] = /^Allocate IPv[46] IP ([0-9a-fA-F.:/]+)(?:.*?IPPool (\S+?)[,.]?(?: |$))?/.exec(message) ?? [];
  if (ip !== undefined) {
    state.field("ip", ip);
    if (pool !== undefined) {
      state.field("pool", pool);
    }
  }
}

const stampText = new LineText();

function takeTime(key: string, value: string, isString: boolean, state: RecordState): void {
  stampText.setText(value);
  if (isString && state.stamp.readIso(stampText, 0)) {
    state.setStamp(state.stamp);
    return;
  }
  const match = isString ? null : /^(\d{1,15})(?:\.(\d{1,9}))?/.exec(value);
  if (match === null) {
    state.badTimestamp();
    state.field(key, value);
    return;
  }
  takeEpoch(match[1] ?? "", match[2] ?? "", state);
}

/** Epoch seconds (zap) or milliseconds (klog's JSON) with a decimal fraction; digits are moved, not computed in floats. */
function takeEpoch(whole: string, fraction: string, state: RecordState): void {
  const isMillis = whole.length > 11;
  const seconds = isMillis ? whole.slice(0, -3) : whole;
  const decimals = (isMillis ? whole.slice(-3) : "") + fraction;
  const nanos = decimals.slice(0, 9);
  state.setInstant(Number(seconds), Number(nanos.padEnd(9, "0")), 10 ** (9 - nanos.length));
}

function detectName(text: string, state: RecordState): PayloadFormat {
  if (/"ts":\d/.test(text)) {
    return text.includes('"level":"') ? "zap_json" : "klog_json";
  }
  const caller = /"caller":"([^"]*)"/.exec(text)?.[1];
  if (caller !== undefined && text.includes('"ts":"')) {
    return state.context.component === "etcd" || ETCD_CALLER.test(caller) ? "etcd_json" : "zap_json";
  }
  if (text.includes('"ts":"') && text.includes('"level":"')) {
    return state.context.component === "etcd" ? "etcd_json" : "zap_json";
  }
  const program = state.envelope.identifier ?? state.context.component;
  return program === "containerd" && text.includes('"time":"') ? "containerd_json" : "json";
}

/** JSON lines: zap (Spiderpool, etcd), klog's and containerd's JSON, and any other with level and message. */
export const JSON_LINES: LogFormat = {
  name: "json",
  id: "json_lines",
  firstBytes: "{",
  continues: false,
  starts,
  parse,
  tear,
  samples: [
    '{"level":"info","ts":"2026-11-23T16:42:36.005Z","caller":"traceutil/trace.go:152","msg":"trace range"}',
    '{"ts":1700751564123.456,"caller":"kubelet/kubelet.go:10","msg":"SyncLoop ADD","v":2,"source":"api"}',
  ],
};
