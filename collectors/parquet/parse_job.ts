import { closeSync, openSync, readSync } from "node:fs";
import { readCniState } from "../cni_state/cni_state_file.ts";
import type { LogFileContext, LogRecord, LogSink } from "../log_record.ts";
import { LogChunkParser } from "../formats/line_parser.ts";
import { type ObjectRow, ObjectReader } from "../objects/object_reader.ts";
import { IssueCounter, type IssueCount } from "./issue_counter.ts";
import { type LineRange, type LineSink, readLines } from "./line_reader.ts";
import { type FileIdentity, LogRows } from "./log_rows.ts";
import { ObjectRows } from "./object_rows.ts";
import { PartWriter } from "./part_writer.ts";

interface TaskSource extends LineRange {
  readonly fileId: number;
  /** Path inside the capture, as in raw.sources. */
  readonly path: string;
  /** Decompressed file to read. */
  readonly file: string;
}

/** A range of one file to parse. */
export type ParseTask =
  | (TaskSource & { readonly kind: "log"; readonly context: LogFileContext })
  | (TaskSource & { readonly kind: "objects"; readonly snapshot: string })
  | (TaskSource & { readonly kind: "cni_state"; readonly snapshot: string; readonly nodeName: string | null });

/** Work for one worker: consecutive ranges whose rows go into one part per table. */
export interface ParseJob {
  readonly runId: string;
  readonly rawDir: string;
  readonly part: number;
  readonly tasks: readonly ParseTask[];
}

/** What one task found; instants as [seconds, ns]. */
export interface TaskResult {
  readonly fileId: number;
  readonly recordCount: number;
  readonly parsedLineCount: number;
  readonly unparsedLineCount: number;
  readonly firstTs: bigint | null;
  readonly lastTs: bigint | null;
  /** Records were stamped without a year, or without a zone. */
  readonly yearless: boolean;
  readonly zoneless: boolean;
  readonly issues: readonly IssueCount[];
}

export interface JobResult {
  readonly tasks: readonly TaskResult[];
  readonly rowCounts: Readonly<Record<string, number>>;
}

const READ_BYTES = 512 * 1024;
/** How many records may pass before the size of the parts is looked at. */
const SPILL_EVERY = 4096;

/** Parses the ranges of a job and writes their rows as Parquet parts; a bad line or object is counted, never thrown. */
export function runParseJob(job: ParseJob): JobResult {
  const parts = new PartWriter(job.rawDir, job.runId, job.part);
  const logRows = new LogRows(parts);
  const objectRows = new ObjectRows(parts, job.runId);
  const tasks = job.tasks.map((task) => {
    const stats = new TaskStats(task.fileId);
    let fd: number | null = null;
    try {
      fd = openSync(task.file, "r");
      if (task.kind === "log") parseLog(fd, task, job.runId, logRows, parts, stats);
      else if (task.kind === "objects") parseObjects(fd, task, objectRows, parts, stats);
      else parseCniState(fd, task, objectRows, stats);
    } catch (error) {
      // Only what reading the file threw: a programming error must not be taken for a bad file.
      if (!isSystemError(error)) throw error;
      stats.issues.count("unreadable", 0, 0, error.code);
    } finally {
      if (fd !== null) closeSync(fd);
    }
    return stats.result();
  });
  return { tasks, rowCounts: parts.finish() };
}

function parseLog(
  fd: number,
  task: ParseTask & { kind: "log" },
  runId: string,
  rows: LogRows,
  parts: PartWriter,
  stats: TaskStats,
): void {
  const reader = new LogReader(task, runId, rows, parts, stats);
  readLines(fd, task, reader);
  reader.end();
  if (task.context.envelope === "journal_short") stats.yearless = stats.zoneless = true;
}

/** Reads the lines of one log, and puts its records into rows and statistics. */
class LogReader implements LineSink, LogSink {
  private readonly parser: LogChunkParser;
  private readonly identity: FileIdentity;
  private readonly isDated: boolean;
  private readonly rows: LogRows;
  private readonly parts: PartWriter;
  private readonly stats: TaskStats;

  constructor(
    { fileId, context }: ParseTask & { kind: "log" },
    runId: string,
    rows: LogRows,
    parts: PartWriter,
    stats: TaskStats,
  ) {
    this.parser = new LogChunkParser(context, this, stats.issues);
    this.identity = { runId, fileId, nodeName: context.nodeName };
    this.isDated = context.envelope !== "bare" && context.envelope !== "journal_short";
    this.rows = rows;
    this.parts = parts;
    this.stats = stats;
  }

