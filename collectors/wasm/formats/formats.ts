import { isDigit, Span } from "../memory/span";
import { parseBracket, startsBracket, tornBracket } from "./bracket";
import { parseCalico, startsCalico, tornCalico } from "./calico";
import { parseJson, startsJson, tornJson } from "./json_lines";
import { parseKlog, startsKlog, tornKlog } from "./klog";
import { parseLogfmt, startsLogfmt, startsLogrus } from "./logfmt";
import {
  parseConsole,
  parseGrpc,
  parseOvs,
  parsePanic,
  startsConsole,
  startsGrpc,
  startsOvs,
  startsPanic,
} from "./plain_formats";
import { BRACKET, CALICO, JSON, KLOG, LOGFMT, LOGRUS, PLAIN } from "./record";

/** One payload format: how its records begin, and how they are read. */
@unmanaged
export class LogFormat {
  /** Value of the column `format`, unless `parse` knows better. */
  name: i32 = PLAIN;
  /** True when lines without a header that follow belong to the record (several-line messages, stack traces). */
  continues: bool = false;
  /** True when a header may stand without its text, which the next line has: header, text and newline are written apart. */
  writesHeaderApart: bool = false;
  /** Fills the record from its text: the first line, or the whole block when the format left it open. */
  parse: (line: Span) => void = parsePanic;
  /** Place in a line of a second record that was torn into it; 0 when there is none. */
  torn: (line: Span) => usize = whole;
}

function whole(line: Span): usize {
  return 0;
}

const KLOG_FORMAT = new LogFormat();
KLOG_FORMAT.name = KLOG;
KLOG_FORMAT.continues = true;
KLOG_FORMAT.parse = parseKlog;
KLOG_FORMAT.torn = tornKlog;

const GRPC_FORMAT = new LogFormat();
GRPC_FORMAT.parse = parseGrpc;

const LOGFMT_FORMAT = new LogFormat();
LOGFMT_FORMAT.name = LOGFMT;
LOGFMT_FORMAT.parse = parseLogfmt;

const LOGRUS_FORMAT = new LogFormat();
LOGRUS_FORMAT.name = LOGRUS;
LOGRUS_FORMAT.parse = parseLogfmt;

const JSON_FORMAT = new LogFormat();
JSON_FORMAT.name = JSON;
JSON_FORMAT.parse = parseJson;
JSON_FORMAT.torn = tornJson;

const BRACKET_FORMAT = new LogFormat();
BRACKET_FORMAT.name = BRACKET;
BRACKET_FORMAT.continues = true;
BRACKET_FORMAT.writesHeaderApart = true;
BRACKET_FORMAT.parse = parseBracket;
BRACKET_FORMAT.torn = tornBracket;

const CALICO_FORMAT = new LogFormat();
CALICO_FORMAT.name = CALICO;
CALICO_FORMAT.continues = true;
CALICO_FORMAT.parse = parseCalico;
CALICO_FORMAT.torn = tornCalico;

const OVS_FORMAT = new LogFormat();
OVS_FORMAT.parse = parseOvs;

const CONSOLE_FORMAT = new LogFormat();
CONSOLE_FORMAT.continues = true;
CONSOLE_FORMAT.parse = parseConsole;

const PANIC_FORMAT = new LogFormat();
PANIC_FORMAT.continues = true;
PANIC_FORMAT.parse = parsePanic;

/** Format whose record begins at `start`; null when no known one does. A new one is a file beside these, and an entry here. */
export function formatAt(start: usize, end: usize): LogFormat | null {
  if (start >= end) return null;
  const first = load<u8>(start) as i32;
  if (isDigit(first)) {
    if (startsBracket(start, end)) return BRACKET_FORMAT;
    if (startsCalico(start, end)) return CALICO_FORMAT;
    if (startsOvs(start, end)) return OVS_FORMAT;
    return startsConsole(start, end) ? CONSOLE_FORMAT : null;
  }
  switch (first) {
    case 69: // E
    case 70: // F
    case 73: // I
    case 87: // W
      if (startsKlog(start, end)) return KLOG_FORMAT;
      return startsGrpc(start, end) ? GRPC_FORMAT : null;
    case 116: // t
      return startsLogfmt(start, end) ? LOGFMT_FORMAT : null;
    case 108: // l
      return startsLogrus(start, end) ? LOGRUS_FORMAT : null;
    case 123: // {
      return startsJson(start, end) ? JSON_FORMAT : null;
    case 102: // f
    case 112: // p
      return startsPanic(start, end) ? PANIC_FORMAT : null;
    default:
      return null;
  }
}
