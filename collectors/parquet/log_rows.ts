import type { LogRecord } from "../log_record.ts";
import { logTableOf, type LogTable } from "./log_routing.ts";
import type { Int32Builder, Int64Builder } from "./number_columns.ts";
import type { PartWriter } from "./part_writer.ts";
import type { TableBuilder } from "./table_builder.ts";
import type { FreeTextBuilder, RepeatedTextBuilder } from "./text_columns.ts";

/** What every row of one file shares. */
export interface FileIdentity {
  readonly runId: string;
  readonly fileId: number;
  readonly nodeName: string | null;
}

/** The columns of a log table, found once so that the hot loop looks up no names. */
class LogColumns {
  readonly table: TableBuilder;
  private readonly runId: RepeatedTextBuilder;
  private readonly fileId: Int32Builder;
  private readonly line: Int64Builder;
  private readonly lineCount: Int32Builder;
  private readonly ts: Int64Builder;
  private readonly resolution: Int64Builder;
  private readonly attempt: Int32Builder;
  private readonly repeatedTexts: readonly RepeatedTextBuilder[];
  private readonly freeTexts: readonly FreeTextBuilder[];

  constructor(table: TableBuilder) {
    this.table = table;
    this.runId = table.column("run_id") as RepeatedTextBuilder;
    this.fileId = table.column("file_id") as Int32Builder;
    this.line = table.column("line") as Int64Builder;
    this.lineCount = table.column("line_count") as Int32Builder;
    this.ts = table.column("ts") as Int64Builder;
    this.resolution = table.column("ts_resolution_ns") as Int64Builder;
    this.attempt = table.column("attempt") as Int32Builder;
    this.repeatedTexts = REPEATED_TEXTS.map((name) => table.column(name) as RepeatedTextBuilder);
    this.freeTexts = FREE_TEXTS.map((name) => table.column(name) as FreeTextBuilder);
  }

  append(record: LogRecord, file: FileIdentity): void {
    const row = this.table.rowCount;
    this.runId.putString(row, file.runId);
    this.fileId.put(row, file.fileId);
    this.line.putNumber(row, record.line);
    this.lineCount.put(row, record.lineCount);
    if (record.tsSeconds !== null) {
      this.ts.putInstant(row, record.tsSeconds, record.tsNanos);
      if (record.tsResolutionNs !== null) this.resolution.putNumber(row, record.tsResolutionNs);
    }
    if (record.attempt !== null) this.attempt.put(row, record.attempt);
    const node = record.nodeName ?? file.nodeName;
    // The API server's own log is on the API server's clock even when its node is unknown.
    const clock = node ?? (record.component === "kube-apiserver" ? "apiserver" : null);
    this.putTexts(row, record, node, clock);
    this.table.endRow();
  }

  private putTexts(row: number, record: LogRecord, node: string | null, clock: string | null): void {
    this.repeated(row, 0, clock);
    this.repeated(row, 1, node);
    this.repeated(row, 2, record.component);
    this.repeated(row, 3, record.via);
    this.repeated(row, 4, record.format);
    this.repeated(row, 5, record.severity);
    this.repeated(row, 6, record.caller);
    this.repeated(row, 7, record.namespace);
    this.repeated(row, 8, record.podName);
    this.repeated(row, 9, record.podUid);
    this.repeated(row, 10, record.sandboxId);
    this.repeated(row, 11, record.containerId);
    this.repeated(row, 12, record.plugin);
    this.free(row, 0, record.message);
    this.free(row, 1, record.error);
    this.free(row, 2, record.fields);
    this.free(row, 3, record.raw);
  }

  private repeated(row: number, index: number, value: string | null): void {
    if (value !== null) (this.repeatedTexts[index] as RepeatedTextBuilder).putString(row, value);
  }

  private free(row: number, index: number, value: string | null): void {
    if (value !== null) (this.freeTexts[index] as FreeTextBuilder).putString(row, value);
  }
}

/** In the order in which `putTexts` fills them. */
const REPEATED_TEXTS = [
  "clock",
  "node_name",
  "component",
  "via",
  "format",
  "severity",
  "caller",
  "namespace",
  "pod_name",
  "pod_uid",
  "sandbox_id",
  "container_id",
  "plugin",
] as const;
const FREE_TEXTS = ["message", "error", "fields", "raw"] as const;

/** Puts log records into the rows of the table their program belongs to. */
export class LogRows {
  private readonly parts: PartWriter;
  private readonly tables = new Map<LogTable, LogColumns>();
  /** Program, carrier and columns of the last record: the next one mostly has the same. */
  private component: string | null = null;
  private via: string | null = null;
  private columns: LogColumns | null = null;

  constructor(parts: PartWriter) {
    this.parts = parts;
  }

  append(record: LogRecord, file: FileIdentity): void {
    if (this.columns === null || record.component !== this.component || record.via !== this.via) {
      this.columns = this.columnsOf(logTableOf(record.component, record.via));
      this.component = record.component;
      this.via = record.via;
    }
    this.columns.append(record, file);
  }

  private columnsOf(table: LogTable): LogColumns {
    let columns = this.tables.get(table);
    if (columns === undefined) {
      columns = new LogColumns(this.parts.builder(table));
      this.tables.set(table, columns);
    }
    return columns;
  }
}
