import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";

import { readResult } from "../../src/analysis/read_result.ts";
import { RESULT_TABLES, type AnalysisResult, type ValueType } from "../../src/analysis/result.ts";
import { parseResult } from "../../src/analysis/result_file.ts";
import { resultJsonSchema } from "../../src/analysis/result_schema.ts";
import { readModels } from "../../src/models/model_files.ts";
import { DUCKDB_TYPE } from "../../src/schema/column.ts";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import type { JsonRow } from "../../src/store/database.ts";
import { CONTRACT, NOT_YET_BUILT } from "./contract.ts";
import { relationTypes } from "./expect_model.ts";
import { withFixtureTables } from "./fixture_captures.ts";

const models = readModels();
const columnsOf = new Map<string, string[]>();
const doubleRows = new Map<string, readonly JsonRow[]>();
let result: AnalysisResult;
let phaseGaps: readonly JsonRow[] = [];

beforeAll(async () => {
  await withFixtureTables(async (db) => {
    const rows = await db.rows(
      "select schema_name || '.' || table_name as relation, column_name || ' ' || data_type as col from duckdb_columns() where not internal order by column_index",
    );
    for (const row of rows) {
      const relation = String(row["relation"]);
      columnsOf.set(relation, [...(columnsOf.get(relation) ?? []), String(row["col"])]);
    }
    for (const { qualifiedName, grain } of models) {
      const key = grain.join(", ");
      doubleRows.set(
        qualifiedName,
        await db.rows(
          `select ${key}, count(*) as row_count from ${qualifiedName} group by ${key} having count(*) > 1 limit 3`,
        ),
      );
    }
    result = await readResult(db, "0.0.0");
    phaseGaps = await db.rows(
      `select run_id, pod_uid, started_at from (
         select *, lag(ended_at) over (partition by run_id, pod_uid order by ordinal) as previous_ended_at from timeline.phases
       ) where started_at <> previous_ended_at or ended_at <= started_at`,
    );
  });
});

describe("over all fixture captures", () => {
  test.each(models.map((model) => model.qualifiedName))("%s: its grain is unique", (name) => {
    expect(doubleRows.get(name)).toEqual([]);
  });

  test("every relation has the columns that it has without a row, so that no type depends on the data", async () => {
    const types = await relationTypes();
    for (const { qualifiedName } of models) {
      const empty = types.get(qualifiedName)?.map(({ name, type }) => `${name} ${type}`);
      expect(columnsOf.get(qualifiedName), qualifiedName).toEqual(empty);
    }
  });

  test("raw tables have the columns and types of their schema", () => {
    for (const { name, columns } of RAW_TABLES) {
      expect(columnsOf.get(`raw.${name}`), name).toEqual(
        columns.map((each) => `${each.name} ${DUCKDB_TYPE[each.type]}`),
      );
    }
  });

  test("phases leave no gap and do not overlap", () => {
    expect(phaseGaps).toEqual([]);
  });
});

describe("the contract", () => {
  test("every public table is there with the columns that may not be renamed", () => {
    for (const [relation, columns] of Object.entries(CONTRACT)) {
      if (NOT_YET_BUILT.includes(relation)) continue;
      const names = (columnsOf.get(relation) ?? []).map((column) => column.split(" ")[0]);
      expect(names, relation).toEqual(expect.arrayContaining([...columns]));
    }
  });

  test("a table that is built is not listed as missing", () => {
    expect(NOT_YET_BUILT.filter((relation) => columnsOf.has(relation))).toEqual([]);
  });
});

describe("the result", () => {
  const SQL_TYPES: Readonly<Record<string, RegExp>> = {
    string: /^VARCHAR$/,
    number: /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|DECIMAL\(.*\))$/,
    boolean: /^BOOLEAN$/,
  };

  test.each(Object.entries(RESULT_TABLES))(
    "%s has exactly the columns of its report model, with their types",
    (name, columns) => {
      const described = columnsOf.get(`report.${name}`) ?? [];
      expect(described.map((column) => column.split(" ")[0])).toEqual(Object.keys(columns));
      for (const column of described) {
        const [columnName = "", sqlType = ""] = column.split(" ");
        const type = String((columns as Readonly<Record<string, ValueType>>)[columnName]).replace("?", "");
        expect(sqlType, columnName).toMatch(SQL_TYPES[type] ?? /never/);
      }
    },
  );

  test("holds every public report model", () => {
    const names = models.filter((model) => model.layer === "report" && !model.isPrivate).map((model) => model.name);
    expect(Object.keys(RESULT_TABLES).sort()).toEqual(names.sort());
  });

  test("fits its JSON Schema, which is a valid one of the draft it names", () => {
    const ajv = new Ajv2020({ allowUnionTypes: true });
    const validate = ajv.compile(resultJsonSchema());
    validate(JSON.parse(JSON.stringify(result)));
    expect(validate.errors).toBe(null);
    expect(parseResult(result, "result.json")).toBe(result);
  });

  test("may hold null in the columns where its JSON Schema allows it, and in no other", () => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(resultJsonSchema());
    for (const [table, rows] of Object.entries(result.tables)) {
      for (const column of Object.keys(rows[0] ?? {})) {
        const tables = { ...result.tables, [table]: [{ ...rows[0], [column]: null }] };
        const parse = (): AnalysisResult => parseResult({ ...result, tables }, "result.json");
        if (validate({ ...result, tables })) expect(parse).not.toThrow();
        else expect(parse).toThrow(`/tables/${table}/0/${column} is no `);
      }
    }
  });

  test.each<readonly [title: string, spoil: (copy: Spoilt) => void, place: string]>([
    ["a column is missing", ({ tables }) => delete tables["runs"]?.[0]?.["cni"], "/tables/runs/0/cni"],
    [
      "a count is text",
      ({ tables }) => Object.assign(tables["runs"]?.[0] ?? {}, { pod_count: "12" }),
      "/tables/runs/0/pod_count",
    ],
    ["a table is missing", ({ tables }) => delete tables["progress"], "/tables/progress"],
    ["the version is another", (copy) => (copy.schema_version = 2), "/schema_version"],
    ["the generator is another", ({ generator }) => (generator["name"] = "other"), "/generator/name"],
    ["a row is no object", ({ tables }) => Object.assign(tables, { nodes: ["worker1"] }), "/tables/nodes/0"],
  ])("is refused with the place when %s, as its JSON Schema does", (_title, spoil, place) => {
    const copy = JSON.parse(JSON.stringify(result)) as Spoilt;
    spoil(copy);
    expect(new Ajv2020({ allowUnionTypes: true }).validate(resultJsonSchema(), copy)).toBe(false);
    expect(() => parseResult(copy, "some/result.json")).toThrow(
      `some/result.json is not a result of this version: ${place}`,
    );
  });
});

interface Spoilt {
  schema_version: number;
  generator: Record<string, unknown>;
  tables: Record<string, Record<string, unknown>[]>;
}
