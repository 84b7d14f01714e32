import { DictionaryColumn } from "../columns/dictionary_column";
import { Int32Column, Int64Column } from "../columns/integer_column";
import { TextColumn } from "../columns/text_column";
import { formatName, record } from "../formats/record";
import {
  ATTEMPT,
  CALLER,
  CLOCK,
  COLUMN_COUNT,
  COMPONENT,
  CONTAINER_ID,
  ERROR,
  FIELDS,
  FILE_ID,
  FORMAT,
  LINE,
  LINE_COUNT,
  MESSAGE,
  NAMESPACE,
  NODE_NAME,
  PLUGIN,
  POD_NAME,
  POD_UID,
  RAW,
  RUN_ID,
  SANDBOX_ID,
  SEVERITY,
  TS,
  TS_RESOLUTION_NS,
  VIA,
} from "./log_columns";
import { LogFile } from "./log_file";
import { hasNanoseconds, nanoseconds } from "./log_stats";
import { equals } from "../memory/search";
import { NONE, Span, word } from "../memory/span";

const API_SERVER = word("kube-apiserver");
const API_SERVER_CLOCK = word("apiserver");

/** Rows of a table that holds log records, in columns that the program has made. */
@unmanaged
export class LogTable {
  rowCount: i32 = 0;
  /** Whether it has columns, those of the job at hand. */
  isOpen: bool = false;
  private columns: usize = heap.alloc(COLUMN_COUNT * sizeof<usize>());

  /** @param columns addresses of the columns, in their order */
  open(columns: usize): void {
    memory.copy(this.columns, columns, COLUMN_COUNT * sizeof<usize>());
    this.rowCount = 0;
    this.isOpen = true;
  }

  /** Appends the finished record. */
  append(file: LogFile): void {
    const row = this.rowCount++;
    this.text(row, RUN_ID, file.runId.written);
    this.int32(row, FILE_ID, file.fileId);
    this.int64(row, LINE, record.line);
    this.int32(row, LINE_COUNT, record.lineCount as i32);
    if (hasNanoseconds()) {
      this.int64(row, TS, nanoseconds());
      this.int64(row, TS_RESOLUTION_NS, record.resolutionNs);
    }
    if (record.attempt >= 0) this.int32(row, ATTEMPT, record.attempt);
    const node = record.nodeName == NONE ? file.node : record.nodeName;
    // The API server's own log is on the API server's clock even when its node is unknown.
    this.text(row, CLOCK, node == NONE && equals(record.component, API_SERVER) ? API_SERVER_CLOCK : node);
    this.text(row, NODE_NAME, node);
    this.text(row, COMPONENT, record.component);
    this.text(row, VIA, record.via);
    this.text(row, FORMAT, formatName(record.format));
    this.text(row, SEVERITY, record.severity);
    this.text(row, CALLER, record.caller);
    this.text(row, NAMESPACE, record.namespace);
    this.text(row, POD_NAME, record.podName);
    this.text(row, POD_UID, record.podUid);
    this.text(row, SANDBOX_ID, record.sandboxId);
    this.text(row, CONTAINER_ID, record.containerId);
    this.text(row, PLUGIN, record.plugin);
    this.freeText(row, MESSAGE, record.message);
    this.freeText(row, ERROR, record.error);
    this.freeText(row, FIELDS, record.fields);
    this.freeText(row, RAW, record.raw);
  }

  private int32(row: i32, index: i32, value: i32): void {
    changetype<Int32Column>(this.column(index)).put(row, value);
  }

  private int64(row: i32, index: i32, value: i64): void {
    changetype<Int64Column>(this.column(index)).put(row, value);
  }

  private text(row: i32, index: i32, value: Span): void {
    if (value != NONE) changetype<DictionaryColumn>(this.column(index)).put(row, value);
  }

  private freeText(row: i32, index: i32, value: Span): void {
    if (value != NONE) changetype<TextColumn>(this.column(index)).put(row, value);
  }

  private column(index: i32): usize {
    return load<usize>(this.columns + (index as usize) * sizeof<usize>());
  }
}
