import { selectionOf, type RowSelection } from "./result_rows.ts";
import { equals, select, type Value } from "./sql_text.ts";

/** Where a value comes from: columns of some rows of one table. */
export interface Source extends RowSelection {
  readonly columns: readonly string[];
}

/**
 * A value of the result that knows where it comes from. Value and query are made from one specification, so they cannot
 * drift: whoever reads the Parquet with the query gets the value.
 */
export interface Cited<V extends Value = Value> {
  readonly value: V;
  readonly sources: readonly Source[];
  /** SQL over the rows of the only source, or on its own when there are several. */
  readonly expression: string;
}

/** The value of one column of one row. */
export function cite<R extends object, K extends keyof R & string>(
  row: R,
  column: K,
): Cited<R[K] extends Value ? R[K] : never> {
  type V = R[K] extends Value ? R[K] : never;
  return overRows(row[column] as V, [row], [column], column);
}

/** A cited value that is known to be there. @throws Error for one that is not: unknown is no number */
export function known<V extends Value>(cited: Cited<V | null>): Cited<V> {
  if (cited.value === null) throw new Error(`no value: ${queryOf([cited])}`);
  return cited as Cited<V>;
}

/** Columns of rows that hold numbers, null or not. */
type NumberColumn<R> = { [K in keyof R]: R[K] extends number | null ? K : never }[keyof R] & string;
/** Values that the counted rows have; it becomes part of the query. */
type Match<R> = { readonly [K in keyof R]?: R[K] };

/** How many of `rows` there are, or how many have the values of `match`. */
export function countOf<R extends object>(rows: readonly R[], match: Match<R> = {}): Cited<number> {
  return overRows(matching(rows, match).length, rows, [], "count(*)", match);
}

/** The sum of a column over those of `rows` that match; 0 when none does, and unknown values add nothing. */
export function total<R extends object>(
  rows: readonly R[],
  column: NumberColumn<R>,
  match: Match<R> = {},
): Cited<number> {
  const sum = matching(rows, match).reduce((so, row) => so + numberIn(row, column, 0), 0);
  return overRows(sum, rows, [column], `coalesce(sum(${column}), 0)`, match);
}

/** The smallest known value of a column. @throws Error when none is known */
export function lowest<R extends object>(rows: readonly R[], column: NumberColumn<R>): Cited<number> {
  const [value] = sorted(rows, column);
  return known(overRows(value ?? null, rows, [column], `min(${column})`));
}

/** The largest known value of a column. @throws Error when none is known */
export function highest<R extends object>(rows: readonly R[], column: NumberColumn<R>): Cited<number> {
  return known(overRows(sorted(rows, column).at(-1) ?? null, rows, [column], `max(${column})`));
}

/** The median of the known values of a column: the mean of the middle two of an even number. @throws Error for none */
export function medianOf<R extends object>(rows: readonly R[], column: NumberColumn<R>): Cited<number> {
  const values = sorted(rows, column);
  const [low, high] = [values[Math.ceil(values.length / 2) - 1], values[Math.floor(values.length / 2)]];
  const value = low === undefined || high === undefined ? null : (low + high) / 2;
  return known(overRows(value, rows, [column], `median(${column})`));
}

/** How many different combinations of `columns` the rows have; null is a value like any other. */
export function distinctCount<R extends object>(
  rows: readonly R[],
  columns: readonly (keyof R & string)[],
): Cited<number> {
  const list = columns.join(", ");
  return overRows(groupSizes(rows, columns).length, rows, columns, `count(distinct row(${list}))`);
}

/** How many combinations of `columns` stand in exactly one of the rows, or in more than one. */
export function groupCount<R extends object>(
  rows: readonly R[],
  columns: readonly (keyof R & string)[],
  kind: "single" | "repeated",
): Cited<number> {
  const value = groupSizes(rows, columns).filter((size) => (kind === "single" ? size === 1 : size > 1)).length;
  const source = { ...selectionOf(rows), columns };
  const groups = `${select(["1"], source.table, source.condition)} group by ${columns.join(", ")}`;
  return {
    value,
    sources: [source],
    expression: `(select count(*) from (${groups} having count(*) ${kind === "single" ? "= 1" : "> 1"}))`,
  };
}

/** `part` over `whole`. */
export function ratio(part: Cited<number>, whole: Cited<number>): Cited<number> {
  return combined(part.value / whole.value, "/", part, whole);
}

/** `from` less `less`. */
export function difference(from: Cited<number>, less: Cited<number>): Cited<number> {
  return combined(from.value - less.value, "-", from, less);
}

/** The query that gives the values, one column each. */
export function queryOf(values: readonly Cited[]): string {
  const [first] = values;
  const shared = first?.sources[0];
  if (shared !== undefined && values.every((cited) => isOver(cited, shared))) {
    return select(
      values.map(({ expression }) => expression),
      shared.table,
      shared.condition,
    );
  }
  return `select ${values.map(alone).join(", ")}`;
}

/** Whether the value is an expression over the rows of `source` and nothing else. */
function isOver({ sources, expression }: Cited, { table, condition }: RowSelection): boolean {
  const [source, ...others] = sources;
  if (source === undefined || others.length > 0 || expression.startsWith("(select ")) return false;
  return source.table === table && source.condition === condition;
}

/** The expression as it can stand without a `from`. */
function alone(cited: Cited): string {
  const [source] = cited.sources;
  if (source === undefined || !isOver(cited, source)) return cited.expression;
  return `(${select([cited.expression], source.table, source.condition)})`;
}

function combined(value: number, operator: string, left: Cited, right: Cited): Cited<number> {
  const [source] = left.sources;
  if (source !== undefined && isOver(left, source) && isOver(right, source)) {
    const columns = [...new Set([left, right].flatMap(({ sources }) => sources.flatMap((each) => each.columns)))];
    return {
      value,
      sources: [{ ...source, columns }],
      expression: `${left.expression} ${operator} ${right.expression}`,
    };
  }
  return {
    value,
    sources: [...left.sources, ...right.sources],
    expression: `${alone(left)} ${operator} ${alone(right)}`,
  };
}

function overRows<V extends Value>(
  value: V,
  rows: readonly object[],
  columns: readonly string[],
  expression: string,
  match: Readonly<Record<string, unknown>> = {},
): Cited<V> {
  const { table, condition } = selectionOf(rows);
  const added = Object.entries(match).map(([column, wanted]) => equals(column, [wanted as Value]));
  const parts = [...(condition === null ? [] : [condition.includes(" or ") ? `(${condition})` : condition]), ...added];
  return {
    value,
    sources: [{ table, condition: parts.length === 0 ? null : parts.join(" and "), columns }],
    expression,
  };
}

function matching<R extends object>(rows: readonly R[], match: Match<R>): readonly R[] {
  const wanted = Object.entries(match) as [keyof R, unknown][];
  return rows.filter((row) => wanted.every(([column, value]) => row[column] === value));
}

function numberIn<R extends object>(row: R, column: NumberColumn<R>, otherwise: number): number {
  const value = row[column];
  return typeof value === "number" ? value : otherwise;
}

function sorted<R extends object>(rows: readonly R[], column: NumberColumn<R>): number[] {
  return rows
    .map((row) => numberIn(row, column, NaN))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
}

function groupSizes<R extends object>(rows: readonly R[], columns: readonly (keyof R & string)[]): number[] {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => row[column]));
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return [...sizes.values()];
}
