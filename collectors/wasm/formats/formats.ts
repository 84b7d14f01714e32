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
  constructor(
    /** Value of the column `format`, unless `parse` knows better. */
    public name: i32,
    /** Fills the record from its text: the first line, or the whole block when the format left it open. */
    public parse: (line: Span) => void,
    /** True when lines without a header that follow belong to the record (several-line messages, stack traces). */
    public continues: bool = false,
    /** Place in a line of a second record that was torn into it; 0 when there is none. */
    public torn: (line: Span) => usize = whole,
    /** True when a header may stand without its text, which the next line has: header, text and newline are written apart. */
    public writesHeaderApart: bool = false,
  ) {}
}

function whole(line: Span): usize {
  return 0;
}

const KLOG_FORMAT = new LogFormat(KLOG, parseKlog, true, tornKlog);
const GRPC_FORMAT = new LogFormat(PLAIN, parseGrpc);
const LOGFMT_FORMAT = new LogFormat(LOGFMT, parseLogfmt);
const LOGRUS_FORMAT = new LogFormat(LOGRUS, parseLogfmt);
const JSON_FORMAT = new LogFormat(JSON, parseJson, false, tornJson);
const BRACKET_FORMAT = new LogFormat(BRACKET, parseBracket, true, tornBracket, true);
const CALICO_FORMAT = new LogFormat(CALICO, parseCalico, true, tornCalico);
const OVS_FORMAT = new LogFormat(PLAIN, parseOvs);
const CONSOLE_FORMAT = new LogFormat(PLAIN, parseConsole, true);
const PANIC_FORMAT = new LogFormat(PLAIN, parsePanic, true);

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
