import { type Field, tableFromIPC } from "apache-arrow";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { withDatabase } from "../../src/store/database.ts";
import { analysedFolder } from "../store/analysed_folder.ts";
import { cli } from "./run_cli.ts";

let out = "";
let scratch = "";

beforeAll(async () => {
  out = await analysedFolder("whereabouts_exhausted");
  scratch = mkdtempSync(join(tmpdir(), "cnitrace-query-"));
});

afterAll(() => {
  for (const folder of [out, scratch]) rmSync(folder, { recursive: true, force: true });
});

const SQL = `select * from (values (9007199254740993, 'a "quoted", | piped' || chr(10) || 'text', 1.5::double, true, timestamp_ns '2026-11-23 12:00:00.000000001'),
  (2, null, null, false, null)) as t(big, words, number, flag, ts)`;

describe("query --format", () => {
  test("csv quotes what needs it and leaves null empty", async () => {
    const { status, stdout, stderr } = await cli(["query", out, SQL, "--format", "csv"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.toString()).toBe(
      'big,words,number,flag,ts\r\n9007199254740993,"a ""quoted"", | piped\ntext",1.5,true,2026-11-23 12:00:00.000000001\r\n2,,,false,\r\n',
    );
  });

  test("json keeps a number beyond 2^53 as text, and says null", async () => {
    const { stdout } = await cli(["query", out, SQL, "--format", "json"]);
    expect(JSON.parse(stdout.toString())).toEqual([
      {
        big: "9007199254740993",
        words: 'a "quoted", | piped\ntext',
        number: 1.5,
        flag: true,
        ts: "2026-11-23 12:00:00.000000001",
      },
      { big: 2, words: null, number: null, flag: false, ts: null },
    ]);
  });

  test("ndjson is one object a line, and nothing for no row", async () => {
    const lines = (await cli(["query", out, SQL, "--format", "ndjson"])).stdout.toString().split("\n");
    expect(lines.map((line) => (line === "" ? "" : typeof JSON.parse(line)))).toEqual(["object", "object", ""]);
    expect((await cli(["query", out, "select 1 where false", "--format", "ndjson"])).stdout.toString()).toBe("");
  });

  test("markdown is one row a line, with pipes escaped", async () => {
    const lines = (await cli(["query", out, SQL, "--format", "markdown"])).stdout.toString().trimEnd().split("\n");
    expect(lines).toEqual([
      "| big | words | number | flag | ts |",
      "| ---: | --- | ---: | --- | --- |",
      '| 9007199254740993 | a "quoted", \\| piped text | 1.5 | true | 2026-11-23 12:00:00.000000001 |',
      "| 2 | - | - | false | - |",
    ]);
  });

  test("table says how many rows there are, without colour", async () => {
    const text = (await cli(["query", out, SQL])).stdout.toString();
    expect(text).toMatch(/2 rows\n$/);
    expect(text).not.toContain("\u001b");
  });

  test("parquet is read back with the same types and values", async () => {
    const { stdout } = await cli(["query", out, SQL, "--format", "parquet"]);
    const path = join(scratch, "answer.parquet");
    writeFileSync(path, stdout);
    const rows = await withDatabase({}, (db) => db.rows(`select *, typeof(ts) as ts_type from '${path}'`));
    expect(rows[0]).toEqual({
      big: "9007199254740993",
      words: 'a "quoted", | piped\ntext',
      number: 1.5,
      flag: true,
      ts: "2026-11-23 12:00:00.000000001",
      ts_type: "TIMESTAMP_NS",
    });
    expect(rows[1]).toMatchObject({ words: null, number: null, ts: null });
  });

  test("arrow is read back with the same values", async () => {
    const { stdout } = await cli(["query", out, SQL, "--format", "arrow"]);
    const table = tableFromIPC(stdout);
    const fields = table.schema.fields as readonly Field[];
    expect(fields.map((field) => [field.name, String(field.type)])).toEqual([
      ["big", "Int64"],
      ["words", "Utf8"],
      ["number", "Float64"],
      ["flag", "Bool"],
      ["ts", expect.any(String)],
    ]);
    const [first, second] = [table.get(0)?.toJSON(), table.get(1)?.toJSON()];
    expect(first).toMatchObject({
      big: 9007199254740993n,
      words: 'a "quoted", | piped\ntext',
      number: 1.5,
      flag: true,
    });
    expect(second).toMatchObject({ big: 2n, words: null, number: null, flag: false });
  });

  test("arrow and parquet of no row still have the columns", async () => {
    const table = tableFromIPC((await cli(["query", out, `${SQL} limit 0`, "--format", "arrow"])).stdout);
    expect([table.numRows, table.numCols]).toEqual([0, 5]);
  });
});

describe("query takes its SQL", () => {
  test("from standard input", async () => {
    const { status, stdout } = await cli(["query", out, "--format", "csv"], {
      input: "select run_id\nfrom report.runs;\n",
    });
    expect([status, stdout.toString()]).toEqual([0, "run_id\r\nwhereabouts_exhausted\r\n"]);
  });

  test("from a file", async () => {
    const path = join(scratch, "question.sql");
    writeFileSync(path, "-- a question\nselect 1 as a");
    expect((await cli(["query", out, "--file", path, "--format", "csv"])).stdout.toString()).toBe("a\r\n1\r\n");
  });
});

describe("query ends with the status of what went wrong, and says it on stderr only", () => {
  test.each([
    ["bad SQL", () => ["query", out, "select * from nowhere"], 4, "nowhere"],
    ["a statement that writes", () => ["query", out, "create table t as select 1"], 2, "only select"],
    ["a file outside the folder", () => ["query", out, "select * from read_text('/etc/passwd')"], 4, "/etc/passwd"],
    ["no such folder", () => ["query", join(scratch, "none"), "select 1"], 3, "none"],
    ["no such file of SQL", () => ["query", out, "--file", join(scratch, "none.sql")], 3, "none.sql"],
    ["an unknown format", () => ["query", out, "select 1", "--format", "xml"], 2, "xml"],
    ["an unknown flag", () => ["query", out, "select 1", "--colour"], 2, "colour"],
    ["no folder", () => ["query"], 2, ""],
  ] as const)("%s", async (_title, args, expected, words) => {
    const { status, stdout, stderr } = await cli(args());
    expect([status, stdout.toString()]).toEqual([expected, ""]);
    expect(stderr).toMatch(/^cnitrace: /);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test("a reader that goes away (| head -1) ends it quietly", async () => {
    const { status, stderr } = await cli(["query", out, "select range as n from range(2000000)", "--format", "csv"], {
      readBytes: 1,
    });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe("tables", () => {
  test("lists every public table with its first sentence", async () => {
    const { status, stdout } = await cli(["tables", out]);
    const text = stdout.toString();
    expect(status).toBe(0);
    for (const name of ["raw.pods", "staging.pods", "timeline.pods", "finding.data_losses", "report.runs"])
      expect(text).toContain(name);
    expect(text).not.toMatch(/timeline\._/);
  });

  test("documents the columns of one", async () => {
    const text = (await cli(["tables", out, "timeline.pods"])).stdout.toString();
    expect(text).toMatch(/ready_at .*TIMESTAMP_NS .*Ready visible in the API/);
  });

  test("an unknown table is a usage error that names it", async () => {
    const { status, stdout, stderr } = await cli(["tables", out, "timeline.nothing"]);
    expect([status, stdout.toString()]).toEqual([2, ""]);
    expect(stderr).toContain("timeline.nothing");
  });
});