  window(buf: Buffer, filled: number): void {
    this.parser.window(buf, filled);
  }

  line(buf: Buffer, start: number, end: number, line: number, isCut: boolean): void {
    this.parser.line(buf, start, end, line, isCut);
  }

  tooLong(line: number, byteCount: number): void {
    this.stats.issues.count("line_too_long", line, byteCount, null);
  }

  end(): void {
    this.parser.end();
  }

  record(record: LogRecord): void {
    this.rows.append(record, this.identity);
    this.stats.addLog(record, this.isDated);
    if (this.stats.recordCount % SPILL_EVERY === 0) this.parts.spill();
  }
}

function parseObjects(
  fd: number,
  task: ParseTask & { kind: "objects" },
  rows: ObjectRows,
  parts: PartWriter,
  stats: TaskStats,
): void {
  const sink = {
    row(table: string, row: ObjectRow): void {
      rows.append(table, row, task.fileId);
      stats.addObject(row["ts"]);
      if (stats.recordCount % 64 === 0) parts.spill();
    },
  };
  const reader = new ObjectReader(task, sink, stats.issues);
  const chunk = Buffer.allocUnsafe(Math.min(READ_BYTES, task.end - task.start));
  for (let offset = task.start; offset < task.end;) {
    const got = readSync(fd, chunk, 0, Math.min(chunk.length, task.end - offset), offset);
    if (got === 0) break;
    reader.push(chunk.subarray(0, got));
    offset += got;
  }
  reader.end();
}

/** A file of CNI state is small: an address, an attachment or a configuration. */
function parseCniState(fd: number, task: ParseTask & { kind: "cni_state" }, rows: ObjectRows, stats: TaskStats): void {
  const bytes = Buffer.alloc(task.end - task.start);
  const got = readSync(fd, bytes, 0, bytes.length, task.start);
  const sink = {
    row(table: string, row: ObjectRow): void {
      rows.append(table, row, task.fileId);
      stats.addObject(row["ts"]);
    },
  };
  readCniState(bytes.toString("utf8", 0, got), task, sink, stats.issues);
}

class TaskStats {
  readonly issues = new IssueCounter();
  recordCount = 0;
  yearless = false;
  zoneless = false;
  private readonly fileId: number;
  private parsedLineCount = 0;
  private unparsedLineCount = 0;
  private first: [number, number] | null = null;
  private last: [number, number] | null = null;

  constructor(fileId: number) {
    this.fileId = fileId;
  }

  addLog(record: LogRecord, dated: boolean): void {
    this.recordCount++;
    if (record.format === "unparsed") this.unparsedLineCount += record.lineCount;
    else this.parsedLineCount += record.lineCount;
    if (record.format === "klog" && !dated) this.yearless = this.zoneless = true;
    else if (record.format === "calico" && !dated) this.zoneless = true;
    if (record.tsSeconds !== null) this.addInstant(record.tsSeconds, record.tsNanos);
  }

  addObject(ts: ObjectRow[string] | undefined): void {
    this.recordCount++;
    if (typeof ts !== "bigint" || ts < 0n) return;
    this.addInstant(Number(ts / 1_000_000_000n), Number(ts % 1_000_000_000n));
  }

  private addInstant(seconds: number, nanos: number): void {
    const { first, last } = this;
    if (first === null || last === null) {
      this.first = [seconds, nanos];
      this.last = [seconds, nanos];
      return;
    }
    if (seconds < first[0] || (seconds === first[0] && nanos < first[1])) {
      first[0] = seconds;
      first[1] = nanos;
    } else if (seconds > last[0] || (seconds === last[0] && nanos > last[1])) {
      last[0] = seconds;
      last[1] = nanos;
    }
  }

  result(): TaskResult {
    return {
      fileId: this.fileId,
      recordCount: this.recordCount,
      parsedLineCount: this.parsedLineCount,
      unparsedLineCount: this.unparsedLineCount,
      firstTs: toNs(this.first),
      lastTs: toNs(this.last),
      yearless: this.yearless,
      zoneless: this.zoneless,
      issues: this.issues.list(),
    };
  }
}

function toNs(instant: readonly [number, number] | null): bigint | null {
  return instant === null ? null : BigInt(instant[0]) * 1_000_000_000n + BigInt(instant[1]);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}
