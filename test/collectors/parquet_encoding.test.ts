import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CellValue } from "../../collectors/parquet/column_base.ts";
import { bytesAt, memory, wasm } from "../../collectors/wasm_module.ts";
import { column, type TableSchema } from "../../src/schema/column.ts";
import { queryDuckdb, readWithArrow, readWithDuckdb, withParquet } from "./read_parquet.ts";

const SCHEMA: TableSchema = {
  name: "t",
  doc: "One row a test value.",
  columns: [
    column("run_id", "utf8", "Few values, with statistics."),
    column("pod_name", "utf8", "Few values."),
    column("message", "utf8", "Free text."),
    column("count", "i32", "A number."),
    column("line", "i64", "A large number."),
    column("ts", "ts_ns", "An instant."),
    column("cpu_count", "f64", "A fraction."),
    column("is_ready", "bool", "Yes or no."),
  ],
};

type Row = Record<string, CellValue>;

/** What a reader must give: text with U+FFFD for what UTF-8 cannot hold, and 64-bit integers as bigint. */
function expected(rows: readonly Row[]): unknown[][] {
  return rows.map((row) =>
    SCHEMA.columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      if (typeof value === "string") return Buffer.from(value).toString();
      return typeof value === "number" && (type === "i64" || type === "ts_ns") ? BigInt(value) : value;
    }),
  );
}

async function expectReadBack(rows: readonly Row[]): Promise<void> {
  await withParquet(SCHEMA, rows, async (path) => {
    const values = expected(rows);
    expect(await readWithDuckdb(path, SCHEMA)).toEqual(values);
    expect(readWithArrow(path, SCHEMA)).toEqual(values);
  });
}

const surrogates = fc.constantFrom("\ud83d", "\ude00", "a\ud83d", "\ude00b", "😀");
const text = fc.oneof(
  fc.constantFrom("kubelet", "containerd", "", "节点一", "é", "x".repeat(300)),
  fc.string({ unit: "binary", maxLength: 20 }),
  surrogates,
);
const INT64_EDGES = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, -(2n ** 53n) - 1n, 2n ** 32n, -(2n ** 31n), -1n, 0n];
const int64 = fc.oneof(
  fc.constantFrom(...INT64_EDGES),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.maxSafeInteger(),
  fc.integer({ min: 0, max: 300 }),
);
const VALUES: Readonly<Record<string, fc.Arbitrary<CellValue>>> = {
  run_id: fc.oneof(fc.constant("run"), text),
  pod_name: text,
  message: text,
  count: fc.oneof(fc.constantFrom(-(2 ** 31), 2 ** 31 - 1), fc.integer(), fc.nat(9)),
  line: int64,
  // DuckDB takes the last nanoseconds of the range for infinity.
  ts: fc.oneof(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), fc.bigInt({ min: 0n, max: 10n ** 6n })),
  cpu_count: fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity)),
  is_ready: fc.boolean(),
};

/** A column as runs of equal values and of nulls, as long as its longest ones are. */
function runsOf(value: fc.Arbitrary<CellValue>): fc.Arbitrary<CellValue[]> {
  const length = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }));
  const run = fc.tuple(fc.option(value, { freq: 3 }), length);
  return fc
    .array(run, { maxLength: 30 })
    .map((runs) => runs.flatMap(([cell, count]) => new Array<CellValue>(count).fill(cell)));
}

const table: fc.Arbitrary<Row[]> = fc
  .record(Object.fromEntries(Object.entries(VALUES).map(([name, value]) => [name, runsOf(value)])))
  .map((columns) => {
    const rowCount = Math.max(...Object.values(columns).map((cells) => cells.length));
    return Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells[row]])),
    );
  });

test("any table is read back as it was, by DuckDB and by the Rust implementation", async () => {
  await fc.assert(fc.asyncProperty(table, expectReadBack), { numRuns: 150 });
});

/** Rows with the cells that `cell` gives. */
function rowsOf(count: number, cell: (row: number) => Row): Row[] {
  return Array.from({ length: count }, (_, row) => cell(row));
}

/** Hard to compress, the same every time. */
function noise(seed: number, length: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  }).join("");
}

describe("read back as it was", () => {
  test.each<[string, Row[]]>([
    ["no row", []],
    ["one row of nulls", [{}]],
    ["one row", [{ run_id: "r", message: "m", count: 1, line: 1, ts: 1, cpu_count: 1, is_ready: true }]],
    ["all null for longer than a run of one byte", rowsOf(5000, () => ({}))],
    [
      "every second value null",
      rowsOf(5000, (row) => (row % 2 === 0 ? { pod_name: "p", message: "m", line: row } : {})),
    ],
    ["more indexes in a row than a bit-packed run holds", rowsOf(2000, (row) => ({ pod_name: `pod-${row % 700}` }))],
    ["free text of several pages", rowsOf(3000, (row) => ({ message: row % 7 === 0 ? null : noise(row, 1000) }))],
    ["free text that ends with a page, and nulls after it", [{ message: "x".repeat(2 ** 21) }, {}, {}]],
    ["a page of nothing but empty strings", rowsOf(300, () => ({ message: "", pod_name: "" }))],
    [
      "a dictionary that grows too large",
      rowsOf(400, (row) => ({ pod_name: row % 5 === 0 ? null : noise(row, 9000) })),
    ],
    ["a dictionary that is full with the last row", [{ pod_name: "y".repeat(2 ** 20), run_id: "y".repeat(2 ** 20) }]],
    ["a value far longer than a page, two bytes a character", [{ message: "节".repeat(2 ** 20), pod_name: "é" }]],
    ["differences that wrap around", rowsOf(600, (row) => ({ line: row % 2 === 0 ? -(2n ** 63n) : 2n ** 63n - 1n }))],
    [
      "32-bit differences that wrap around",
      rowsOf(600, (row) => ({ count: row % 2 === 0 ? -(2 ** 31) : 2 ** 31 - 1 })),
    ],
    [
      "differences of every width",
      rowsOf(64 * 128, (row) => ({ line: row % 2 === 0 ? -1n : BigInt.asIntN(64, 2n ** BigInt(row >> 7)) })),
    ],
  ])("%s", async (_title, rows) => {
    await expectReadBack(rows);
  });
});

