import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { CliError } from "../errors.ts";
import { DUCKDB_TYPE, type TableSchema } from "../schema/column.ts";
import { RAW_TABLES } from "../schema/raw_tables.ts";
import { asText } from "./as_text.ts";
import { type Database, sqlText } from "./database.ts";
import { type Buildable, buildOrder, relationsRead } from "./dependencies.ts";
import { allEnded, runInParallel } from "./parallel.ts";

/** A relation to build, as the store sees it. */
export interface ModelToBuild extends Buildable {
  readonly layer: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly doc: string;
  readonly grain: readonly string[];
  readonly columns: readonly { readonly name: string; readonly doc: string }[];
}

/** Schemas of the layers, lowest first. */
const SCHEMAS = ["raw", "staging", "timeline", "finding", "report"] as const;

/**
 * Makes `raw.<table>` a view over the Parquet files of all runs in `outDir`; a table without files is an empty one.
 *
 * The files are listed here rather than by a glob in SQL, because a folder's name may hold glob characters.
 *
 * @param outDir null: all tables are empty
 */
export async function attachRaw(db: Database, outDir: string | null): Promise<void> {
  for (const schema of SCHEMAS) await db.run(`create schema if not exists ${schema}`);
  for (const table of RAW_TABLES) {
    const files = outDir === null ? [] : parquetFiles(join(outDir, "raw", table.name));
    await db.run(files.length === 0 ? emptyTableSql(table) : rawViewSql(table, files));
  }
}

function parquetFiles(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((run) => run.startsWith("run="))
    .sort()
    .flatMap((run) =>
      readdirSync(join(dir, run))
        .filter((file) => file.endsWith(".parquet"))
        .sort()
        .map((file) => join(dir, run, file)),
    );
}

function rawViewSql(table: TableSchema, files: readonly string[]): string {
  const columns = table.columns.map(({ name }) => `"${name}"`).join(", ");
  const list = files.map(sqlText).join(", ");
  return `create or replace view raw.${table.name} as select ${columns} from read_parquet([${list}], hive_partitioning = false)`;
}

function emptyTableSql(table: TableSchema): string {
  const columns = table.columns.map(({ name, type }) => `"${name}" ${DUCKDB_TYPE[type]}`).join(", ");
  return `create or replace table raw.${table.name} (${columns})`;
}

/**
 * Builds every model once what it reads is there, private ones included: the layers above staging as tables, staging as
 * views but for those that more than one model reads, which are computed once.
 *
 * Most models are too small for several threads, so several models at a time are what keeps all cores busy.
 *
 * @param lanes models built at a time
 * @returns the models in dependency order
 * @throws CliError ERR_MODEL naming the model whose statement fails
 */
export async function buildModels<M extends ModelToBuild>(
  db: Database,
  models: readonly M[],
  lanes = 1,
): Promise<readonly M[]> {
  const reads = new Map(models.map((model) => [model.qualifiedName, relationsRead(model.select)]));
  const ordered = buildOrder(models, reads);
  const readers = [...reads.values()].flat();
  const readerCount = (name: string): number => readers.filter((each) => each === name).length;
  const tasks = ordered.map((model) => {
    const name = model.qualifiedName;
    const kind = model.layer === "staging" && readerCount(name) < 2 ? "view" : "table";
    return { name, after: reads.get(name) ?? [], statement: `create or replace ${kind} ${name} as ${model.select}` };
  });
  await runInParallel(tasks, await db.connections(lanes), async ({ name, statement }, connection) => {
    try {
      await connection.run(statement);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new CliError("ERR_MODEL", `${name}: ${message}`, { cause: error });
    }
  });
  return ordered;
}

/**
 * Puts the documentation of the raw schema and of the models' headers on the relations and columns that are there.
 *
 * A folder that was only collected lacks the layers above staging, and one of another version of this program can lack
 * a column: that is no reason to refuse questions about the others.
 */
export async function documentRelations(db: Database, models: readonly ModelToBuild[]): Promise<void> {
  const documented = [
    ...RAW_TABLES.map(({ name, doc, columns }) => ({ relation: `raw.${name}`, doc, columns })),
    ...models.map(({ qualifiedName, doc, columns }) => ({ relation: qualifiedName, doc, columns })),
  ];
  const kinds = await relationKinds(db);
  const columns = await relationColumns(db);
  const statements = documented.flatMap(({ relation, doc, columns: docs }) => {
    const kind = kinds.get(relation);
    if (kind === undefined) return [];
    return [
      `comment on ${kind} ${relation} is ${sqlText(doc)}`,
      ...docs
        .filter(({ name }) => columns.has(`${relation}.${name}`))
        .map((column) => `comment on column ${relation}."${column.name}" is ${sqlText(column.doc)}`),
    ];
  });
  await db.run(statements.join(";\n"));
}

async function relationKinds(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows(
    `select schema_name || '.' || view_name as relation, 'view' as kind from duckdb_views() where not internal
     union all select schema_name || '.' || table_name, 'table' from duckdb_tables() where not internal`,
  );
  return new Map(rows.map((row) => [asText(row["relation"]), asText(row["kind"])]));
}

async function relationColumns(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.rows(
    "select schema_name || '.' || table_name || '.' || column_name as place from duckdb_columns() where not internal",
  );
  return new Set(rows.map((row) => asText(row["place"])));
}

/**
 * Writes the public tables of timeline, finding and report to `<outDir>/<layer>/<table>.parquet`, rows in the order of
 * the grain, so that the same input gives the same bytes. Each file appears whole or not at all.
 */
export async function exportLayers(
  db: Database,
  models: readonly ModelToBuild[],
  outDir: string,
  lanes = 1,
): Promise<void> {
  const exported = models.filter((model) => model.layer !== "staging" && !model.isPrivate);
  for (const layer of new Set(exported.map((model) => model.layer))) {
    const dir = join(outDir, layer);
    mkdirSync(dir, { recursive: true });
    // The pages are in one of these folders too: only tables are ours to remove here.
    for (const file of readdirSync(dir).filter((name) => /\.parquet(\.part)?$/.test(name))) rmSync(join(dir, file));
  }
  const files = exported.map((model) => {
    const path = join(outDir, model.layer, `${model.name}.parquet`);
    const order = model.grain.length > 0 ? ` order by ${model.grain.join(", ")}` : "";
    const select = `select * from ${model.qualifiedName}${order}`;
    return { path, copy: `copy (${select}) to ${sqlText(`${path}.part`)} (format parquet, compression zstd)` };
  });
  const connections = await db.connections(lanes);
  await allEnded(
    connections.map(async (connection, lane) => {
      // One call for all files of a lane: it goes on while this thread makes the pages.
      const own = files.filter((_, index) => index % lanes === lane);
      await connection.run(own.map(({ copy }) => copy).join(";\n"));
      for (const { path } of own) renameSync(`${path}.part`, path);
    }),
  );
}
