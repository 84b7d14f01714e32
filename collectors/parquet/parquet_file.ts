import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { RecordBatchStreamWriter } from "apache-arrow";
import {
  Compression,
  EnabledStatistics,
  Encoding,
  Table,
  writeParquet,
  type WriterProperties,
  WriterPropertiesBuilder,
} from "parquet-wasm";
import type { TableSchema } from "../../src/schema/column.ts";
import type { TableBuilder } from "./table_builder.ts";

/** Rows in a row group: fixed, so that files do not depend on how the work was shared. */
export const ROW_GROUP_ROWS = 131_072;

/**
 * Writes the builder's rows as one zstd Parquet file, under a temporary name until it is whole.
 *
 * The bytes depend on the rows only: no time, host or random metadata.
 */
export function writeParquetFile(path: string, builder: TableBuilder): void {
  const stream = new RecordBatchStreamWriter();
  stream.write(builder.toRecordBatch());
  stream.finish();
  const bytes = writeParquet(Table.fromIPCStream(stream.toUint8Array(true)), writerProperties(builder.schema));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, bytes);
  renameSync(`${path}.tmp`, path);
}

/** Columns whose values hardly repeat: a dictionary costs time and saves nothing. */
const UNIQUE_TEXT = new Set(["message", "error", "fields", "raw", "object", "manifest", "sample"]);
/** Columns that grow from row to row. */
const RISING = new Set(["line", "ts"]);

/** writeParquet consumes its properties: a reused object would leave later files uncompressed, so each file has its own. */
function writerProperties(schema: TableSchema): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setCreatedBy("cnitrace")
    .setKeyValueMetadata(new Map([["doc", schema.doc]]));
  for (const { name } of schema.columns) {
    if (UNIQUE_TEXT.has(name) || RISING.has(name)) builder = builder.setColumnDictionaryEnabled(name, false);
    if (RISING.has(name)) builder = builder.setColumnEncoding(name, Encoding.DELTA_BINARY_PACKED);
  }
  return builder.build();
}
