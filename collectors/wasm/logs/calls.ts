// What TypeScript calls to have the lines of a log parsed.

import { context, setComponent } from "../formats/context";
import { openEnvelope } from "../formats/envelope";
import { beginChunk } from "./line_parser";
import { beginWindow } from "./line_window";
import { stats } from "./log_stats";
import { Span } from "../memory/span";
import { tableAt } from "./records";

export { programName } from "../formats/component";
export { endChunk as endLog, startsRecord } from "./line_parser";
export { parseWindow, windowPlace, windowRoom } from "./line_window";
export { beginRun, storeRecords, viewRecords } from "./records";

/**
 * Begins a range of lines of a log.
 *
 * @param envelope    place of its kind in `ENVELOPES` of log_record.ts
 * @param anchorYear  date that yearless stamps are near; 0: unknown
 * @param firstLine   number of the range's first line
 * @param isFileStart whether the range is at the file's start
 */
export function beginLog(
  envelope: i32,
  component: Span,
  anchorYear: i32,
  anchorMonth: i32,
  anchorDay: i32,
  utcOffsetSeconds: i32,
  firstLine: f64,
  isFileStart: bool,
): void {
  context.envelope = envelope;
  setComponent(component);
  context.anchorYear = anchorYear;
  context.anchorMonth = anchorMonth;
  context.anchorDay = anchorDay;
  context.utcOffsetSeconds = utcOffsetSeconds;
  stats.clear();
  beginChunk();
  beginWindow(firstLine as i64, isFileStart);
}

/** Whether an envelope of a kind is around the line. */
export function fitsEnvelope(kind: i32, start: usize, end: usize): bool {
  return openEnvelope(kind, start, end, false);
}

/** Gives a table its columns, whose addresses stand one after the other. */
export function setColumns(table: i32, addresses: usize): void {
  tableAt(table).open(addresses);
}

export function rowCount(table: i32): i32 {
  return tableAt(table).rowCount;
}

/** The table's columns were cleared. */
export function clearRows(table: i32): void {
  tableAt(table).rowCount = 0;
}

export function recordCount(): i32 {
  return stats.recordCount;
}

export function parsedLineCount(): f64 {
  return stats.parsedLineCount as f64;
}

export function unparsedLineCount(): f64 {
  return stats.unparsedLineCount as f64;
}

export function isYearless(): bool {
  return stats.isYearless;
}

export function isZoneless(): bool {
  return stats.isZoneless;
}

/** Nanoseconds since 1970 of the first record; after the last when no record has an instant. */
export function firstInstant(): i64 {
  return stats.first;
}

export function lastInstant(): i64 {
  return stats.last;
}
