import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { CliError } from "../errors.ts";
import { asText } from "./as_text.ts";
import { type Database, type JsonRow, sqlText, withDatabase } from "./database.ts";
import { StatementType } from "./duckdb.ts";
import { attachRaw, documentRelations, type ModelToBuild } from "./warehouse.ts";

/** What a query returned: column names with their DuckDB types, and rows of JSON values in the query's order. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly JsonRow[];
}

const COLUMNS_SQL = `
  select c.schema_name, c.table_name, coalesce(v.comment, t.comment) as table_doc, c.column_name, c.data_type, c.comment
  from duckdb_columns() as c
  left join duckdb_views() as v on v.schema_name = c.schema_name and v.view_name = c.table_name
  left join duckdb_tables() as t on t.schema_name = c.schema_name and t.table_name = c.table_name
  where not c.internal and c.schema_name <> 'main'
  order by list_position(['raw', 'staging', 'timeline', 'finding', 'report'], c.schema_name), c.table_name, c.column_index`;

/** A column of a relation with its documentation, for `tables`. */
export interface DocumentedColumn {
  readonly schema: string;
  readonly table: string;
  readonly tableDoc: string | null;
  readonly name: string;
  readonly type: string;
  readonly doc: string | null;
}

/** What a select names that can show comments. */
const CATALOG = /duckdb_|pg_|comment/i;

/** Questions to an analysed folder. Read-only: one select at a time, and no file outside the folder can be opened. */
export class Warehouse {
  readonly #db: Database;
  readonly #scratchDir: string;
  #undocumented: readonly ModelToBuild[] | null;

  constructor(db: Database, scratchDir: string, models: readonly ModelToBuild[]) {
    this.#db = db;
    this.#scratchDir = scratchDir;
    this.#undocumented = models;
  }

  /**
   * Answers one select.
   *
   * @throws CliError ERR_USAGE for anything but a single select, ERR_SQL for DuckDB's errors
   */
  async query(sql: string): Promise<QueryResult> {
    await this.#refuseWrites(sql);
    if (CATALOG.test(sql)) await this.#document();
    const reader = await this.#guard(() => this.#db.connection.runAndReadAll(sql));
    const types = reader.columnTypes();
    return {
      columns: reader.columnNames().map((name, index) => ({ name, type: String(types[index]) })),
      rows: reader.getRowObjectsJson(),
    };
  }

  /** The answer to one select as the bytes of a Parquet file. @throws as `query` */
  async queryParquet(sql: string): Promise<Buffer> {
    await this.#refuseWrites(sql);
    if (CATALOG.test(sql)) await this.#document();
    const path = join(this.#scratchDir, "query.parquet");
    const select = sql.trim().replace(/;\s*$/, "");
    await this.#guard(() =>
      this.#db.connection.run(`copy (${select}\n) to ${sqlText(path)} (format parquet, compression zstd)`),
    );
    return readFileSync(path);
  }

  /** Every public column with its documentation, by layer, table and position. */
  async columns(): Promise<readonly DocumentedColumn[]> {
    await this.#document();
    const rows = await this.#db.rows(COLUMNS_SQL);
    return rows.map((row) => ({
      schema: asText(row["schema_name"]),
      table: asText(row["table_name"]),
      tableDoc: textOrNull(row["table_doc"]),
      name: asText(row["column_name"]),
      type: asText(row["data_type"]),
      doc: textOrNull(row["comment"]),
    }));
  }

  /** Comments on 1500 columns take longer than most questions: they are there once something may read them. */
  async #document(): Promise<void> {
    const models = this.#undocumented;
    this.#undocumented = null;
    if (models !== null) await documentRelations(this.#db, models);
  }

  async #refuseWrites(sql: string): Promise<void> {
    const statements = await this.#guard(() => this.#db.connection.extractStatements(sql));
    if (statements.count !== 1) {
      throw new CliError("ERR_USAGE", `expected one statement, got ${statements.count}`);
    }
    const explained = /^\s*explain\s+(?:analyze\s+)?(?=\S)/i.exec(sql);
    const inner = explained
      ? await this.#guard(() => this.#db.connection.extractStatements(sql.slice(explained[0].length)))
      : statements;
    const prepared = await this.#guard(() => inner.prepare(0));
    const type = prepared.statementType;
    prepared.destroySync();
    if (type !== StatementType.SELECT) {
      throw new CliError("ERR_USAGE", "only select statements are allowed here", {
        hint: "The Parquet files of the folder can be opened by any tool for everything else.",
      });
    }
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new CliError("ERR_SQL", (error instanceof Error ? error.message : String(error)).trim(), { cause: error });
    }
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/**
 * Opens an analysed folder for questions, with raw, staging and the exported layers as views, and closes it afterwards.
 *
 * @throws CliError ERR_INPUT when `outDir` was not written by analyze or collect
 */
export async function withWarehouse<T>(
  outDir: string,
  setup: { readonly statements: readonly string[]; readonly models: readonly ModelToBuild[] },
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  if (!existsSync(join(outDir, "raw"))) {
    throw new CliError("ERR_INPUT", `no analysed run in ${outDir}`, {
      hint: "Make one with `cnitrace analyze <capture> -o <out>`.",
    });
  }
  const scratchDir = mkdtempSync(join(tmpdir(), "cnitrace-"));
  try {
    return await withDatabase({ spillDir: scratchDir }, async (db) => {
      await attachRaw(db, outDir);
      for (const statement of setup.statements) await db.run(statement);
      await attachLayers(db, outDir);
      await db.run(`set allowed_directories = [${sqlText(resolve(outDir))}, ${sqlText(scratchDir)}]`);
      await db.run("set enable_external_access = false");
      await db.run("set lock_configuration = true");
      return await work(new Warehouse(db, scratchDir, setup.models));
    });
  } finally {
    rmSync(scratchDir, { recursive: true, force: true });
  }
}

async function attachLayers(db: Database, outDir: string): Promise<void> {
  for (const layer of ["timeline", "finding", "report"]) {
    const dir = join(outDir, layer);
    if (!existsSync(dir)) continue;
    for (const file of readdirSync(dir)
      .filter((name) => name.endsWith(".parquet"))
      .sort()) {
      const table = file.slice(0, -".parquet".length);
      await db.run(`create view ${layer}."${table}" as select * from read_parquet(${sqlText(resolve(dir, file))})`);
    }
  }
}
