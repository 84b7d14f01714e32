import type { Column, TableSchema } from "../../../src/schema/column.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { ColumnChunk } from "./column_chunk.ts";
import { CONVERTED_UTF8, PHYSICAL_TYPE, REPETITION_OPTIONAL } from "./parquet_format.ts";
import { ThriftWriter } from "./thrift_writer.ts";

const MAGIC = Buffer.from("PAR1");
const CREATED_BY = "cnitrace";

/**
 * The pieces, one after the other, of a Parquet file of one row group; without rows it has none.
 *
 * Docs are key-value metadata: `doc` of the table, `doc.<column>` of each column.
 *
 * @see https://parquet.apache.org/docs/file-format/
 */
export function parquetFile(schema: TableSchema, rowCount: number, chunks: readonly ColumnChunk[]): Buffer[] {
  const pages = rowCount === 0 ? [] : chunks.map((chunk) => chunk.pages);
  const footer = new ByteWriter();
  writeMetadata(new ThriftWriter(footer), schema, rowCount, chunks);
  footer.int32(footer.length);
  return [MAGIC, ...pages, footer.written, MAGIC];
}

/** FileMetaData of parquet.thrift. */
function writeMetadata(
  thrift: ThriftWriter,
  schema: TableSchema,
  rowCount: number,
  chunks: readonly ColumnChunk[],
): void {
  thrift.fields(() => {
    thrift.i32(1, 1); // version of the format
    writeSchema(thrift, schema);
    thrift.i64(3, rowCount);
    thrift.structs(4, rowCount === 0 ? [] : [chunks], (group) => {
      writeRowGroup(thrift, rowCount, group);
    });
    thrift.structs(5, docsOf(schema), ([key, doc]) => {
      thrift.text(1, key);
      thrift.text(2, doc);
    });
    thrift.text(6, CREATED_BY);
    // The order of each column's values is that of its type; readers ignore smallest and largest values without it.
    thrift.structs(7, schema.columns, () => {
      thrift.struct(1);
    });
  });
}

function docsOf(schema: TableSchema): [string, string][] {
  return [["doc", schema.doc], ...schema.columns.map(({ name, doc }): [string, string] => [`doc.${name}`, doc])];
}

/** The root, then each column as SchemaElement. */
function writeSchema(thrift: ThriftWriter, { columns }: TableSchema): void {
  const root = (): void => {
    thrift.text(4, "schema");
    thrift.i32(5, columns.length);
  };
  const leaves = columns.map((column) => (): void => {
    writeColumn(thrift, column);
  });
  thrift.structs(2, [root, ...leaves], (writeElement) => {
    writeElement();
  });
}

function writeColumn(thrift: ThriftWriter, { name, type }: Column): void {
  const isText = type === "utf8" || type === "json";
  thrift.i32(1, PHYSICAL_TYPE[type]);
  thrift.i32(3, REPETITION_OPTIONAL);
  thrift.text(4, name);
  if (isText) thrift.i32(6, CONVERTED_UTF8);
  if (isText || type === "ts_ns") {
    thrift.struct(10, () => {
      if (isText) thrift.struct(1);
      else writeTimestampType(thrift);
    });
  }
}

/** TIMESTAMP(NANOS), not adjusted to UTC: with a UTC tag DuckDB would drop the nanoseconds. */
function writeTimestampType(thrift: ThriftWriter): void {
  thrift.struct(8, () => {
    thrift.bool(1, false);
    thrift.struct(2, () => {
      thrift.struct(3);
    });
  });
}

function writeRowGroup(thrift: ThriftWriter, rowCount: number, chunks: readonly ColumnChunk[]): void {
  let at = MAGIC.length;
  thrift.structs(1, chunks, (chunk) => {
    thrift.i64(2, 0); // no copy of the metadata outside the footer
    writeChunk(thrift, chunk, at);
    at += chunk.pages.length;
  });
  thrift.i64(
    2,
    sum(chunks, (chunk) => chunk.uncompressedSize),
  );
  thrift.i64(3, rowCount);
  thrift.i64(5, MAGIC.length);
  thrift.i64(6, at - MAGIC.length);
}

/** ColumnMetaData of a chunk that begins at a place in the file. */
function writeChunk(thrift: ThriftWriter, chunk: ColumnChunk, at: number): void {
  thrift.struct(3, () => {
    thrift.i32(1, PHYSICAL_TYPE[chunk.column.type]);
    thrift.i32s(2, chunk.encodings);
    thrift.texts(3, [chunk.column.name]);
    thrift.i32(4, chunk.codec);
    thrift.i64(5, chunk.valueCount);
    thrift.i64(6, chunk.uncompressedSize);
    thrift.i64(7, chunk.pages.length);
    thrift.i64(9, at + chunk.dataAt);
    if (chunk.dictionaryAt !== null) thrift.i64(11, at + chunk.dictionaryAt);
    thrift.struct(12, () => {
      thrift.i64(3, chunk.nullCount);
      if (chunk.bounds === null) return;
      thrift.binary(5, chunk.bounds.max);
      thrift.binary(6, chunk.bounds.min);
    });
  });
}

function sum<T>(items: readonly T[], size: (item: T) => number): number {
  return items.reduce((total, item) => total + size(item), 0);
}
