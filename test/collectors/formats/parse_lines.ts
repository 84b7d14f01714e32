import { LOG_COLUMNS } from "../../../collectors/logs/log_columns.ts";
import { parseText } from "../../../collectors/logs/log_lines.ts";
import type {
  EnvelopeKind,
  FinishedRecord,
  ImportIssues,
  LogFileContext,
} from "../../../collectors/logs/log_record.ts";

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
  const lines = lineBounds(buf);
  const starts = [1, ...borders.filter((line) => line > 1)];
  starts.forEach((firstLine, index) => {
    const [from] = lines[firstLine - 1] ?? [0];
    const [to] = lines[(starts[index + 1] ?? Infinity) - 1] ?? [buf.length];
    const take = (record: FinishedRecord): number => records.push(plainOf(record));
    parseText(buf.subarray(from, to), context, issues, take, firstLine);
  });
  return { records, issues: counts };
}

function plainOf(record: FinishedRecord): ParsedRecord {
  const { instant, attempt, lineCount } = record;
  const out: ParsedRecord = { line: record.line };
  if (lineCount !== 1) out["lineCount"] = lineCount;
  if (attempt >= 0) out["attempt"] = attempt;
  if (instant !== null) {
    const second = new Date(instant.seconds * 1000).toISOString().slice(0, 19);
    out["ts"] = `${second}.${String(instant.nanos).padStart(9, "0")}Z`;
    out["resolutionNs"] = instant.resolutionNs;
  }
  for (const name of LOG_COLUMNS) {
    const value = record.text(name);
    if (value === null) continue;
    const key = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    out[key] = name === "fields" ? (JSON.parse(value) as unknown) : value;
  }
  return out;
}
