import type { Column } from "../../src/schema/column.ts";
import { bytesAt, type ColumnAddress, host, NONE, wasm } from "../wasm_module.ts";
import { type Bounds, type ColumnChunk, ColumnChunkWriter } from "./encoding/column_chunk.ts";
import { type Codec, type Encoding, PageType } from "./encoding/parquet_format.ts";

/** A value as parsers hand it over; a bigint in a `ts_ns` column is ns since 1970. */
export type CellValue = string | number | boolean | bigint | null | undefined;

/** Where the pages of each column of the module go. */
const chunks = new Map<ColumnAddress, ColumnChunkWriter>();

host.page = (column, kind, valueCount, encoding, at, size) => {
  const chunk = chunks.get(column);
  if (chunk === undefined) throw new Error("a page of an unknown column");
  if (kind === PageType.DICTIONARY_PAGE) chunk.dictionaryPage(valueCount, at, size);
  else chunk.dataPage(valueCount, encoding as Encoding, at, size);
};

/**
 * Collects one column in the shape that Parquet wants it in.
 *
 * The values come together in the module, which makes pages of them: a builder is never given up, for its memory is kept.
 */
export abstract class ColumnBuilder {
  readonly column: Column;
  /** The module's column. */
  readonly address: ColumnAddress;
  private readonly chunk: ColumnChunkWriter;

  constructor(column: Column, address: ColumnAddress, codec: Codec) {
    this.column = column;
    this.address = address;
    this.chunk = new ColumnChunkWriter(codec);
    chunks.set(address, this.chunk);
  }

  /**
   * Puts a value that is not null into a row; rows are filled in ascending order, and those left out are null.
   *
   * A value that the type cannot hold exactly is left out. @throws TypeError for a value of another type: a bug
   */
  abstract put(row: number, value: NonNullable<CellValue>): void;

  /** Bytes the values take before compression, without levels; of a text in the dictionary, once. */
  get byteLength(): number {
    return wasm.byteLength(this.address);
  }

  /** The rows before `rowCount` as a column chunk in the builder's memory: use it before the builder is cleared. */
  finish(rowCount: number): ColumnChunk {
    wasm.finish(this.address, rowCount);
    return this.chunk.finish(this.column, wasm.nullCount(this.address), this.bounds());
  }

  /** Forgets the rows and keeps the memory for the next file. */
  clear(): void {
    wasm.clear(this.address);
    this.chunk.clear();
  }

  /** Copies, for the module has one place for all. */
  protected bounds(): Bounds | null {
    const smallest = wasm.smallest(this.address);
    if (smallest === NONE) return null;
    const min = Buffer.from(bytesAt(smallest));
    return { min, max: Buffer.from(bytesAt(wasm.largest(this.address))) };
  }

  protected reject(value: NonNullable<CellValue>): never {
    throw new TypeError(`column ${this.column.name} (${this.column.type}) cannot hold a ${typeof value}`);
  }
}
