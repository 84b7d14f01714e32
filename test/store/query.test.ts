import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { withAnalysedTables } from "../../src/analysis/build_tables.ts";
import type { CliError } from "../../src/errors.ts";
import type { Warehouse } from "../../src/store/query.ts";
import { analysedFolder } from "./analysed_folder.ts";

let out = "";
let outside = "";
let warehouse: Warehouse;
let close: () => void = () => undefined;
let closed: Promise<void>;

beforeAll(async () => {
  out = await analysedFolder("whereabouts_exhausted");
  outside = mkdtempSync(join(tmpdir(), "cnitrace-outside-"));
  writeFileSync(join(outside, "secret.csv"), "a\n1\n");
  await new Promise<void>((opened, failed) => {
    closed = withAnalysedTables(out, (each) => {
      warehouse = each;
      opened();
      return new Promise<void>((resolve) => {
        close = resolve;
      });
    });
    closed.catch(failed);
  });
});

afterAll(async () => {
  close();
  await closed;
  for (const folder of [out, outside]) rmSync(folder, { recursive: true, force: true });
});

/** The code of the error that a statement ends in. */
async function refusal(sql: string): Promise<string> {
  try {
    await warehouse.query(sql);
  } catch (error) {
    return (error as CliError).code;
  }
  return "answered";
}

describe("a query cannot write", () => {
  test.each([
    ["explain analyze copy (select 1) to 'x.csv'", "ERR_USAGE"],
    ["explain /* copy */ analyze copy (select 1) to 'x.csv'", "ERR_USAGE"],
    ["explain (format json) copy (select 1) to 'x.csv'", "ERR_USAGE"],
    ["explain (analyze) copy (select 1) to 'x.csv'", "ERR_USAGE"],
    ["select 1; copy (select 1) to 'x.csv'", "ERR_USAGE"],
    ["select 1; select 2", "ERR_USAGE"],
    ["", "ERR_USAGE"],
    ["-- nothing", "ERR_USAGE"],
    ["copy (select 1) to 'x.csv'", "ERR_USAGE"],
    ["attach 'x.duckdb' as x", "ERR_USAGE"],
    ["install httpfs", "ERR_USAGE"],
    ["load httpfs", "ERR_USAGE"],
    ["set memory_limit = '1GB'", "ERR_USAGE"],
    ["reset memory_limit", "ERR_USAGE"],
    ["pragma memory_limit = '1GB'", "ERR_USAGE"],
    ["pragma enable_profiling", "ERR_USAGE"],
    ["create table t as select 1", "ERR_USAGE"],
    ["create temp macro m() as 1", "ERR_USAGE"],
    ["drop view report.runs", "ERR_USAGE"],
    ["insert into report.runs select * from report.runs", "ERR_USAGE"],
    ["update report.runs set cni = 'x'", "ERR_USAGE"],
    ["delete from report.runs", "ERR_USAGE"],
    ["export database 'x'", "ERR_USAGE"],
    ["import database 'x'", "ERR_USAGE"],
    ["call pragma_version()", "ERR_USAGE"],
    ["begin transaction", "ERR_USAGE"],
    ["prepare p as select 1", "ERR_USAGE"],
    ["vacuum", "ERR_USAGE"],
    ["checkpoint", "ERR_USAGE"],
    ["use raw", "ERR_USAGE"],
  ])("%s", async (sql, code) => {
    const refused = await refusal(sql);
    // what DuckDB itself cannot prepare here is refused as bad SQL
    expect([code, "ERR_SQL"]).toContain(refused);
    expect(existsSync("x.csv") || existsSync("x.duckdb")).toBe(false);
  });
});

describe("a query reads nothing outside the folder", () => {
  const attempts = (): readonly string[] => [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from read_parquet('https://example.org/x.parquet')",
    "select * from read_json('http://127.0.0.1:9/x.json')",
    "select * from 's3://bucket/x.parquet'",
    `select * from read_csv('${join(outside, "secret.csv")}')`,
    `select * from read_csv('${join(out, "..", outside.split("/").at(-1) ?? "", "secret.csv")}')`,
    `select * from read_csv('${out}-neighbour/x.csv')`,
    "explain analyze select * from read_text('/etc/passwd')",
    "select * from parquet_metadata('/etc/passwd')",
    "select * from sniff_csv('/etc/passwd')",
  ];

  test("neither by a table function, nor by a path as a table, nor by a link of dots, nor over the network", async () => {
    for (const sql of attempts()) expect(await refusal(sql), sql).toBe("ERR_SQL");
  });

  test("the environment and the secrets of the process are not shown", async () => {
    expect(await refusal("select getenv('HOME')")).toBe("ERR_SQL");
  });

  test("its settings are locked", async () => {
    const { rows } = await warehouse.query(
      "select name, value from duckdb_settings() where name in ('enable_external_access', 'lock_configuration') order by name",
    );
    expect(rows).toEqual([
      { name: "enable_external_access", value: "false" },
      { name: "lock_configuration", value: "true" },
    ]);
  });
});

