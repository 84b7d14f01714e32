import {
  Bool,
  Float64,
  Int64,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
  type DataType,
  type Vector,
} from "apache-arrow";

import { asText } from "../store/as_text.ts";
import type { JsonRow } from "../store/database.ts";
import type { QueryResult } from "../store/query.ts";

type Value = JsonRow[string];

/** An answer as an Arrow IPC file. Whole numbers are Int64, DOUBLE is Float64, BOOLEAN is Bool, all else is text. */
export function arrowBytes({ columns, rows }: QueryResult): Buffer {
  const vectors: Record<string, Vector> = {};
  for (const { name, type } of columns) {
    const target = arrowType(type);
    vectors[name] = vectorFromArray(
      rows.map((row) => convert(target, row[name] ?? null)),
      target,
    );
  }
  return Buffer.from(tableToIPC(new Table(vectors), "file"));
}

function arrowType(type: string): DataType {
  if (/^U?(?:TINY|SMALL|BIG)?INT(?:EGER)?$/.test(type)) return new Int64();
  if (/^(?:DOUBLE|FLOAT)$/.test(type)) return new Float64();
  if (type === "BOOLEAN") return new Bool();
  return new Utf8();
}

function convert(type: DataType, value: Value): bigint | number | boolean | string | null {
  if (value === null || value === undefined) return null;
  if (type instanceof Int64) return BigInt(asText(value));
  if (type instanceof Float64) return Number(value);
  if (type instanceof Bool) return value === true;
  return asText(value);
}
