import { basename } from "node:path";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import type { Capture } from "../layouts/capture.ts";
import type { Source } from "../layouts/source.ts";
import type { CellValue } from "./column_base.ts";
import { IssueCounter } from "./issue_counter.ts";
import type { TaskResult } from "./parse_job.ts";
import { PartWriter } from "./part_writer.ts";

/** What the parsing of one file gave, over all its chunks. */
export class FileTotals {
  readonly issues = new IssueCounter();
  recordCount = 0;
  parsedLineCount = 0;
  unparsedLineCount = 0;
  firstTs: bigint | null = null;
  lastTs: bigint | null = null;
  yearless = false;
  zoneless = false;

  /** Adds a chunk; chunks come in the order of the file, so that the first sample is the file's first. */
  add(task: TaskResult): void {
    this.recordCount += task.recordCount;
    this.parsedLineCount += task.parsedLineCount;
    this.unparsedLineCount += task.unparsedLineCount;
    if (task.firstTs !== null && (this.firstTs === null || task.firstTs < this.firstTs)) this.firstTs = task.firstTs;
    if (task.lastTs !== null && (this.lastTs === null || task.lastTs > this.lastTs)) this.lastTs = task.lastTs;
    this.yearless ||= task.yearless;
    this.zoneless ||= task.zoneless;
    this.issues.merge(task.issues);
  }
}

/**
 * Writes raw.runs, raw.sources and raw.import_stats of a run, and an empty part of every table without rows.
 *
 * @param tablesWithRows tables that the jobs wrote parts of
 * @returns the number of rows written
 */
export function writeRunTables(
  rawDir: string,
  capture: Capture,
  sources: readonly Source[],
  totals: readonly FileTotals[],
  tablesWithRows: ReadonlySet<string>,
): number {
  const { runId } = capture;
  const parts = new PartWriter(rawDir, runId, 0);
  const manifest = capture.manifest?.row ?? {};
  parts
    .builder("runs")
    .append({ ...manifest, run_id: runId, capture: basename(capture.ref.path), layout: capture.layout.name });
  sources.forEach((source, id) => {
    const total = totals[id];
    if (total === undefined) throw new Error(`no totals for file ${id}`);
    parts.builder("sources").append(sourceRow(runId, source, total));
    for (const issue of total.issues.list()) {
      parts.builder("import_stats").append({
        run_id: runId,
        file_id: source.fileId,
        reason: issue.reason,
        count: issue.count,
        first_line: issue.firstLine,
        last_line: issue.lastLine,
        byte_count: issue.byteCount,
        sample: issue.sample,
      });
    }
  });
  const rows = Object.values(parts.finish()).reduce((sum, count) => sum + count, 0);
  for (const { name } of RAW_TABLES) {
    const has = name === "runs" || name === "sources" ? true : tablesWithRows.has(name);
    if (!has && !(name === "import_stats" && totals.some((total) => total.issues.list().length > 0)))
      parts.writeEmpty(name);
  }
  return rows;
}

function sourceRow(runId: string, source: Source, total: FileTotals): Record<string, CellValue> {
  const { file, survey } = source;
  const isLog = survey?.sniff.kind === "log";
  return {
    run_id: runId,
    file_id: source.fileId,
    path: file.path,
    kind: survey?.sniff.kind ?? "unknown",
    component: survey?.sniff.component,
    envelope: survey?.sniff.envelope,
    node_name: source.nodeName,
    snapshot: source.snapshot,
    bytes: file.bytes,
    text_bytes: survey?.textBytes,
    line_count: survey?.lineCount,
    record_count: total.recordCount,
    parsed_line_count: isLog ? total.parsedLineCount : null,
    unparsed_line_count: isLog ? total.unparsedLineCount : null,
    first_ts: total.firstTs,
    last_ts: total.lastTs,
    year_source: total.yearless ? source.year?.source : null,
    utc_offset_s: total.zoneless ? source.zone.offsetSeconds : null,
    zone_source: total.zoneless ? source.zone.source : null,
    sha256: source.sha256,
    duplicate_of: source.duplicateOf,
  };
}
