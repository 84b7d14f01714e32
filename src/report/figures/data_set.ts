import { selectionOf, type RowSelection } from "./result_rows.ts";
import { select, type Value } from "./sql_text.ts";

/** Rows that a chart draws: which ones, and their values in the columns it reads. */
export interface DataSet extends RowSelection {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** The `columns` of `rows` as the data of a chart; no data set for no row. */
export function dataSet<R extends object>(rows: readonly R[], columns: readonly (keyof R & string)[]): DataSet[] {
  if (rows.length === 0) return [];
  return [{ ...selectionOf(rows), columns, rows: rows.map((row) => columns.map((column) => row[column] as Value)) }];
}

/** The query that gives the rows of a data set, in any order. */
export function dataSetQuery({ columns, table, condition }: DataSet): string {
  return select(columns, table, condition);
}
