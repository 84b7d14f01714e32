import { createRequire } from "node:module";
import type * as Arrow from "apache-arrow";

/**
 * Apache Arrow from the one file that the package has for browsers.
 *
 * Its 150 modules take a quarter of a second of processor time in every thread that imports them, the file 20 ms.
 */
export const {
  Bool,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampNanosecond,
  Utf8,
} = createRequire(import.meta.url)("apache-arrow/Arrow.es2015.min") as typeof Arrow;
