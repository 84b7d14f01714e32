import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CellValue } from "../../collectors/parquet/column_base.ts";
import { Int64Builder } from "../../collectors/parquet/number_columns.ts";
import { writeParquetFile } from "../../collectors/parquet/parquet_file.ts";
import { TableBuilder } from "../../collectors/parquet/table_builder.ts";
import { column, type ColumnType, type TableSchema } from "../../src/schema/column.ts";
import { queryDuckdb, withParquet } from "./read_parquet.ts";
import { tempFolder } from "./read_raw.ts";

function tableOf(...types: ColumnType[]): TableSchema {
  return {
    name: "t",
    doc: "One row a test value.",
    columns: types.map((type) => column(`c_${type}`, type, "A value.")),
  };
}

async function roundTrip(schema: TableSchema, rows: readonly Record<string, CellValue>[], select = "*") {
  return withParquet(schema, rows, async (path) => queryDuckdb(`select ${select} from '${path}'`));
}

test("an instant keeps its nanoseconds and is read as TIMESTAMP_NS", async () => {
  const ts = 1_795_446_044_635_720_941n;
  const rows = await roundTrip(
    tableOf("ts_ns"),
    [{ c_ts_ns: ts }, {}, { c_ts_ns: -1n }],
    "epoch_ns(c_ts_ns), typeof(c_ts_ns)",
  );
  expect(rows).toEqual([
    [ts, "TIMESTAMP_NS"],
    [null, "TIMESTAMP_NS"],
    [-1n, "TIMESTAMP_NS"],
  ]);
});

test("an instant given as seconds and nanoseconds equals the one given as a bigint", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 2 ** 32 + 1000 }),
      fc.integer({ min: 0, max: 999_999_999 }),
      (seconds, nanos) => {
        const builder = new Int64Builder(column("ts", "ts_ns", ""));
        builder.putInstant(0, seconds, nanos);
        const value = builder.finish(1).bounds?.min.readBigInt64LE();
        expect(value).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
      },
    ),
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
    [-2147483648, -9007199254740991n, 2 ** 60, true],
    [null, 9223372036854775807n, null, null],
  ]);
});

test("a value of the wrong type is a bug and not a null", () => {
  const builder = new TableBuilder(tableOf("utf8"));
  expect(() => {
    builder.append({ c_utf8: 1 });
  }).toThrow(/c_utf8/);
});

test("a table without rows is a file with its columns", async () => {
  expect(await roundTrip(tableOf("utf8", "ts_ns"), [], "count(c_ts_ns)")).toEqual([[0n]]);
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
  const rows = await queryDuckdb(`select * from '${path}'`);
  expect(rows).toEqual([
    ["old", null, null],
    [null, false, null],
  ]);
});