describe("a query answers", () => {
  test("one select, with names, types and values that are not rounded", async () => {
    const { columns, rows } = await warehouse.query(
      "select 9007199254740993::bigint as big, timestamp_ns '2026-11-23 12:00:00.000000001' as ts, null::double as none;",
    );
    expect(columns).toEqual([
      { name: "big", type: "BIGINT" },
      { name: "ts", type: "TIMESTAMP_NS" },
      { name: "none", type: "DOUBLE" },
    ]);
    expect(rows).toEqual([{ big: "9007199254740993", ts: "2026-11-23 12:00:00.000000001", none: null }]);
  });

  test.each(["with", "from", "values", "describe", "summarize", "show"])(
    "also when it begins with %s",
    async (word) => {
      const sql = {
        with: "with a as (select 1 as x) select x from a",
        from: "from report.runs",
        values: "values (1)",
        describe: "describe report.runs",
        summarize: "summarize report.runs",
        show: "show all tables",
      }[word];
      expect((await warehouse.query(String(sql))).rows.length).toBeGreaterThan(0);
    },
  );

  test("explain shows the plan and explain analyze runs a select", async () => {
    expect((await warehouse.query("explain select * from report.runs")).rows.length).toBeGreaterThan(0);
    expect((await warehouse.query("explain analyze select * from report.runs")).rows.length).toBeGreaterThan(0);
  });

  test("every layer, and the macros of the models", async () => {
    const { rows } = await warehouse.query(
      `select (select count(*) from raw.pods) > 0 and (select count(*) from staging.pods) > 0 and (select count(*) from timeline.pods) > 0
         and (select count(*) from report.runs) = 1 and s_between(timestamp_ns '2026-11-23', timestamp_ns '2026-11-24') = 86400 as ok`,
    );
    expect(rows).toEqual([{ ok: true }]);
  });

  test("the folder's own Parquet files by their path", async () => {
    const { rows } = await warehouse.query(
      `select count(*)::int as n from read_parquet('${join(out, "report", "runs.parquet")}')`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("in Parquet, and leaves no file behind in the folder", async () => {
    const before = readdirSync(out).sort();
    const bytes = await warehouse.queryParquet("select 1 as a -- a comment at the end");
    expect(bytes.subarray(0, 4).toString()).toBe("PAR1");
    expect(readdirSync(out).sort()).toEqual(before);
  });

  test("every public column is documented", async () => {
    const columns = await warehouse.columns();
    expect(columns.filter((each) => each.doc === null || each.tableDoc === null)).toEqual([]);
    expect(new Set(columns.map((each) => each.schema))).toEqual(
      new Set(["raw", "staging", "timeline", "finding", "report"]),
    );
  });

  test("the documentation as comments of the catalog", async () => {
    const rows = await withAnalysedTables(
      out,
      async (each) =>
        (await each.query("select comment from duckdb_columns() where schema_name = 'report' and column_name = 'cni'"))
          .rows,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ comment }) => comment === null)).toEqual([]);
  });
});

test("a folder that analyze did not write is an error of input", async () => {
  await expect(withAnalysedTables(outside, async () => Promise.resolve())).rejects.toMatchObject({ code: "ERR_INPUT" });
});

test("a folder that was only collected answers from raw and staging, and lists what it has", async () => {
  const collected = copyOf(out);
  try {
    for (const layer of ["timeline", "finding", "report"]) rmSync(join(collected, layer), { recursive: true });
    const columns = await withAnalysedTables(collected, (each) => each.columns());
    expect(new Set(columns.map((each) => each.schema))).toEqual(new Set(["raw", "staging"]));
  } finally {
    rmSync(collected, { recursive: true, force: true });
  }
});

test("a folder of another version, whose table lacks a documented column, still answers", async () => {
  const older = copyOf(out);
  try {
    const path = join(older, "report", "runs.parquet");
    const bytes = await warehouse.queryParquet("select run_id from report.runs");
    writeFileSync(path, bytes);
    const answer = await withAnalysedTables(older, async (each) => {
      await each.columns();
      return each.query("select * from report.runs");
    });
    expect(answer.rows).toEqual([{ run_id: "whereabouts_exhausted" }]);
  } finally {
    rmSync(older, { recursive: true, force: true });
  }
});

test("a folder with glob and quote characters in its name is read by its name", async () => {
  const odd = copyOf(out, "cni'trace[a-z]*-");
  try {
    const rows = await withAnalysedTables(
      odd,
      async (each) => (await each.query("select count(*)::int as n from raw.pods")).rows,
    );
    expect(rows).toEqual([{ n: expect.any(Number) as unknown }]);
  } finally {
    rmSync(odd, { recursive: true, force: true });
  }
});

function copyOf(folder: string, prefix = "cnitrace-copy-"): string {
  const copy = mkdtempSync(join(tmpdir(), prefix));
  cpSync(folder, copy, { recursive: true });
  return copy;
}
