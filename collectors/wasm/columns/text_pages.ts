import { Bytes } from "../memory/bytes";
import { sizeOf, Span, startOf } from "../memory/span";
import { writeDelta } from "./delta";
import { Levels } from "./levels";
import { body, dataPage } from "./page";
import { DELTA_LENGTH_BYTE_ARRAY, PLAIN } from "./parquet_format";

/** A page is closed when its values take so many bytes, as other writers do; a longer value is a page of its own. */
const PAGE_BYTES: i32 = 1024 * 1024;
/** Whether it is full is asked when so many bytes have come together since it was asked last. */
const ASKED_EVERY: i32 = 32 * 1024;

/**
 * Text as DELTA_LENGTH_BYTE_ARRAY: the lengths of a page's values, then the values one after the other.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTALENGTH
 */
@unmanaged
export class TextPages {
  /** Address of the column whose pages they are, and its levels. */
  private column: usize = 0;
  private levels: Levels = changetype<Levels>(0);
  private lengths: Bytes = new Bytes();
  private values: Bytes = new Bytes();
  /** Bytes since it was asked last whether the page is full. */
  private unasked: i32 = 0;
  /** Bytes in the pages that are closed. */
  private closedBytes: i32 = 0;

  /** A column's own fields come before those of its base class: it tells its levels when it has them. */
  belongTo(column: usize, levels: Levels): void {
    this.column = column;
    this.levels = levels;
  }

  /** Bytes the values take. */
  get byteLength(): i32 {
    return this.closedBytes + this.values.size;
  }

  /** Appends the value of the row that the levels marked last. */
  append(value: Span): void {
    const size = sizeOf(value);
    this.lengths.put<i32>(size);
    this.values.copy(startOf(value), size);
    this.unasked += size;
    if (this.unasked >= ASKED_EVERY) this.closeFull();
  }

  /**
   * Appends values that lie one behind the other, and says that their rows have one.
   *
   * @param rows of each value its row and its size, in 32 bits each
   */
  appendAll(values: Span, rows: usize, count: i32): void {
    const end = rows + (count << 3);
    for (let at = rows; at < end; at += 8) {
      this.levels.mark(load<i32>(at));
      this.lengths.put<i32>(load<i32>(at, 4));
    }
    this.values.text(values);
    this.unasked += sizeOf(values);
    if (this.unasked >= ASKED_EVERY) this.closeFull();
  }

  /** Closes the page of the rows before `endRow` that are in none yet. */
  finish(endRow: i32): void {
    if (this.levels.hasRowsBefore(endRow)) this.closePage(endRow);
  }

  clear(): void {
    this.lengths.clear();
    this.values.clear();
    this.unasked = 0;
    this.closedBytes = 0;
  }

  private closeFull(): void {
    this.unasked = 0;
    if (this.values.size >= PAGE_BYTES) this.closePage(this.levels.end);
  }

  private closePage(endRow: i32): void {
    const rowCount = this.levels.beginPage(endRow);
    if (this.lengths.size > 0) {
      writeDelta<i32>(body, this.lengths);
      body.text(this.values.written);
    }
    dataPage(this.column, rowCount, this.lengths.size > 0 ? DELTA_LENGTH_BYTE_ARRAY : PLAIN);
    this.closedBytes += this.values.size;
    this.lengths.clear();
    this.values.clear();
    this.unasked = 0;
  }
}
