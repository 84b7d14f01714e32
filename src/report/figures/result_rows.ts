import { RESULT_KEYS, type AnalysisResult, type ResultTableName } from "../../analysis/result.ts";
import { equals, type Value } from "./sql_text.ts";

type Row = Readonly<Record<string, Value>>;

/** A table of the result: what its rows are called by, and all of them. */
interface Home {
  readonly table: ResultTableName;
  readonly key: readonly string[];
  readonly rows: readonly Row[];
}

const HOMES = new WeakMap<object, Home>();

/** Remembers of every row of `result` which table it stands in, so that a figure can cite it. */
export function registerRows(result: AnalysisResult): void {
  for (const [table, rows] of Object.entries(result.tables) as [ResultTableName, readonly Row[]][]) {
    const home: Home = { table, key: RESULT_KEYS[table], rows };
    for (const row of rows) HOMES.set(row, home);
  }
}

/** Rows of one table, as a query names them. */
export interface RowSelection {
  /** With its schema: `report.runs`. */
  readonly table: string;
  /** The SQL condition that selects the rows; null for all rows of the table. */
  readonly condition: string | null;
}

/**
 * How a query selects exactly these rows: by their keys.
 *
 * @throws Error for no row, a row twice, or a row that is not the result's own (a copy of one has no table)
 */
export function selectionOf(rows: readonly object[]): RowSelection {
  const [first] = rows;
  if (first === undefined) throw new Error("no row, so no table that a figure could cite");
  const home = HOMES.get(first);
  if (home === undefined || rows.some((row) => HOMES.get(row) !== home)) {
    throw new Error("a figure cites a row that is in no table, or rows of several tables");
  }
  const chosen = new Set(rows as readonly Row[]);
  if (chosen.size !== rows.length) throw new Error(`a figure cites a row of report.${home.table} twice`);
  return { table: `report.${home.table}`, condition: conditionOf(home, chosen) };
}

function conditionOf(home: Home, chosen: ReadonlySet<Row>): string | null {
  const rows = [...chosen];
  if (rows.length === 1) return rows.map((row) => keyCondition(home, row)).join("");
  if (rows.length === home.rows.length) return null;
  const columns = home.key.map((column) => ({ column, values: new Set(rows.map((row) => row[column] ?? null)) }));
  const fits = (row: Row): boolean => columns.every(({ column, values }) => values.has(row[column] ?? null));
  if (home.rows.filter(fits).length !== rows.length) {
    return rows.map((row) => `(${keyCondition(home, row)})`).join(" or ");
  }
  const isTelling = ({ column, values }: (typeof columns)[number]): boolean =>
    home.rows.some((row) => !values.has(row[column] ?? null));
  return columns
    .filter(isTelling)
    .map(({ column, values }) => equals(column, [...values]))
    .join(" and ");
}

function keyCondition({ key }: Home, row: Row): string {
  return key.map((column) => equals(column, [row[column] ?? null])).join(" and ");
}
