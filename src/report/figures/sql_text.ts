/** A value of a result row. */
export type Value = string | number | boolean | null;

function literal(value: string | number | boolean): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/** The SQL condition that `column` has one of `values`; null is a value like any other. */
export function equals(column: string, values: readonly Value[]): string {
  const known = values.filter((value) => value !== null);
  const [only, ...others] = known;
  const isNull = known.length < values.length ? [`${column} is null`] : [];
  const isOne =
    only === undefined ? [] : [others.length === 0 ? `= ${literal(only)}` : `in (${known.map(literal).join(", ")})`];
  const conditions = [...isOne.map((right) => `${column} ${right}`), ...isNull];
  return conditions.length > 1 ? `(${conditions.join(" or ")})` : conditions.join("");
}

/** A select over one table, with `condition` null for all of its rows. */
export function select(expressions: readonly string[], table: string, condition: string | null): string {
  return `select ${expressions.join(", ")} from ${table}${condition === null ? "" : ` where ${condition}`}`;
}
