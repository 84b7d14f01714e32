/**
 * Type of a raw column, as stored in Parquet.
 *
 * `ts_ns` is a UTC instant in ns, written as untagged TIMESTAMP(ns) so that DuckDB reads it as TIMESTAMP_NS;
 * `json` is JSON text in a VARCHAR.
 */
export type ColumnType = "utf8" | "json" | "i32" | "i64" | "f64" | "bool" | "ts_ns";

/** One documented column: name, type, and a doc that gives the unit and what null means. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly doc: string;
}

/** One raw table: its doc is the sentence with the grain; columns are in file order. */
export interface TableSchema {
  readonly name: string;
  readonly doc: string;
  readonly columns: readonly Column[];
}

/** Builds a column; `doc` is part of the public schema. */
export function column(name: string, type: ColumnType, doc: string): Column {
  return { name, type, doc };
}

/** The DuckDB type of a column, as `describe` prints it. */
export const DUCKDB_TYPE: Readonly<Record<ColumnType, string>> = {
  utf8: "VARCHAR",
  json: "VARCHAR",
  i32: "INTEGER",
  i64: "BIGINT",
  f64: "DOUBLE",
  bool: "BOOLEAN",
  ts_ns: "TIMESTAMP_NS",
};
