import { join } from "node:path";
import fc from "fast-check";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import type { CellValue } from "../../collectors/parquet/column_base.ts";
import { columnBuilder } from "../../collectors/parquet/column_builder.ts";
import { writeParquetFile } from "../../collectors/parquet/parquet_file.ts";
import { TableBuilder } from "../../collectors/parquet/table_builder.ts";
import { column, type ColumnType, type TableSchema } from "../../src/schema/column.ts";
import { tempFolder } from "./read_raw.ts";

function tableOf(...types: ColumnType[]): TableSchema {
  return {
    name: "t",
    doc: "One row a test value.",
    columns: types.map((type) => column(`c_${type}`, type, "A value.")),
  };
}

async function roundTrip(schema: TableSchema, rows: readonly Record<string, CellValue>[], select = "*") {
  const path = join(tempFolder(), "t.parquet");
  const builder = new TableBuilder(schema);
  for (const row of rows) builder.append(row);
  writeParquetFile(path, builder);
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(`select ${select} from '${path}'`)).getRowsJson();
}

test("an instant keeps its nanoseconds and is read as TIMESTAMP_NS", async () => {
  const ts = 1_795_446_044_635_720_941n;
  const rows = await roundTrip(
    tableOf("ts_ns"),
    [{ c_ts_ns: ts }, {}, { c_ts_ns: -1n }],
    "epoch_ns(c_ts_ns), typeof(c_ts_ns)",
  );
  expect(rows).toEqual([
    [String(ts), "TIMESTAMP_NS"],
    [null, "TIMESTAMP_NS"],
    ["-1", "TIMESTAMP_NS"],
  ]);
});

test("an instant given as seconds and nanoseconds equals the one given as a bigint", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 2 ** 32 + 1000 }),
      fc.integer({ min: 0, max: 999_999_999 }),
      (seconds, nanos) => {
        const builder = columnBuilder(column("ts", "ts_ns", "")) as unknown as {
          putInstant(row: number, seconds: number, nanos: number): void;
          finish(length: number): { values: BigInt64Array };
        };
        builder.putInstant(0, seconds, nanos);
        expect(builder.finish(1).values[0]).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
      },
    ),
  );
});

test("any mix of strings, repeats and nulls is read back as it was", async () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.constantFrom("kubelet", "", "节点一", "x".repeat(40)),
    fc.string({ unit: "binary" }),
  );
  const runs = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 30 })), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(runs, async (parts) => {
      // NUL is left out: DuckDB's JSON rows end a string there.
      const values = parts.flatMap(([text, count]) =>
        new Array<string | null>(count).fill(text?.replaceAll("\0", "") ?? null),
      );
      const rows = await roundTrip(
        tableOf("utf8"),
        values.map((text) => ({ c_utf8: text })),
      );
      expect(rows).toEqual(values.map((text) => [text]));
    }),
    { numRuns: 25 },
  );
});

test("numbers the type cannot hold become null, and nothing is wrapped around", async () => {
  const schema = tableOf("i32", "i64", "f64", "bool");
  const rows = await roundTrip(schema, [
    { c_i32: 2 ** 31, c_i64: 2 ** 63, c_f64: 1.5, c_bool: false },
    { c_i32: -(2 ** 31), c_i64: -(2 ** 53) + 1, c_f64: 2 ** 60, c_bool: true },
    { c_i32: 1.5, c_i64: 2n ** 63n - 1n, c_f64: null, c_bool: null },
  ]);
  expect(rows).toEqual([
    [null, null, 1.5, false],
    [-2147483648, "-9007199254740991", 2 ** 60, true],
    [null, "9223372036854775807", null, null],
  ]);
});

test("a value of the wrong type is a bug and not a null", () => {
  const builder = new TableBuilder(tableOf("utf8"));
  expect(() => {
    builder.append({ c_utf8: 1 });
  }).toThrow(/c_utf8/);
});

test("a table without rows is a file with its columns", async () => {
  expect(await roundTrip(tableOf("utf8", "ts_ns"), [], "count(c_ts_ns)")).toEqual([["0"]]);
});

test("a builder that is used again after clearing holds only the new rows", async () => {
  const schema = tableOf("utf8", "bool", "i64");
  const builder = new TableBuilder(schema);
  builder.append({ c_utf8: "old", c_bool: true, c_i64: 7 });
  builder.append({ c_utf8: "old", c_bool: true, c_i64: 7 });
  builder.clear();
  builder.append({ c_utf8: "old" });
  builder.append({ c_bool: false });
  const path = join(tempFolder(), "t.parquet");
  writeParquetFile(path, builder);
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = (await connection.runAndReadAll(`select * from '${path}'`)).getRowsJson();
  expect(rows).toEqual([
    ["old", null, null],
    [null, false, null],
  ]);
});
