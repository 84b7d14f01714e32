import { closeSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parquetFile } from "./encoding/file_footer.ts";
import type { TableBuilder } from "./table_builder.ts";

/**
 * Writes the builder's rows as one Parquet file, under a temporary name until it is whole.
 *
 * The bytes depend on the rows only: no time, host or random metadata.
 */
export function writeParquetFile(path: string, builder: TableBuilder): void {
  const pieces = parquetFile(builder.schema, builder.rowCount, builder.finish());
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(`${path}.tmp`, "w");
  try {
    // Put together first they would be a copy of the whole file, which stays until V8 collects it.
    for (const piece of pieces) writeFileSync(fd, piece);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.tmp`, path);
}
