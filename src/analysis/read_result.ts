import type { Database, JsonRow } from "../store/database.ts";
import { runInParallel } from "../store/parallel.ts";
import { RESULT_TABLES, type AnalysisResult, type ResultTableName, type ValueType } from "./result.ts";

/**
 * Reads the report tables of an open database into the result, rows in the order of the relations.
 *
 * @param lanes tables read at a time
 * @throws CliError ERR_SQL when a relation lacks a column of RESULT_TABLES
 */
export async function readResult(db: Database, version: string, lanes = 1): Promise<AnalysisResult> {
  const tables = await readTables(db, lanes);
  return { schema_version: 1, generator: { name: "cnitrace", version }, tables };
}

/** The report tables of an open database, rows in the order of the relations. @throws CliError ERR_SQL */
export async function readTables(db: Database, lanes = 1): Promise<AnalysisResult["tables"]> {
  const names = Object.keys(RESULT_TABLES) as ResultTableName[];
  const rows = new Map<string, readonly JsonRow[]>();
  const tasks = names.map((name) => ({ name, after: [] }));
  await runInParallel(tasks, await db.connections(lanes), async ({ name }, connection) => {
    rows.set(name, await connection.rows(`select ${columnList(RESULT_TABLES[name])} from report.${name}`));
  });
  // Each column was cast to its declared type in SQL, and a test compares declarations with relations.
  return Object.fromEntries(names.map((name) => [name, rows.get(name)])) as unknown as AnalysisResult["tables"];
}

function columnList(columns: Readonly<Record<string, ValueType>>): string {
  const cast = { string: "varchar", number: "double", boolean: "boolean" } as const;
  return Object.entries(columns)
    .map(([name, type]) => `"${name}"::${cast[type.replace("?", "") as keyof typeof cast]} as "${name}"`)
    .join(", ");
}
