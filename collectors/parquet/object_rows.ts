import type { ObjectRow } from "../objects/object_reader.ts";
import type { ColumnBuilder } from "./column_base.ts";
import type { PartWriter } from "./part_writer.ts";
import type { TableBuilder } from "./table_builder.ts";

interface ObjectColumns {
  readonly table: TableBuilder;
  readonly runId: ColumnBuilder;
  readonly fileId: ColumnBuilder;
}

/** Puts rows of objects into their tables, with the run and the file that they do not name themselves. */
export class ObjectRows {
  private readonly parts: PartWriter;
  private readonly runId: string;
  private readonly tables = new Map<string, ObjectColumns>();

  constructor(parts: PartWriter, runId: string) {
    this.parts = parts;
    this.runId = runId;
  }

  append(name: string, row: ObjectRow, fileId: number): void {
    const { table, runId, fileId: file } = this.columnsOf(name);
    runId.put(table.rowCount, this.runId);
    file.put(table.rowCount, fileId);
    table.append(row);
  }

  private columnsOf(name: string): ObjectColumns {
    let columns = this.tables.get(name);
    if (columns === undefined) {
      const table = this.parts.builder(name);
      columns = { table, runId: table.column("run_id"), fileId: table.column("file_id") };
      this.tables.set(name, columns);
    }
    return columns;
  }
}
