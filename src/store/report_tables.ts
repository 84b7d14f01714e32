import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { CliError } from "../errors.ts";
import { type Database, sqlText, withDatabase } from "./database.ts";

/**
 * Opens the report tables of an analysed folder for many small questions, and closes them after `work`. They are read
 * into memory, so that a question costs no file.
 *
 * @throws CliError ERR_INPUT when the Parquet file of one of the tables is missing
 */
export function withReportTables<T>(
  outDir: string,
  tables: readonly string[],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const paths = tables.map((table) => ({ table, path: resolve(join(outDir, "report", `${table}.parquet`)) }));
  const missing = paths.find(({ path }) => !existsSync(path));
  if (missing !== undefined) {
    throw new CliError("ERR_INPUT", `no table ${missing.path}`, {
      hint: "Make it with `cnitrace analyze <capture> -o <out>`.",
    });
  }
  return withDatabase({}, async (db) => {
    await db.run("create schema report");
    for (const { table, path } of paths) {
      await db.run(`create table report."${table}" as select * from read_parquet(${sqlText(path)})`);
    }
    return work(db);
  });
}