/** Metadata of each column that has it, from DuckDB. */
async function metadata(path: string, expressions: string): Promise<Map<unknown, unknown[]>> {
  const rows = await queryDuckdb(`select path_in_schema, ${expressions} from parquet_metadata('${path}')`);
  return new Map(rows.map(([name, ...values]) => [name, values]));
}

test("numbers, instants and the run have smallest and largest value, other text has not; nulls are counted", async () => {
  const rows: Row[] = [
    { run_id: "r2", pod_name: "p", message: "m", count: -5, line: 2n ** 40n, ts: 7n, cpu_count: 0, is_ready: true },
    { run_id: "r10", pod_name: "q", count: 3, line: -(2n ** 63n), ts: -1n, cpu_count: -0, is_ready: false },
    {},
  ];
  await withParquet(SCHEMA, rows, async (path) => {
    expect(await metadata(path, "stats_min_value, stats_max_value, stats_null_count")).toEqual(
      new Map([
        ["run_id", ["r10", "r2", 1n]],
        ["pod_name", [null, null, 1n]],
        ["message", [null, null, 2n]],
        ["count", ["-5", "3", 1n]],
        ["line", ["-9223372036854775808", "1099511627776", 1n]],
        ["ts", ["1969-12-31 23:59:59.999999999", "1970-01-01 00:00:00.000000007", 1n]],
        ["cpu_count", ["-0.0", "0.0", 1n]],
        ["is_ready", ["false", "true", 1n]],
      ]),
    );
  });
});

test("fractions with one that is not a number have no smallest and largest value", async () => {
  await withParquet(SCHEMA, [{ cpu_count: 1 }, { cpu_count: NaN }], async (path) => {
    expect((await metadata(path, "stats_min_value, stats_max_value")).get("cpu_count")).toEqual([null, null]);
  });
});

test("each kind of column has its encoding, and a full dictionary is followed by free text", async () => {
  const rows = rowsOf(200, (row) => ({ run_id: "r", pod_name: noise(row, 9000), message: "m", line: row }));
  await withParquet(SCHEMA, rows, async (path) => {
    const encodings = await metadata(path, "encodings, compression");
    expect(encodings.get("run_id")).toEqual(["PLAIN, RLE, RLE_DICTIONARY", "SNAPPY"]);
    expect(encodings.get("pod_name")).toEqual(["PLAIN, RLE, DELTA_LENGTH_BYTE_ARRAY, RLE_DICTIONARY", "SNAPPY"]);
    expect(encodings.get("message")).toEqual(["RLE, DELTA_LENGTH_BYTE_ARRAY", "SNAPPY"]);
    expect(encodings.get("line")).toEqual(["RLE, DELTA_BINARY_PACKED", "UNCOMPRESSED"]);
  });
});

test("a file tells who wrote it, in one row group, and documents the table and its columns", async () => {
  await withParquet(
    SCHEMA,
    rowsOf(3000, (row) => ({ line: row })),
    async (path) => {
      expect(
        await queryDuckdb(`select created_by, num_rows, num_row_groups from parquet_file_metadata('${path}')`),
      ).toEqual([["cnitrace", 3000n, 1n]]);
      const docs = await queryDuckdb(`select decode(key), decode(value) from parquet_kv_metadata('${path}')`);
      expect(docs).toEqual([["doc", SCHEMA.doc], ...SCHEMA.columns.map(({ name, doc }) => [`doc.${name}`, doc])]);
    },
  );
});

/** Decompresses as the format's description says, without a look at how it was made. */
function decompressSnappy(packed: Buffer): Buffer {
  let at = 0;
  const number = (bytes: number): number => {
    at += bytes;
    return packed.readUIntLE(at - bytes, bytes);
  };
  let length = 0;
  for (let shift = 0, byte = 128; byte >= 128; shift += 7) length |= ((byte = number(1)) & 127) << shift;
  const out: number[] = [];
  while (at < packed.length) {
    const tag = number(1);
    if ((tag & 3) === 0) {
      const count = (tag >> 2 < 60 ? tag >> 2 : number((tag >> 2) - 59)) + 1;
      for (let index = 0; index < count; index++) out.push(number(1));
      continue;
    }
    const isNear = (tag & 3) === 1;
    const count = isNear ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = isNear ? ((tag >> 5) << 8) | number(1) : number(2);
    for (let index = 0; index < count; index++) out.push(out.at(-distance) ?? NaN);
  }
  expect(out.length).toBe(length);
  return Buffer.from(out);
}

test("what Snappy compressed is decompressed to the same bytes, within the bound", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.nat(255), fc.nat(700)).map(([byte, count]) => new Uint8Array(count).fill(byte)),
    fc.nat(70_000).map((count) => Buffer.alloc(count, "0123456789 pod ")),
    fc.constantFrom("name=default/pod-", "0123456789abcdef").map((word) => Buffer.from(word)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = Buffer.concat(pieces);
      const at = wasm.scratch(source.length);
      memory().set(source, at);
      const packed = bytesAt(wasm.compress(at, source.length));
      expect(packed.length).toBeLessThanOrEqual(32 + source.length + Math.ceil(source.length / 6));
      expect(decompressSnappy(packed).equals(source)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
