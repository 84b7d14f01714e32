import type { Severity } from "../log_record.ts";
import { takeKubeOvnMentions } from "./kube_ovn.ts";
import { bareValueEnd, closingQuote, unquote } from "./go_values.ts";
import { wordAt } from "./known_words.ts";
import type { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { takeErrorMentions, takeMessageMentions } from "./mentions.ts";
import { takeKey, takePod } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";
import { tornHeaderAt } from "./torn_header.ts";

const MAX_KEY_LENGTH = 64;

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= 48 && c <= 57;
}

function starts(buf: Buffer, start: number, end: number): boolean {
  // `Lmmdd hh:mm:ss.uuuuuu`
  return (
    end - start >= 30 &&
    buf[start + 5] === 32 &&
    buf[start + 8] === 58 &&
    buf[start + 11] === 58 &&
    buf[start + 14] === 46 &&
    isDigit(buf[start + 1]) &&
    isDigit(buf[start + 2]) &&
    isDigit(buf[start + 3]) &&
    isDigit(buf[start + 4]) &&
    isDigit(buf[start + 6]) &&
    isDigit(buf[start + 7]) &&
    isDigit(buf[start + 13]) &&
    isDigit(buf[start + 15]) &&
    isDigit(buf[start + 20]) &&
    buf[start + 21] === 32
  );
}

function parse(line: LineText, state: RecordState): void {
  const { text } = line;
  const { record } = state;
  record.severity = severityOf(line.code(0));
  const hour = line.digits(6, 2);
  const minute = line.digits(9, 2);
  const second = line.digits(12, 2);
  const clock = hour * 3600 + minute * 60 + second;
  const micros = line.digits(15, 6);
  if (hour > 23 || minute > 59 || second > 60 || clock < 0 || micros < 0) {
    state.badTimestamp();
  } else {
    state.setYearless(line.digits(1, 2), line.digits(3, 2), clock, micros * 1000, 1000);
  }
  const bracket = text.indexOf("] ", 22);
  const headEnd = bracket >= 0 ? bracket : line.length - (line.code(line.length - 1) === 93 ? 1 : 0);
  let callerStart = headEnd;
  while (callerStart > 21 && line.code(callerStart - 1) !== 32) callerStart--;
  record.caller = callerStart > 21 ? wordAt(line, callerStart, headEnd) : null;
  const body = bracket < 0 ? line.length : bracket + 2;
  if (line.code(body) === 34) {
    parseStructured(line, body, state);
  } else {
    record.message = text.substring(body);
    takeMessageMentions(record.message, state);
    takeKubeOvnMentions(record.message, state);
  }
}

function severityOf(code: number): Severity | null {
  switch (code) {
    case 73:
      return "info";
    case 87:
      return "warning";
    case 69:
      return "error";
    case 70:
      return "fatal";
    default:
      return null;
  }
}

/** `"message" key="value" key=value ...` */
function parseStructured(line: LineText, body: number, state: RecordState): void {
  const { text } = line;
  const { record } = state;
  const close = closingQuote(line, body);
  if (close < 0) {
    record.message = unquote(line, body, text.length);
    return;
  }
  if (!isMessageEnd(line, close + 1)) {
    // An unstructured message that happens to begin with a quote: `"ttl" is disabled`.
    record.message = text.substring(body);
    takeMessageMentions(record.message, state);
    return;
  }
  record.message = unquote(line, body, close);
  parseKeys(line, close + 1, state);
  if (record.error !== null) {
    takeErrorMentions(record.error, state);
  }
  if (record.podName === null || record.podUid === null) {
    takeMessageMentions(record.message, state);
  }
  const object = state.fieldValue("object");
  if (object !== null && state.fieldValue("kind") === "Pod") {
    takePod(object, record);
  }
}

/** True when the line ends at `pos`, or keys follow. */
function isMessageEnd(line: LineText, pos: number): boolean {
  const start = line.afterSpaces(pos);
  return start === line.length || line.code(start) === 10 || (start > pos && keyEnd(line, start) > 0);
}

/** Position of the `=` after the key at `pos`; -1 when no key stands there. */
function keyEnd(line: LineText, pos: number): number {
  for (let end = pos; end <= pos + MAX_KEY_LENGTH; end++) {
    const code = line.code(end);
    if (code === 61) return end > pos ? end : -1;
    if (code === 34 || code < 0) return -1;
  }
  return -1;
}

function parseKeys(line: LineText, from: number, state: RecordState): void {
  let pos = from;
  while (pos < line.length) {
    pos = line.afterSpaces(pos);
    const equals = keyEnd(line, pos);
    if (equals < 0) {
      takeRest(line.text, pos, state);
      return;
    }
    const key = wordAt(line, pos, line.code(equals - 1) === 58 ? equals - 1 : equals);
    pos = takeValue(key, line, equals + 1, state);
  }
}

/** Text after the keys, or on further lines, that is no `key=value`; it belongs to the message. */
function takeRest(text: string, pos: number, state: RecordState): void {
  const rest = text.substring(pos);
  if (rest.trim() !== "") {
    state.record.message = `${state.record.message ?? ""}${rest.startsWith("\n") ? "" : " "}${rest}`;
  }
}

/** Reads one value and returns the position after it. */
function takeValue(key: string, line: LineText, start: number, state: RecordState): number {
  const { text } = line;
  const first = line.code(start);
  if (first === 34) {
    const close = closingQuote(line, start);
    takeKey(key, unquote(line, start, close < 0 ? text.length : close), state);
    return close < 0 ? text.length : close + 1;
  }
  if (first === 60 && (start + 1 === text.length || line.code(start + 1) === 10)) {
    return takeBlock(key, text, start + 1, state);
  }
  const newline = text.indexOf("\n", start);
  const end = Math.min(bareValueEnd(line, start), newline < 0 ? text.length : newline);
  takeKey(key, text.substring(start, end), state);
  return end;
}

/** `key=<`, indented lines, ` >`: a value with newlines. */
function takeBlock(key: string, text: string, start: number, state: RecordState): number {
  const match = /\n[ \t]*>(?=[ \n]|$)/.exec(text.substring(start));
  if (match === null) {
    state.isOpen = true;
  }
  const end = match === null ? text.length : start + match.index;
  const lines = text.substring(start + 1, end).split("\n");
  takeKey(key, lines.map(withoutIndent).join("\n"), state);
  return match === null ? text.length : end + match[0].length;
}

/** klog indents with one tab, which journald's export turns into eight spaces. */
function withoutIndent(line: string): string {
  return line.startsWith("\t") ? line.substring(1) : line.startsWith("        ") ? line.substring(8) : line;
}

const HEADER = /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ [^ \]]+\.go:\d+\]/;
const SOURCE_FILE = ".go:";

function tear(text: string): number {
  const isWhole = text.charCodeAt(5) === 32 && text.charCodeAt(14) === 46 && text.charCodeAt(21) === 32;
  const own = isWhole ? text.indexOf(SOURCE_FILE) : -1;
  return tornHeaderAt(text, HEADER, SOURCE_FILE, 96, own + 1);
}

/** klog text: `I1123 14:59:24.123456 75 file.go:10] "message" key="value"`. */
export const KLOG: LogFormat = {
  name: "klog",
  id: "klog",
  firstBytes: "IWEF",
  continues: true,
  starts,
  parse,
  tear,
  samples: [
    'I1123 16:42:01.030629      75 util.go:30] "No sandbox for pod can be found" pod="default/a-75ccbf9cb6-mkkw8"',
    "E0530 06:59:43.870264       1 reflector.go:127] informer.go:90: Failed to watch",
  ],
};
