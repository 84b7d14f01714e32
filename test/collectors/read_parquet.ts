import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { tableFromIPC } from "apache-arrow";
import { initSync, readParquet } from "parquet-wasm/esm";
import type { CellValue } from "../../collectors/parquet/column_base.ts";
import { writeParquetFile } from "../../collectors/parquet/parquet_file.ts";
import { TableBuilder } from "../../collectors/parquet/table_builder.ts";
import type { TableSchema } from "../../src/schema/column.ts";

initSync({ module: readFileSync(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")) });

/** Calls `use` with a Parquet file of the rows and removes it. */
export async function withParquet<T>(
  schema: TableSchema,
  rows: readonly Readonly<Record<string, CellValue>>[],
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "cnitrace-test-"));
  try {
    const path = join(folder, "t.parquet");
    const builder = new TableBuilder(schema);
    for (const row of rows) builder.append(row);
    writeParquetFile(path, builder);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const duckdb = DuckDBInstance.create().then((instance) => instance.connect());

/** Rows of a query in DuckDB. */
export async function queryDuckdb(sql: string): Promise<unknown[][]> {
  return (await (await duckdb).runAndReadAll(sql)).getRows();
}

/** The rows as DuckDB reads them; instants as ns since 1970, 64-bit integers as bigint. */
export async function readWithDuckdb(path: string, { columns }: TableSchema): Promise<unknown[][]> {
  const cells = columns.map(({ name, type }) => (type === "ts_ns" ? `epoch_ns(${name})` : name));
  return queryDuckdb(`select ${cells.join(", ")} from '${path}'`);
}

/** The rows as the Rust implementation of Parquet reads them, in the same form. */
export function readWithArrow(path: string, { columns }: TableSchema): unknown[][] {
  const table = tableFromIPC(readParquet(readFileSync(path)).intoIPCStream());
  const cells = columns.map(({ name, type }) => {
    const column = table.getChild(name);
    if (column === null) throw new Error(`no column ${name}`);
    // The accessor for instants gives fractions of milliseconds; the values below it are whole.
    if (type !== "ts_ns") return Array.from(column, (value: unknown) => value);
    return column.data.flatMap((data) =>
      Array.from({ length: data.length }, (_, row) =>
        data.getValid(row) ? (data.values as BigInt64Array)[row] : null,
      ),
    );
  });
  return Array.from({ length: table.numRows }, (_, row) => cells.map((column) => column[row]));
}
