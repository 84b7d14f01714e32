import { readSync } from "node:fs";
import { copyIn, host, memory, textIn, wasm } from "../wasm_module.ts";
import {
  type EnvelopeKind,
  ENVELOPES,
  type FinishedRecord,
  finishedRecord,
  type ImportIssues,
  type LogFileContext,
} from "./log_record.ts";

/** What the module counts, in the order of their numbers there. */
const REASONS = [
  "line_too_long",
  "binary",
  "unparsed_line",
  "torn_line",
  "invalid_utf8",
  "bad_timestamp",
  "unknown_year",
] as const;
/** So much is read at a time that it is still in the processor's cache when it is parsed. */
const READ_BYTES = 256 * 1024;
const CR = 13;

/** Bytes of a file that hold whole lines, and the number of the first. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly firstLine: number;
}

/** Parses the lines of a range, in order and with bounded memory; the module's host takes what comes of them. */
export function parseRange(fd: number, range: LineRange, context: LogFileContext, issues: ImportIssues): void {
  begin(context, issues, range.firstLine, range.start === 0);
  let offset = range.start;
  for (let isLast = false; !isLast;) {
    const want = Math.min(wasm.windowRoom(), READ_BYTES, range.end - offset);
    const got = want > 0 ? readSync(fd, memory(), wasm.windowPlace(), want, offset) : 0;
    offset += got;
    isLast = got === 0 || offset >= range.end;
    wasm.parseWindow(got, isLast);
  }
  wasm.endLog();
}

/** Parses a text as the first lines of a log, and hands over its records one by one. */
export function parseText(
  text: Buffer,
  context: LogFileContext,
  issues: ImportIssues,
  take: (record: FinishedRecord) => void,
  firstLine = 1,
): void {
  wasm.viewRecords();
  host.record = () => {
    take(finishedRecord);
  };
  begin(context, issues, firstLine, firstLine === 1);
  let offset = 0;
  do {
    const size = Math.min(wasm.windowRoom(), text.length - offset);
    text.copy(memory(), wasm.windowPlace(), offset, offset + size);
    offset += size;
    wasm.parseWindow(size, offset === text.length);
  } while (offset < text.length);
  wasm.endLog();
}

function begin(context: LogFileContext, issues: ImportIssues, firstLine: number, isFileStart: boolean): void {
  const { component, envelope, yearAnchor, utcOffsetSeconds } = context;
  host.issue = (reason, line, byteCount, sampleAt, sampleSize) => {
    const sample = sampleAt === 0 ? null : memory().toString("utf8", sampleAt, sampleAt + sampleSize);
    issues.count(REASONS[reason] as string, line, byteCount, sample);
  };
  const { year, month, day } = yearAnchor ?? { year: 0, month: 0, day: 0 };
  const kind = ENVELOPES.indexOf(envelope);
  wasm.beginLog(kind, textIn(component ?? ""), year, month, day, utcOffsetSeconds, firstLine, isFileStart);
}

/**
 * True when a line, without its line feed, begins a new record of a known format, so that a chunk may start there.
 *
 * Chunk borders are moved to such lines, so a record of several lines is never split. A line that only might begin one
 * (plain text inside an envelope) gives false.
 */
export function startsRecord(line: Buffer, envelope: EnvelopeKind): boolean {
  const size = line.at(-1) === CR ? line.length - 1 : line.length;
  const at = copyIn(line);
  return wasm.startsRecord(at, at + size, ENVELOPES.indexOf(envelope)) !== 0;
}
