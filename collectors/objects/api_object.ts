import type { ImportIssues } from "../logs/log_record.ts";
import type { JsonObject } from "./object_value.ts";

/** One row of a raw table without `run_id` and `file_id`; a bigint is UTC ns or a 64-bit integer, JSON columns hold JSON text. */
export type ObjectRow = Record<string, string | number | boolean | bigint | null>;

/** Receives each row as it is read; every column of the table but `run_id` and `file_id` is present. */
export interface ObjectSink {
  row(table: string, row: ObjectRow): void;
}

/** What is known of a file of objects, or of the part of it that is read. */
export interface ObjectFileContext {
  /** Suffix of the path that tells copies of one kind apart, '' for the only one. */
  readonly snapshot: string;
  /** 1-based number of the first line. */
  readonly firstLine: number;
}

/** One API object with its place in the file. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
  readonly body: JsonObject;
  readonly line: number;
  readonly item: number;
  readonly snapshot: string;
  readonly issues: ImportIssues;
}

/** Turns objects of one kind into rows. */
export type ObjectMapper = (object: ApiObject, sink: ObjectSink) => void;
