import { LOG_COLUMNS } from "../logs/log_columns.ts";
import { copyIn, host, memory, textIn, wasm } from "../wasm_module.ts";
import { LOG_TABLES, logTableOf } from "./log_routing.ts";
import type { PartWriter } from "./part_writer.ts";
import type { TableBuilder } from "./table_builder.ts";

/** The tables that the module puts log records into: it has their columns, the program has the parts they go to. */
export class LogTables {
  private readonly parts: PartWriter;
  private readonly builders: (TableBuilder | undefined)[] = [];

  /** Makes the module's log records rows of a run from now on. */
  constructor(parts: PartWriter, runId: string) {
    this.parts = parts;
    host.tableOf = (at, size, isCarried) => {
      const component = size === 0 ? null : memory().toString("utf8", at, at + size);
      return LOG_TABLES.indexOf(logTableOf(component, isCarried === 0 ? null : "containerd"));
    };
    host.openTable = (table) => {
      this.open(table);
    };
    host.spill = () => {
      this.spill();
    };
    wasm.beginRun(textIn(runId));
  }

  private open(table: number): void {
    const builder = this.parts.builder(LOG_TABLES[table] as string);
    const addresses = new Uint32Array(LOG_COLUMNS.map((name) => builder.column(name).address));
    wasm.setColumns(table, copyIn(new Uint8Array(addresses.buffer)));
    this.builders[table] = builder;
  }

  /** Closes parts that are large enough, those of other tables too: they do so when they know all rows. */
  spill(): void {
    this.countRows();
    this.parts.spill();
    this.builders.forEach((builder, table) => {
      if (builder?.rowCount === 0) wasm.clearRows(table);
    });
  }

  /** Tells the parts how many rows the module has put into each table. */
  countRows(): void {
    this.builders.forEach((builder, table) => {
      if (builder !== undefined) builder.rowCount = wasm.rowCount(table);
    });
  }
}
