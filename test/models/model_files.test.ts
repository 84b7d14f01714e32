import { beforeAll, describe, expect, test } from "vitest";

import { type Model, parseModel, readModels } from "../../src/models/model_files.ts";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import { withDatabase } from "../../src/store/database.ts";
import { relationsRead } from "../../src/store/dependencies.ts";
import { relationTypes } from "./expect_model.ts";
import { callsOf, type Calls, relationsOf } from "./syntax_tree.ts";

const models = readModels();
/** Tables made from data files rather than from a capture; any layer may read them. */
const DATA_TABLES = ["main.signatures", "main.failure_classes", "main.serial_resources", "main.slos"];
const LAYER_ORDER = ["raw", "staging", "timeline", "finding", "report"];
const reads = new Map<string, readonly string[]>();
const calls = new Map<string, Calls>();

beforeAll(async () => {
  await withDatabase({ threads: 1 }, async (db) => {
    for (const model of models) {
      reads.set(model.qualifiedName, await relationsOf(db, model.select));
      calls.set(model.qualifiedName, await callsOf(db, model.select));
    }
  });
});

/** The models for which something is wrong, each with what it is. */
function offenders(find: (model: Model) => readonly string[]): readonly string[] {
  return models.flatMap((model) => find(model).map((what) => `${model.qualifiedName}: ${what}`));
}

describe("the header of every model", () => {
  test("has a sentence, a grain of its own columns, and a documented column for each that the select gives", async () => {
    const types = await relationTypes();
    expect(
      offenders((model) => {
        const given = (types.get(model.qualifiedName) ?? []).map(({ name }) => name);
        const documented = model.columns.map(({ name }) => name);
        return [
          ...(/^\S.*\.$/s.test(model.doc) ? [] : ["no sentence"]),
          ...(model.grain.length > 0 ? [] : ["no grain"]),
          ...model.grain.filter((name) => !given.includes(name)).map((name) => `no column ${name} of its grain`),
          ...((model.isPrivate && documented.length === 0) || documented.join() === given.join()
            ? []
            : [`header has ${documented.join()}; select gives ${given.join()}`]),
        ];
      }),
    ).toEqual([]);
  });

  test("gives every column a text that ends its sentence", () => {
    expect(
      offenders((model) =>
        model.columns.filter(({ doc }) => !/[.)]$/.test(doc)).map(({ name }) => `${name} has no full stop`),
      ),
    ).toEqual([]);
  });

  test("of a public model names the run first, but for the comparison of runs", () => {
    expect(
      offenders(({ isPrivate, name, grain }) =>
        isPrivate || grain[0] === "run_id" || name === "comparison" ? [] : [grain.join()],
      ),
    ).toEqual([]);
  });
});

describe("layers", () => {
  test("a model reads its own layer and lower ones, staging only raw, and report never raw nor staging", () => {
    expect(
      offenders((model) =>
        (reads.get(model.qualifiedName) ?? []).filter((name) => {
          if (DATA_TABLES.includes(name)) return false;
          const own = LAYER_ORDER.indexOf(model.layer);
          const read = LAYER_ORDER.indexOf(name.split(".")[0] ?? "");
          if (read < 0 || read > own) return true;
          if (model.layer === "staging") return read !== 0;
          return model.layer === "report" && read < LAYER_ORDER.indexOf("timeline");
        }),
      ),
    ).toEqual([]);
  });

  test("everything that a model reads is a raw table, a model or a table of data", () => {
    const known = new Set([
      ...DATA_TABLES,
      ...models.map((model) => model.qualifiedName),
      ...RAW_TABLES.map(({ name }) => `raw.${name}`),
    ]);
    expect(offenders((model) => (reads.get(model.qualifiedName) ?? []).filter((name) => !known.has(name)))).toEqual([]);
  });

  test("what the build order goes by is what DuckDB's syntax tree says that a model reads", () => {
    const byText = Object.fromEntries(models.map((model) => [model.qualifiedName, relationsRead(model.select)]));
    expect(byText).toEqual(Object.fromEntries(reads));
  });

  test("every private model is read by another one", () => {
    const read = new Set([...reads.values()].flat());
    expect(
      offenders((model) => (model.isPrivate && !read.has(model.qualifiedName) ? ["nobody reads it"] : [])),
    ).toEqual([]);
  });
});

