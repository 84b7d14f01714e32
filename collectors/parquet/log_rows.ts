import type { LogRecord } from "../log_record.ts";
import type { Int64Builder, Utf8Builder } from "./column_builder.ts";
import { type ColumnBuilder } from "./column_builder.ts";
import { logTableOf, type LogTable } from "./log_routing.ts";
import type { PartWriter } from "./part_writer.ts";
import type { TableBuilder } from "./table_builder.ts";

/** What every row of one file shares. */
export interface FileIdentity {
  readonly runId: string;
  readonly fileId: number;
  readonly nodeName: string | null;
}

/** The columns of a log table, found once so that the hot loop looks up no names. */
class LogColumns {
  readonly table: TableBuilder;
  private readonly runId: Utf8Builder;
  private readonly fileId: ColumnBuilder;
  private readonly line: Int64Builder;
  private readonly lineCount: ColumnBuilder;
  private readonly ts: Int64Builder;
  private readonly resolution: Int64Builder;
  private readonly attempt: ColumnBuilder;
  private readonly texts: readonly Utf8Builder[];

  constructor(table: TableBuilder) {
    this.table = table;
    this.runId = table.column("run_id") as Utf8Builder;
    this.fileId = table.column("file_id");
    this.line = table.column("line") as Int64Builder;
    this.lineCount = table.column("line_count");
    this.ts = table.column("ts") as Int64Builder;
    this.resolution = table.column("ts_resolution_ns") as Int64Builder;
    this.attempt = table.column("attempt");
    this.texts = TEXT_COLUMNS.map((name) => table.column(name) as Utf8Builder);
  }

  append(record: LogRecord, file: FileIdentity): void {
    this.runId.appendString(file.runId);
    this.fileId.append(file.fileId);
    this.line.appendNumber(record.line);
    this.lineCount.append(record.lineCount);
    const row = this.table.rowCount;
    if (record.tsSeconds !== null) {
      this.ts.padTo(row);
      this.ts.appendInstant(record.tsSeconds, record.tsNanos);
      if (record.tsResolutionNs !== null) {
        this.resolution.padTo(row);
        this.resolution.append(record.tsResolutionNs);
      }
    }
    if (record.attempt !== null) {
      this.attempt.padTo(row);
      this.attempt.append(record.attempt);
    }
    const node = record.nodeName ?? file.nodeName;
    // The API server's own log is on the API server's clock even when its node is unknown.
    const clock = node ?? (record.component === "kube-apiserver" ? "apiserver" : null);
    this.appendTexts(record, node, clock);
    this.table.endRow();
  }

  private appendTexts(record: LogRecord, node: string | null, clock: string | null): void {
    this.text(0, clock);
    this.text(1, node);
    this.text(2, record.component);
    this.text(3, record.via);
    this.text(4, record.format);
    this.text(5, record.severity);
    this.text(6, record.caller);
    this.text(7, record.message);
    this.text(8, record.error);
    this.text(9, record.namespace);
    this.text(10, record.podName);
    this.text(11, record.podUid);
    this.text(12, record.sandboxId);
    this.text(13, record.containerId);
    this.text(14, record.plugin);
    this.text(15, record.fields);
    this.text(16, record.raw);
  }

  private text(index: number, value: string | null): void {
    if (value === null) return;
    const builder = this.texts[index] as Utf8Builder;
    builder.padTo(this.table.rowCount);
    builder.appendString(value);
  }
}

/** In the order in which `appendTexts` fills them. */
const TEXT_COLUMNS = [
  "clock",
  "node_name",
  "component",
  "via",
  "format",
  "severity",
  "caller",
  "message",
  "error",
  "namespace",
  "pod_name",
  "pod_uid",
  "sandbox_id",
  "container_id",
  "plugin",
  "fields",
  "raw",
] as const;

/** Puts log records into the rows of the table their program belongs to. */
export class LogRows {
  private readonly parts: PartWriter;
  private readonly tables = new Map<LogTable, LogColumns>();

  constructor(parts: PartWriter) {
    this.parts = parts;
  }

  append(record: LogRecord, file: FileIdentity): void {
    const table = logTableOf(record.component, record.via);
    let columns = this.tables.get(table);
    if (columns === undefined) {
      columns = new LogColumns(this.parts.builder(table));
      this.tables.set(table, columns);
    }
    columns.append(record, file);
  }
}
