import { createHash } from "node:crypto";
import { join } from "node:path";
import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import { writeParquetFile } from "./parquet_file.ts";
import { TableBuilder } from "./table_builder.ts";

/** A part is one row group and is closed with so many rows: up to the next look at it they stay within 131 072. */
const PART_ROWS = 126_976;
/** It is also closed when its values reach so many bytes, so that a huge object file needs no more memory. */
const PART_BYTES = 48 * 1024 * 1024;

const SCHEMAS = new Map(RAW_TABLES.map((table) => [table.name, table]));

const LONGEST_NAME = 200;

/** Name of a run's folder in each raw table; a file system allows 255 bytes, and a run id may be any text. */
export function partitionName(runId: string): string {
  const encoded = encodeURIComponent(Buffer.from(runId).toString()); // a lone surrogate cannot be encoded
  if (encoded.length <= LONGEST_NAME) return `run=${encoded}`;
  const hash = createHash("sha256").update(runId).digest("hex").slice(0, 16);
  return `run=${encoded.slice(0, LONGEST_NAME - hash.length).replace(/%[0-9A-F]?$/, "")}-${hash}`;
}

/** The folder of one run's parts of one raw table. */
export function partFolder(rawDir: string, table: string, runId: string): string {
  return join(rawDir, table, partitionName(runId));
}

/** Empty builders that earlier writers of this thread left: memory that has grown once need not grow again. */
const spareBuilders = new Map<string, TableBuilder>();

function takeBuilder(table: string): TableBuilder {
  const spare = spareBuilders.get(table);
  if (spare !== undefined) {
    spareBuilders.delete(table);
    return spare;
  }
  const schema = SCHEMAS.get(table);
  if (schema === undefined) throw new Error(`no raw table ${table}`);
  return new TableBuilder(schema);
}

/** Collects the rows of one job and writes one part per table, or several where a table grows large. */
export class PartWriter {
  private readonly rawDir: string;
  private readonly runId: string;
  private readonly part: number;
  private readonly builders = new Map<string, TableBuilder>();
  private readonly written = new Map<string, number>();
  private readonly rows = new Map<string, number>();

  constructor(rawDir: string, runId: string, part: number) {
    this.rawDir = rawDir;
    this.runId = runId;
    this.part = part;
  }

  builder(table: string): TableBuilder {
    let builder = this.builders.get(table);
    if (builder === undefined) {
      builder = takeBuilder(table);
      this.builders.set(table, builder);
    }
    return builder;
  }

  /** Closes parts that are large enough; call it now and then, only its place in the data decides where parts end. */
  spill(): void {
    for (const [table, builder] of this.builders) {
      if (builder.rowCount >= PART_ROWS || builder.byteLength >= PART_BYTES) this.write(table, builder);
    }
  }

  /** Writes what is left; the result has the rows per table. */
  finish(): Readonly<Record<string, number>> {
    for (const [table, builder] of this.builders) {
      if (builder.rowCount > 0) this.write(table, builder);
      spareBuilders.set(table, builder);
    }
    this.builders.clear();
    return Object.fromEntries(this.rows);
  }

  /** Writes a part even without rows, so that a view over the table always finds a file. */
  writeEmpty(table: string): void {
    const builder = takeBuilder(table);
    this.write(table, builder);
    spareBuilders.set(table, builder);
  }

  private write(table: string, builder: TableBuilder): void {
    const sequence = this.written.get(table) ?? 0;
    const number = String(this.part).padStart(4, "0");
    const name =
      sequence === 0 ? `part-${number}.parquet` : `part-${number}-${String(sequence).padStart(3, "0")}.parquet`;
    writeParquetFile(join(partFolder(this.rawDir, table, this.runId), name), builder);
    this.written.set(table, sequence + 1);
    this.rows.set(table, (this.rows.get(table) ?? 0) + builder.rowCount);
    builder.clear();
  }
}
