import type { LogRecord, Severity } from "../log_record.ts";
import { takeContainerdMentions } from "./containerd.ts";
import { closingQuote, unquote } from "./go_values.ts";
import { wordAt } from "./known_words.ts";
import type { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { takeCniArguments, takeErrorMentions } from "./mentions.ts";
import { takeKey } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["trace", "debug"],
  ["debug", "debug"],
  ["verbose", "info"],
  ["info", "info"],
  ["notice", "info"],
  ["warn", "warning"],
  ["warning", "warning"],
  ["error", "error"],
  ["err", "error"],
  ["critical", "fatal"],
  ["panic", "fatal"],
  ["dpanic", "error"],
  ["fatal", "fatal"],
  ["emer", "fatal"],
]);

/** Severity of a level's name in any case; null for an unknown one. */
export function severityOf(level: string): Severity | null {
  return SEVERITIES.get(level) ?? SEVERITIES.get(level.toLowerCase()) ?? null;
}

const TIME_KEY = Buffer.from('time="');
const LEVEL_KEY = Buffer.from("level=");
const TS_KEY = Buffer.from("ts=");

function hasPrefix(buf: Buffer, start: number, end: number, prefix: Buffer): boolean {
  if (end - start < prefix.length) {
    return false;
  }
  for (let i = 0; i < prefix.length; i++) {
    if (buf[start + i] !== prefix[i]) {
      return false;
    }
  }
  return true;
}

/** Reads `key=value` pairs; a value is quoted, or ends at the next space. */
function parsePairs(line: LineText, state: RecordState): void {
  const { text, length } = line;
  let pos = line.afterSpaces(0);
  while (pos < length) {
    let keyEnd = pos;
    for (let code = line.code(keyEnd); code !== 61 && code !== 32 && code >= 0; code = line.code(keyEnd)) keyEnd++;
    const key = wordAt(line, pos, keyEnd);
    const start = keyEnd + 1;
    if (line.code(keyEnd) !== 61) {
      // A word without `=`: logfmt allows a bare key.
      state.field(key, "");
      pos = keyEnd;
    } else if (line.code(start) === 34) {
      const close = closingQuote(line, start);
      const end = close < 0 ? length : close;
      takePair(key, line, start + 1, unquote(line, start, end), state);
      pos = close < 0 ? length : close + 1;
    } else {
      const space = text.indexOf(" ", start);
      const end = space < 0 ? length : space;
      takePair(key, line, start, text.substring(start, end), state);
      pos = end;
    }
    pos = line.afterSpaces(pos);
  }
}

/** @param at where the value stands in the line */
function takePair(key: string, line: LineText, at: number, value: string, state: RecordState): void {
  const { record } = state;
  if ((key === "time" || key === "ts") && record.tsSeconds === null) {
    if (state.stamp.readIso(line, at)) {
      state.setStamp(state.stamp);
    } else {
      state.badTimestamp();
      state.field(key, value);
    }
  } else if (key === "level" && record.severity === null) {
    record.severity = severityOf(value);
    if (record.severity === null) {
      state.field(key, value);
    }
  } else {
    takeKey(key, value, state);
  }
}

function finish(record: LogRecord, state: RecordState): void {
  if (record.message !== null) {
    takeContainerdMentions(record.message, state);
    takeCniArguments(record.message, state);
  }
  if (record.error !== null) {
    takeErrorMentions(record.error, state);
  }
}

function parseLogfmt(line: LineText, state: RecordState): void {
  parsePairs(line, state);
  finish(state.record, state);
}

/** containerd's and CRI-O's text log (logrus with a stamp), and go-kit's `ts=... level=...`. */
export const LOGFMT: LogFormat = {
  name: "logfmt",
  id: "logfmt",
  firstBytes: "t",
  continues: false,
  starts: (buf, start, end) => hasPrefix(buf, start, end, TIME_KEY) || hasPrefix(buf, start, end, TS_KEY),
  parse: parseLogfmt,
  samples: [
    'time="2026-11-23T16:51:43.681665698Z" level=info msg="StopPodSandbox for \\"4755a2b8\\""',
    'ts=2024-04-16T15:10:43.5076889Z caller=tailer.go:207 level=info msg="position timer: exited"',
  ],
};

/** logrus without a stamp first, as Cilium writes it: the instant is the carrier's. */
export const LOGRUS: LogFormat = {
  name: "logrus",
  id: "logrus",
  firstBytes: "l",
  continues: false,
  starts: (buf, start, end) => hasPrefix(buf, start, end, LEVEL_KEY),
  parse: parseLogfmt,
  samples: [
    'level=info msg="New endpoint" containerID=5a48a8b9d2 ipv4=10.79.0.50 k8sPodName=default/a subsys=endpoint',
  ],
};
