import type { Column } from "../../src/schema/column.ts";
import { type ColumnChunk, ColumnChunkWriter } from "./encoding/column_chunk.ts";
import { DefinitionLevels } from "./encoding/definition_levels.ts";
import type { Codec } from "./encoding/parquet_format.ts";

/** A value as parsers hand it over; a bigint in a `ts_ns` column is ns since 1970. */
export type CellValue = string | number | boolean | bigint | null | undefined;

/**
 * Collects one column in the shape that Parquet wants it in.
 *
 * This is the hot loop of the import. What all columns share is in objects of its own rather than in methods here: run
 * on six classes, they would be compiled for none.
 */
export abstract class ColumnBuilder {
  readonly column: Column;
  protected readonly levels = new DefinitionLevels();
  protected readonly chunk: ColumnChunkWriter;

  constructor(column: Column, codec: Codec) {
    this.column = column;
    this.chunk = new ColumnChunkWriter(codec);
  }

  /**
   * Puts a value that is not null into a row; rows are filled in ascending order, and those left out are null.
   *
   * A value that the type cannot hold exactly is left out. @throws TypeError for a value of another type: a bug
   */
  abstract put(row: number, value: NonNullable<CellValue>): void;

  /** Bytes the values take before compression, without levels; of a text in the dictionary, once. */
  abstract get byteLength(): number;

  /** The rows before `rowCount` as a column chunk in the builder's memory: use it before the builder is cleared. */
  abstract finish(rowCount: number): ColumnChunk;

  /** Forgets the rows and keeps the memory for the next file. */
  clear(): void {
    this.levels.clear();
    this.chunk.clear();
    this.clearValues();
  }

  protected abstract clearValues(): void;

  protected reject(value: NonNullable<CellValue>): never {
    throw new TypeError(`column ${this.column.name} (${this.column.type}) cannot hold a ${typeof value}`);
  }
}
