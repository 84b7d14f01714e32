import { wordAt } from "./known_words.ts";
import type { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { bareValueEnd, closingQuote, unquote } from "./go_values.ts";
import { severityOf } from "./logfmt.ts";
import { takeErrorMentions } from "./mentions.ts";
import { takeKey } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";
import { tornHeaderAt } from "./torn_header.ts";

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= 48 && c <= 57;
}

function starts(buf: Buffer, start: number, end: number): boolean {
  // `YYYY-MM-DD hh:mm:ss.mmm [`
  return (
    end - start > 26 &&
    buf[start + 4] === 45 &&
    buf[start + 7] === 45 &&
    buf[start + 10] === 32 &&
    buf[start + 13] === 58 &&
    buf[start + 16] === 58 &&
    buf[start + 19] === 46 &&
    buf[start + 23] === 32 &&
    buf[start + 24] === 91 &&
    isDigit(buf[start + 1]) &&
    isDigit(buf[start + 22])
  );
}

function parse(line: LineText, state: RecordState): void {
  const { text } = line;
  const { record, stamp } = state;
  stamp.readIso(line, 0);
  state.setStamp(stamp);
  const close = text.indexOf("]", 25);
  record.severity = severityOf(text.substring(25, close));
  const pidEnd = line.code(close + 1) === 91 ? text.indexOf("]", close + 1) : close;
  if (pidEnd > close) {
    // The process is what ties the lines without a container id (its host-wide lock) to those with one.
    state.field("pid", text.substring(close + 2, pidEnd));
  }
  let pos = pidEnd + 2;
  // `file.go 123: ` comes next; a message of its own may follow the pid directly.
  const colon = text.indexOf(": ", pos);
  const head = colon < 0 ? "" : text.substring(pos, colon);
  const space = head.indexOf(" ");
  if (space > 0 && head.indexOf(".go") === space - 3 && /^\d+$/.test(head.substring(space + 1))) {
    record.caller = `${head.substring(0, space)}:${head.substring(space + 1)}`;
    pos = colon + 2;
  }
  const keys = firstKey(line, pos);
  record.message = text.substring(pos, keys).trimEnd();
  parseKeys(line, keys, state);
  if (record.error !== null) {
    takeErrorMentions(record.error, state);
  }
}

const HEADER = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3} \[[A-Z]{1,9}\]\[\d+\]/;

function tear(text: string): number {
  const isWhole = text.charCodeAt(23) === 32 && text.charCodeAt(24) === 91;
  return tornHeaderAt(text, HEADER, "][", 40, isWhole ? 36 : 0);
}

/** Position of the first ` key=` after the message; keys are sorted by logrus, words with `=` in a message are rare. */
function firstKey(line: LineText, from: number): number {
  const { text } = line;
  for (let equals = text.indexOf("=", from); equals >= 0; equals = text.indexOf("=", equals + 1)) {
    let start = equals;
    while (start > from && isKeyCharacter(line.code(start - 1))) {
      start--;
    }
    if (start < equals && start > from && line.code(start - 1) === 32) {
      return start;
    }
  }
  return text.length;
}

function isKeyCharacter(c: number): boolean {
  const lower = c | 32;
  return (lower >= 97 && lower <= 122) || (c >= 48 && c <= 57) || c === 95 || c === 45 || c === 46;
}

function parseKeys(line: LineText, from: number, state: RecordState): void {
  const { text } = line;
  let pos = from;
  while (pos < text.length) {
    const equals = text.indexOf("=", pos);
    if (equals < 0) {
      return;
    }
    const key = wordAt(line, line.afterSpaces(pos), equals).trimEnd();
    if (line.code(equals + 1) === 34) {
      const close = closingQuote(line, equals + 1);
      takeKey(key, unquote(line, equals + 1, close < 0 ? text.length : close), state);
      pos = close < 0 ? text.length : close + 1;
    } else {
      const end = bareValueEnd(line, equals + 1);
      takeKey(key, text.substring(equals + 1, end), state);
      pos = end;
    }
  }
}

/** Calico: `2026-11-23 16:14:03.504 [INFO][423] ipam_plugin.go 356: text key="value"`; local time without zone. */
export const CALICO: LogFormat = {
  name: "calico",
  id: "calico",
  firstBytes: "0123456789",
  continues: true,
  starts,
  parse,
  tear,
  samples: ['2026-11-23 16:14:18.444 [INFO][188] ipam.go 372: Looking up existing affinities for host host="master1"'],
};
