import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { buildTables, macroStatements } from "../../src/analysis/build_tables.ts";
import { type Model, readModels } from "../../src/models/model_files.ts";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import { asText } from "../../src/store/as_text.ts";
import { type Database, sqlText, withDatabase } from "../../src/store/database.ts";
import { relationsRead } from "../../src/store/dependencies.ts";

/** Instants of tests are seconds after this one, so that a row reads `started_at: 1.5`. */
export const EPOCH = "2026-11-23T12:00:00Z";
const EPOCH_NS = BigInt(Date.parse(EPOCH)) * 1_000_000n;

/**
 * A value of a given row: a number in a TIMESTAMP_NS column is seconds after EPOCH (to 1 ns), an object is stored as
 * JSON text.
 */
export type Value = string | number | bigint | boolean | null | Readonly<Record<string, unknown>> | readonly unknown[];
/** A row by column name; columns that are left out are null. */
export type Row = Readonly<Record<string, Value>>;
/** Rows of the relations that a model reads, by qualified name. */
export type Given = Readonly<Record<string, readonly Row[]>>;

interface ColumnType {
  readonly name: string;
  readonly type: string;
}

type RelationTypes = ReadonlyMap<string, readonly ColumnType[]>;

const macros = macroStatements([]);
const allModels = readModels();
let learntTypes: Promise<RelationTypes> | null = null;

/**
 * Columns with their types of every relation, as the models over empty raw tables have them.
 *
 * They are learnt once for a state of the models and kept in the folder for temporary files, for all test processes.
 */
export function relationTypes(): Promise<RelationTypes> {
  learntTypes ??= keptTypes();
  return learntTypes;
}

async function keptTypes(): Promise<RelationTypes> {
  const state = createHash("sha256")
    .update(JSON.stringify([allModels, RAW_TABLES, macros]))
    .digest("hex");
  const path = join(tmpdir(), `cnitrace-test-types-${state.slice(0, 16)}.json`);
  if (existsSync(path)) return new Map(JSON.parse(readFileSync(path, "utf8")) as [string, ColumnType[]][]);
  const types = await learnTypes();
  writeFileSync(`${path}.${process.pid}`, JSON.stringify([...types]));
  renameSync(`${path}.${process.pid}`, path);
  return types;
}

function learnTypes(): Promise<RelationTypes> {
  return withDatabase({ threads: 1 }, async (db) => {
    await buildTables(db, null);
    const types = new Map<string, ColumnType[]>();
    const rows = await db.rows(
      "select schema_name || '.' || table_name as relation, column_name, data_type from duckdb_columns() where not internal order by column_index",
    );
    for (const row of rows) {
      const relation = asText(row["relation"]);
      const columns = types.get(relation) ?? [];
      columns.push({ name: asText(row["column_name"]), type: asText(row["data_type"]) });
      types.set(relation, columns);
    }
    return types;
  });
}

const models = new Map(allModels.map((model) => [model.qualifiedName, model]));

/** The model of a qualified name. @throws Error when there is none */
export function modelNamed(relation: string): Model {
  const model = models.get(relation);
  if (!model) throw new Error(`no model ${relation}`);
  return model;
}

/**
 * The rows that one model gives for the given rows, in the order of its grain.
 *
 * Only this model runs: what it reads are tables of the given rows, empty where none are given. Instants come back as
 * seconds after EPOCH, whole numbers and doubles as numbers.
 *
 * @throws Error when a relation is given that the model does not read, or a column that the relation does not have
 */
