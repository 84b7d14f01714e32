import { Bool, Float64, Int64, makeBuilder, RecordBatch, Schema, Field, Struct, Table, tableToIPC, Utf8, makeData, type DataType, type Vector } from "apache-arrow";

import type { QueryResult } from "../store/query.ts";

/** An answer as an Arrow IPC file. Whole numbers are Int64, DOUBLE is Float64, BOOLEAN is Bool, all else is text. */
export function arrowBytes({ columns, rows }: QueryResult): Buffer {
  const fields = columns.map(({ name, type }) => new Field(name, arrowType(type), true));
  const vectors = columns.map(({ name }, index) => toVector(fields[index]?.type ?? new Utf8(), rows.map((row) => row[name] ?? null)));
  const schema = new Schema(fields);
  const data = makeData({
    type: new Struct(fields),
    length: rows.length,
    children: vectors.map((vector) => vector.data[0] ?? makeData({ type: new Utf8() })),
  });
  return Buffer.from(tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), "file"));
}

function arrowType(type: string): DataType {
  if (/^U?(?:TINY|SMALL|BIG)?INT(?:EGER)?$/.test(type)) return new Int64();
  if (/^(?:DOUBLE|FLOAT)$/.test(type)) return new Float64();
  if (type === "BOOLEAN") return new Bool();
  return new Utf8();
}

function toVector(type: DataType, values: readonly unknown[]): Vector {
  const builder = makeBuilder({ type, nullValues: [null] });
  for (const value of values) builder.append(convert(type, value));
  return builder.finish().toVector();
}

function convert(type: DataType, value: unknown): unknown {
  if (value === null) return null;
  if (type instanceof Int64) return BigInt(value as string | number);
  if (type instanceof Float64) return Number(value);
  if (type instanceof Bool) return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}
