import { closeSync, openSync, readSync } from "node:fs";
import { readCniState } from "../cni_state/cni_state_file.ts";
import { type LineRange, parseRange } from "../logs/log_lines.ts";
import type { LogFileContext } from "../logs/log_record.ts";
import { type ObjectRow, ObjectReader } from "../objects/object_reader.ts";
import { textIn, wasm } from "../wasm_module.ts";
import { IssueCounter, type IssueCount } from "./issue_counter.ts";
import { LogTables } from "./log_tables.ts";
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

/** Parses the ranges of a job and writes their rows as Parquet parts; a bad line or object is counted, never thrown. */
export function runParseJob(job: ParseJob): JobResult {
  const parts = new PartWriter(job.rawDir, job.runId, job.part);
  const logTables = new LogTables(parts, job.runId);
  const objectRows = new ObjectRows(parts, job.runId);
  const tasks = job.tasks.map((task) => {
    const stats = new TaskStats(task.fileId);
    let fd: number | null = null;
    try {
      fd = openSync(task.file, "r");
      if (task.kind === "log") parseLog(fd, task, stats);
      else if (task.kind === "objects") parseObjects(fd, task, objectRows, logTables, stats);
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
  logTables.countRows();
  return { tasks, rowCounts: parts.finish() };
}

/** Parses the lines of one log, which become rows in the module. */
function parseLog(fd: number, task: ParseTask & { kind: "log" }, stats: TaskStats): void {
  wasm.storeRecords(task.fileId, textIn(task.context.nodeName ?? ""));
  try {
    parseRange(fd, task, task.context, stats.issues);
  } finally {
    stats.takeLog();
  }
}

function parseObjects(
  fd: number,
  task: ParseTask & { kind: "objects" },
  rows: ObjectRows,
  tables: LogTables,
  stats: TaskStats,
): void {
  const sink = {
    row(table: string, row: ObjectRow): void {
      rows.append(table, row, task.fileId);
      stats.addObject(row["ts"]);
      if (stats.recordCount % 64 === 0) tables.spill();
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
  private first: bigint | null = null;
  private last: bigint | null = null;

  constructor(fileId: number) {
    this.fileId = fileId;
  }

  /** Takes what the module counted of the log it parsed last. */
  takeLog(): void {
    this.recordCount = wasm.recordCount();
    this.parsedLineCount = wasm.parsedLineCount();
    this.unparsedLineCount = wasm.unparsedLineCount();
    this.yearless = wasm.isYearless() !== 0;
    this.zoneless = wasm.isZoneless() !== 0;
    const [first, last] = [wasm.firstInstant(), wasm.lastInstant()];
    if (first > last) return;
    this.first = first;
    this.last = last;
  }

  addObject(ts: ObjectRow[string] | undefined): void {
    this.recordCount++;
    if (typeof ts !== "bigint" || ts < 0n) return;
    if (this.first === null || ts < this.first) this.first = ts;
    if (this.last === null || ts > this.last) this.last = ts;
  }

  result(): TaskResult {
    return {
      fileId: this.fileId,
      recordCount: this.recordCount,
      parsedLineCount: this.parsedLineCount,
      unparsedLineCount: this.unparsedLineCount,
      firstTs: this.first,
      lastTs: this.last,
      yearless: this.yearless,
      zoneless: this.zoneless,
      issues: this.issues.list(),
    };
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}
