import { CliError } from "../errors.ts";
import { asText } from "./as_text.ts";
import { type Database, sqlText } from "./database.ts";

/** What the store needs to know of a model to build it. */
export interface Buildable {
  readonly qualifiedName: string;
  readonly select: string;
}

/**
 * The schema-qualified relations that a select reads, sorted, each once.
 *
 * Read from DuckDB's own syntax tree, so comments, strings and CTE names cannot mislead it.
 *
 * @throws CliError ERR_MODEL when the text is not one select statement
 */
export async function relationsRead(db: Database, model: Buildable): Promise<readonly string[]> {
  const [row] = await db.rows(`select json_serialize_sql(${sqlText(model.select)})::varchar as tree`);
  const tree: unknown = JSON.parse(asText(row?.["tree"]));
  if (isRecord(tree) && tree["error"] === true) {
    throw new CliError("ERR_MODEL", `${model.qualifiedName}: ${String(tree["error_message"])}`);
  }
  const found = new Set<string>();
  collectTables(tree, found);
  return [...found].sort();
}

function collectTables(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) collectTables(child, found);
  } else if (isRecord(node)) {
    const { type, schema_name: schema, table_name: table } = node;
    if (type === "BASE_TABLE" && typeof schema === "string" && schema !== "") found.add(`${schema}.${String(table)}`);
    for (const child of Object.values(node)) collectTables(child, found);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The models in an order in which each comes after all it reads; ties keep the given order.
 *
 * @throws CliError ERR_MODEL naming the models of a cycle
 */
export function buildOrder<M extends Buildable>(
  models: readonly M[],
  reads: ReadonlyMap<string, readonly string[]>,
): readonly M[] {
  const byName = new Map(models.map((model) => [model.qualifiedName, model]));
  const ordered: M[] = [];
  const done = new Set<string>();
  const visit = (model: M, path: readonly string[]): void => {
    if (done.has(model.qualifiedName)) return;
    if (path.includes(model.qualifiedName)) {
      throw new CliError("ERR_MODEL", `models read each other: ${[...path, model.qualifiedName].join(" -> ")}`);
    }
    for (const name of reads.get(model.qualifiedName) ?? []) {
      const dependency = byName.get(name);
      if (dependency) visit(dependency, [...path, model.qualifiedName]);
    }
    done.add(model.qualifiedName);
    ordered.push(model);
  };
  for (const model of models) visit(model, []);
  return ordered;
}
