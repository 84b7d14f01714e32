import type { LogRecord } from "../../../collectors/log_record.ts";
import { type EnvelopeKind, type ImportIssues, type LogFileContext } from "../../../collectors/log_record.ts";
import { LogChunkParser } from "../../../collectors/formats/line_parser.ts";

/** A record without its nulls and defaults, as fixtures write it. */
export type ParsedRecord = Record<string, unknown>;

export interface Parsed {
  readonly records: ParsedRecord[];
  readonly issues: Record<string, number>;
}

/** The context fixtures are read in unless they say otherwise. */
export function contextOf(component: string | null, envelope: EnvelopeKind, overrides = {}): LogFileContext {
  const yearAnchor = { year: 2026, month: 11, day: 23 };
  return { component, envelope, nodeName: null, yearAnchor, utcOffsetSeconds: 0, ...overrides };
}

/** Lines of a file as `[start, end, number]`. */
export function lineBounds(buf: Buffer): [number, number, number][] {
  const bounds: [number, number, number][] = [];
  for (let start = 0; start < buf.length;) {
    const newline = buf.indexOf(10, start);
    const end = newline < 0 ? buf.length : newline;
    bounds.push([start, end, bounds.length + 1]);
    start = end + 1;
  }
  return bounds;
}

/** Parses a file, in chunks that begin at the given lines when any are. */
export function parseAll(buf: Buffer, context: LogFileContext, borders: readonly number[] = []): Parsed {
  const records: ParsedRecord[] = [];
  const counts: Record<string, number> = {};
  const issues: ImportIssues = {
    count: (reason) => {
      counts[reason] = (counts[reason] ?? 0) + 1;
    },
  };
  const newParser = (): LogChunkParser =>
    new LogChunkParser(context, { record: (record) => records.push(plainOf(record)) }, issues);
  let parser = newParser();
  for (const [start, end, line] of lineBounds(buf)) {
    if (borders.includes(line)) {
      parser.end();
      parser = newParser();
    }
    parser.line(buf, start, end, line);
  }
  parser.end();
  return { records, issues: counts };
}

function plainOf(record: LogRecord): ParsedRecord {
  const { tsSeconds, tsNanos, tsResolutionNs, fields, ...rest } = record;
  const out: ParsedRecord = {};
  if (tsSeconds !== null) {
    const second = new Date(tsSeconds * 1000).toISOString().slice(0, 19);
    out["ts"] = `${second}.${String(tsNanos).padStart(9, "0")}Z`;
    out["resolutionNs"] = tsResolutionNs;
  }
  for (const [key, value] of Object.entries(rest)) {
    if (value !== null && !(key === "lineCount" && value === 1)) {
      out[key] = value;
    }
  }
  if (fields !== null) {
    out["fields"] = JSON.parse(fields) as unknown;
  }
  return out;
}