describe("the same rows in give the same rows out", () => {
  const ANY_ROW = [
    "any_value",
    "first",
    "last",
    "arbitrary",
    "random",
    "uuid",
    "gen_random_uuid",
    "mode",
    "approx_quantile",
  ];
  const CLOCK = [
    "now",
    "current_timestamp",
    "today",
    "current_date",
    "get_current_timestamp",
    "current_localtimestamp",
  ];
  const ORDER_MATTERS = ["list", "array_agg", "string_agg", "group_concat", "listagg", "json_group_array"];
  const UNORDERED_WINDOWS = ["count", "sum", "min", "max", "avg", "bool_or", "bool_and", "count_star"];

  test("no model takes any row of several, nor asks the clock", () => {
    const refused = new Set([...ANY_ROW, ...CLOCK]);
    expect(
      offenders((model) =>
        (calls.get(model.qualifiedName)?.functions ?? [])
          .filter((call) => refused.has(call.name))
          .map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  test("a list or text made of several rows says in which order", () => {
    expect(
      offenders((model) =>
        (calls.get(model.qualifiedName)?.functions ?? [])
          .filter((call) => ORDER_MATTERS.includes(call.name) && !call.isOrdered)
          .map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  test("a window that numbers or picks rows is ordered", () => {
    expect(
      offenders((model) =>
        (calls.get(model.qualifiedName)?.windows ?? [])
          .filter((call) => !call.isOrdered && !UNORDERED_WINDOWS.includes(call.name))
          .map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  test("arg_min and arg_max break ties by a tuple", () => {
    expect(
      offenders((model) =>
        (calls.get(model.qualifiedName)?.functions ?? [])
          .filter((call) => /^arg_(min|max)|^(min|max)_by$/.test(call.name) && call.argumentCalls[1] !== "row")
          .map(({ name }) => name),
      ),
    ).toEqual([]);
  });
});

describe("parseModel", () => {
  const text = [
    "-- Things, one row each.",
    "--",
    "-- A trap.",
    "-- grain: run_id, name",
    "-- columns:",
    "--   run_id  Run.",
    "--   name    First line,",
    "--           second line.",
    "select run_id, name from raw.things;",
  ].join("\n");

  test("a column's text goes on over several lines", () => {
    expect(parseModel("report", "things", text)).toEqual({
      layer: "report",
      name: "things",
      qualifiedName: "report.things",
      isPrivate: false,
      doc: "Things, one row each.\n\nA trap.",
      grain: ["run_id", "name"],
      columns: [
        { name: "run_id", doc: "Run." },
        { name: "name", doc: "First line, second line." },
      ],
      select: "select run_id, name from raw.things",
    });
  });

  test("a header without grain is refused by the file's name", () => {
    expect(() => parseModel("report", "things", text.replace("grain:", "key:"))).toThrow("report/things.sql");
  });

  test("a public model without columns is refused, a private one is not", () => {
    const bare = "-- Things.\n-- grain: run_id\nselect 1 as run_id";
    expect(() => parseModel("timeline", "things", bare)).toThrow("timeline/things.sql");
    expect(parseModel("timeline", "_things", bare).columns).toEqual([]);
  });
});

describe("relationsRead", () => {
  test("comments, texts, CTEs and comparisons are no relations", () => {
    const select = `with a as (select * from raw.pods) -- from raw.nodes
      select ' from raw.runs' from a semi join timeline.pods as p on a.x is not distinct
      from p.x asof left join raw.pods using (x)`;
    expect(relationsRead(select)).toEqual(["raw.pods", "timeline.pods"]);
  });
});
