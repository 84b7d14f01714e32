import type { TableSchema } from "../../src/schema/column.ts";
import type { CellValue, ColumnBuilder } from "./column_base.ts";
import { columnBuilder } from "./column_builder.ts";
import type { ColumnChunk } from "./encoding/column_chunk.ts";

/** Collects rows of one raw table in columns. */
export class TableBuilder {
  readonly schema: TableSchema;
  readonly columns: readonly ColumnBuilder[];
  /** Rows that are complete. */
  rowCount = 0;

  constructor(schema: TableSchema) {
    this.schema = schema;
    this.columns = schema.columns.map(columnBuilder);
  }

  /** Bytes the collected values take before compression, without levels. */
  get byteLength(): number {
    let sum = 0;
    for (const column of this.columns) sum += column.byteLength;
    return sum;
  }

  /** Appends a row by column name; a column the row does not have is null. */
  append(row: Readonly<Record<string, CellValue>>): void {
    for (const column of this.columns) {
      const value = row[column.column.name];
      if (value === null || value === undefined) continue;
      column.put(this.rowCount, value);
    }
    this.endRow();
  }

  /** Ends a row whose values were put into the columns directly; columns that got none are null. */
  endRow(): void {
    this.rowCount++;
  }

  column(name: string): ColumnBuilder {
    const found = this.columns.find((candidate) => candidate.column.name === name);
    if (found === undefined) throw new Error(`table ${this.schema.name} has no column ${name}`);
    return found;
  }

  /** The rows as column chunks that share the builder's memory until `clear`. */
  finish(): readonly ColumnChunk[] {
    return this.columns.map((column) => column.finish(this.rowCount));
  }

  clear(): void {
    for (const column of this.columns) column.clear();
    this.rowCount = 0;
  }
}
