import { type Database, sqlText } from "../../src/store/database.ts";

/** A function call in a select, as DuckDB's own syntax tree has it. */
export interface Call {
  readonly name: string;
  /** The call, or its window, orders what it reads. */
  readonly isOrdered: boolean;
  /** Names of the functions that its arguments are; '' for an argument that is none. */
  readonly argumentCalls: readonly string[];
}

export interface Calls {
  readonly functions: readonly Call[];
  readonly windows: readonly Call[];
}

type Node = Readonly<Record<string, unknown>>;

/** The function calls and window functions of one select, macros unexpanded. @throws CliError ERR_SQL */
export async function callsOf(db: Database, select: string): Promise<Calls> {
  const functions: Call[] = [];
  const windows: Call[] = [];
  // DuckDB reads `list(x order by x)` as list_sort(list(x)).
  const sorted = new Set<unknown>();
  visit(await syntaxTree(db, select), (node) => {
    if (node["function_name"] === "list_sort") sorted.add((node["children"] as readonly unknown[])[0]);
    if (node["class"] === "FUNCTION") {
      const orders = (node["order_bys"] as Node | null)?.["orders"];
      functions.push(toCall(node, sorted.has(node) ? ["list_sort"] : orders));
    }
    if (node["class"] === "WINDOW") windows.push(toCall(node, node["orders"]));
  });
  return { functions, windows };
}

/** The schema-qualified relations that one select reads, sorted, each once. @throws CliError ERR_SQL */
export async function relationsOf(db: Database, select: string): Promise<readonly string[]> {
  const found = new Set<string>();
  visit(await syntaxTree(db, select), ({ type, schema_name: schema, table_name: table }) => {
    if (type === "BASE_TABLE" && typeof schema === "string" && schema !== "") found.add(`${schema}.${String(table)}`);
  });
  return [...found].sort();
}

async function syntaxTree(db: Database, select: string): Promise<unknown> {
  const [row] = await db.rows(`select json_serialize_sql(${sqlText(select)})::varchar as tree`);
  return JSON.parse(String(row?.["tree"]));
}

function toCall(node: Node, orders: unknown): Call {
  const children = Array.isArray(node["children"]) ? (node["children"] as readonly Node[]) : [];
  return {
    name: nameOf(node),
    isOrdered: Array.isArray(orders) && orders.length > 0,
    argumentCalls: children.map(nameOf),
  };
}

function nameOf(node: Node): string {
  return typeof node["function_name"] === "string" ? node["function_name"] : "";
}

function visit(node: unknown, onNode: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, onNode);
  } else if (typeof node === "object" && node !== null) {
    onNode(node as Node);
    for (const child of Object.values(node)) visit(child, onNode);
  }
}