export async function modelRows(relation: string, given: Given): Promise<readonly Record<string, unknown>[]> {
  const model = modelNamed(relation);
  const types = await relationTypes();
  return withDatabase({ threads: 1 }, async (db) => {
    for (const schema of ["raw", "staging", "timeline", "finding", "report"]) await db.run(`create schema ${schema}`);
    for (const statement of macros.filter((each) => isNamedIn(each, model.select))) await db.run(statement);
    const reads = relationsRead(model.select);
    for (const name of Object.keys(given)) {
      if (!reads.includes(name)) throw new Error(`${relation} does not read ${name}; it reads ${reads.join(", ")}`);
    }
    // tables of data files are there already, made with the macros
    const made = reads.filter((name) => !name.startsWith("main."));
    for (const name of made) await createTable(db, name, types.get(name) ?? [], given[name] ?? []);
    const columns = types.get(relation) ?? [];
    const selected = columns.map(({ name, type }) => `${readable(name, type)} as "${name}"`).join(", ");
    const rows = await db.rows(`select ${selected} from (${model.select}) order by ${model.grain.join(", ")}`);
    return rows.map((row) =>
      Object.fromEntries(columns.map(({ name, type }) => [name, plain(row[name] ?? null, type)])),
    );
  });
}

/**
 * Expects that a model gives exactly these rows, in the order of its grain.
 *
 * @param expected rows as the values of all columns joined by `,` (null is empty), or as objects: only the columns that
 *   an expected object names are compared in its row
 */
export async function expectModel(relation: string, given: Given, expected: readonly (string | Row)[]): Promise<void> {
  const rows = await modelRows(relation, given);
  if (typeof expected[0] === "string") {
    expect(
      rows.map((row) =>
        Object.values(row)
          .map((value) => (value === null ? "" : String(value)))
          .join(","),
      ),
    ).toEqual(expected);
    return;
  }
  for (const name of new Set(expected.flatMap((row) => Object.keys(row)))) {
    if (rows[0] && !(name in rows[0])) throw new Error(`${relation} has no column ${name}`);
  }
  const narrowed = rows.map((row, index) => {
    const wanted = expected[index] ?? {};
    return index < expected.length
      ? Object.fromEntries(Object.keys(wanted).map((name) => [name, row[name] ?? null]))
      : row;
  });
  expect(narrowed).toEqual(expected);
}

/** The statements make a macro or a table that the select names; compiling all signatures for each test would be slow. */
function isNamedIn(statements: string, select: string): boolean {
  const made = [...statements.matchAll(/create or replace (?:macro|table) (\w+)/g)].map((match) => match[1] ?? "");
  return made.some((name) => new RegExp(`\\b${name}\\b`).test(select));
}

async function createTable(
  db: Database,
  name: string,
  columns: readonly ColumnType[],
  rows: readonly Row[],
): Promise<void> {
  if (columns.length === 0) throw new Error(`no relation ${name}`);
  await db.run(`create table ${name} (${columns.map((each) => `"${each.name}" ${each.type}`).join(", ")})`);
  for (const row of rows) {
    const unknown = Object.keys(row).find((key) => !columns.some((each) => each.name === key));
    if (unknown !== undefined) throw new Error(`${name} has no column ${unknown}`);
  }
  if (rows.length === 0) return;
  const values = rows.map((row) => `(${columns.map((each) => literal(row[each.name] ?? null, each.type)).join(", ")})`);
  await db.run(`insert into ${name} values ${values.join(", ")}`);
}

function literal(value: Value, type: string): string {
  if (value === null) return "null";
  if (typeof value === "number" && type === "TIMESTAMP_NS")
    return `make_timestamp_ns(${EPOCH_NS + nanoseconds(value)})`;
  if (typeof value === "object") return sqlText(JSON.stringify(value));
  return `${sqlText(String(value))}::${type}`;
}

function nanoseconds(seconds: number): bigint {
  const [whole = "0", fraction = ""] = Math.abs(seconds).toFixed(9).split(".");
  const total = BigInt(whole) * 1_000_000_000n + BigInt(fraction);
  return seconds < 0 ? -total : total;
}

function readable(name: string, type: string): string {
  return type === "TIMESTAMP_NS" ? `epoch_ns("${name}") - ${EPOCH_NS}` : `"${name}"`;
}

/** Seconds from ns for instants, numbers from the text that 64-bit integers come as. */
function plain(value: unknown, type: string): unknown {
  if (typeof value !== "string") return value;
  if (type === "TIMESTAMP_NS") return Number(value) / 1e9;
  return /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|DECIMAL.*)$/.test(type) ? Number(value) : value;
}
