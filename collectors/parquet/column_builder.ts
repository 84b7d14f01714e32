import type { Column } from "../../src/schema/column.ts";
import type { ColumnBuilder } from "./column_base.ts";
import { BoolBuilder, Float64Builder, Int32Builder, Int64Builder } from "./number_columns.ts";
import { FreeTextBuilder, RepeatedTextBuilder } from "./text_columns.ts";

/** Free text, most of a file's bytes: its values hardly repeat, so that a dictionary costs time and saves nothing. */
const FREE_TEXT: ReadonlySet<string> = new Set(["message", "error", "fields", "raw", "object", "manifest", "sample"]);

/** A builder for the column's type. Of text, smallest and largest leave out no file in a search, but for the run. */
export function columnBuilder(column: Column): ColumnBuilder {
  switch (column.type) {
    case "utf8":
    case "json":
      return FREE_TEXT.has(column.name)
        ? new FreeTextBuilder(column)
        : new RepeatedTextBuilder(column, column.name === "run_id");
    case "i32":
      return new Int32Builder(column);
    case "i64":
    case "ts_ns":
      return new Int64Builder(column);
    case "f64":
      return new Float64Builder(column);
    case "bool":
      return new BoolBuilder(column);
  }
}
