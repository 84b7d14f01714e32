import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import {
  Compression,
  EnabledStatistics,
  Encoding,
  initSync,
  Table,
  writeParquet,
  type WriterProperties,
  WriterPropertiesBuilder,
} from "parquet-wasm/esm";
import type { Column, TableSchema } from "../../src/schema/column.ts";
import { RecordBatchStreamWriter } from "./arrow.ts";
import type { TableBuilder } from "./table_builder.ts";

// The package's build for Node.js is CommonJS: searching it for its exports takes longer than compiling the WebAssembly.
initSync({ module: readFileSync(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")) });

/** Rows in a row group: fixed, so that files do not depend on how the work was shared. */
export const ROW_GROUP_ROWS = 131_072;

/**
 * Writes the builder's rows as one Parquet file, under a temporary name until it is whole.
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

/** Free text, most of a file's bytes: its values hardly repeat, so that a dictionary costs time and saves nothing. */
const FREE_TEXT: ReadonlySet<string> = new Set(["message", "error", "fields", "raw", "object", "manifest", "sample"]);

/** writeParquet consumes its properties: a reused object would leave later files uncompressed, so each file has its own. */
function writerProperties(schema: TableSchema): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCompression(Compression.LZ4_RAW)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setCreatedBy("cnitrace")
    .setKeyValueMetadata(new Map([["doc", schema.doc]]));
  for (const column of schema.columns) builder = setEncoding(builder, column);
  return builder.build();
}

/**
 * Sets what each kind of column is worth. (zstd would take four times as long as all the rest, for half of the bytes.)
 *
 * Differences of neighbours are cheaper than a dictionary for numbers that are all the same or rise; smallest and largest
 * text leave out no file in a search, but for the run.
 */
function setEncoding(builder: WriterPropertiesBuilder, { name, type }: Column): WriterPropertiesBuilder {
  switch (type) {
    case "i32":
    case "i64":
    case "ts_ns":
      return builder.setColumnDictionaryEnabled(name, false).setColumnEncoding(name, Encoding.DELTA_BINARY_PACKED);
    case "f64":
    case "bool":
      return builder;
    case "json":
    case "utf8": {
      const text = name === "run_id" ? builder : builder.setColumnStatisticsEnabled(name, EnabledStatistics.None);
      return FREE_TEXT.has(name) ? text.setColumnDictionaryEnabled(name, false) : text;
    }
  }
}
