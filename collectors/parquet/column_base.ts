import type { Data } from "apache-arrow";
import type { Column } from "../../src/schema/column.ts";

/** A value as parsers hand it over; a bigint in a `ts_ns` column is ns since 1970. */
export type CellValue = string | number | boolean | bigint | null | undefined;

export const INITIAL_ROWS = 1024;

/** Which rows of a column have a value. */
export class RowBitmap {
  private bits = new Uint8Array(INITIAL_ROWS >> 3);
  /** Rows with a value. */
  count = 0;

  set(row: number): void {
    const slot = row >> 3;
    if (slot >= this.bits.length) this.grow(slot);
    this.bits[slot] = (this.bits[slot] ?? 0) | (1 << (row & 7));
    this.count++;
  }

  /** The validity bitmap of a column with so many rows, in this object's memory; null when none of them is null. */
  validity(length: number): Uint8Array | null {
    if (this.count === length) return null;
    const size = (length + 7) >> 3;
    if (size > this.bits.length) this.grow(size);
    return this.bits.subarray(0, size);
  }

  clear(): void {
    this.bits.fill(0);
    this.count = 0;
  }

  private grow(slot: number): void {
    const bits = new Uint8Array(Math.max(this.bits.length * 2, slot + 1));
    bits.set(this.bits);
    this.bits = bits;
  }
}

/**
 * Builds one Arrow column in growing typed arrays.
 *
 * Arrow's own builders take a value at a time through several layers; writing offsets, bytes and the validity bitmap
 * directly is about ten times faster, and this is the hot loop of the import. What all columns share is in an object of
 * its own rather than in methods here: run on six classes, they would be compiled for none.
 */
export abstract class ColumnBuilder {
  readonly column: Column;
  protected readonly rows = new RowBitmap();

  constructor(column: Column) {
    this.column = column;
  }

  /**
   * Puts a value that is not null into a row; rows are filled in ascending order, and those left out are null.
   *
   * A value that the type cannot hold exactly is left out. @throws TypeError for a value of another type: a bug
   */
  abstract put(row: number, value: NonNullable<CellValue>): void;

  /** Bytes the values take, without offsets and bitmap. */
  abstract get byteLength(): number;

  /** The first `length` rows as Arrow data in the builder's memory: use it before the builder is cleared. */
  abstract finish(length: number): Data;

  /** Forgets the rows and keeps the memory for the next batch. */
  clear(): void {
    this.rows.clear();
    this.clearValues();
  }

  protected abstract clearValues(): void;

  protected reject(value: NonNullable<CellValue>): never {
    throw new TypeError(`column ${this.column.name} (${this.column.type}) cannot hold a ${typeof value}`);
  }
}
