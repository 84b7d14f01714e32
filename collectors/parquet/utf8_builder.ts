import type { Data } from "apache-arrow";
import { makeData, Utf8 } from "./arrow.ts";
import { type CellValue, ColumnBuilder, INITIAL_ROWS } from "./column_base.ts";

/** Strings are written when so many characters have come together. */
const JOINED_LENGTH = 32 * 1024;

/**
 * Strings. They are joined and written to memory some hundred at a time, for a native call costs as much as many
 * characters. A value equal to the one before is only counted: component, node or run are the same for thousands of rows.
 */
export class Utf8Builder extends ColumnBuilder {
  /** Ends of the values in bytes; of those in `joined`, in UTF-16 units as if each were a byte. */
  private offsets = new Int32Array(INITIAL_ROWS + 1);
  private bytes = Buffer.allocUnsafe(INITIAL_ROWS * 16);
  private used = 0;
  /** Rows that have an offset, or repeat the last value. */
  private length = 0;
  /** Values that are not in `bytes` yet, and the row of the first of them. */
  private joined = "";
  private joinedRow = 0;
  /** Value of the last row; a column begins as if after an empty one. */
  private last = "";
  /** Rows at the end that repeat the last value and have no offset yet. */
  private repeats = 0;

  get byteLength(): number {
    return this.used + this.joined.length + this.repeats * this.last.length;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "string") this.putString(row, value);
    else this.reject(value);
  }

  putString(row: number, value: string): void {
    this.rows.set(row);
    if (value === this.last && row === this.length) {
      this.repeats++;
      this.length = row + 1;
      return;
    }
    if (row !== this.length || this.repeats > 0) this.fillTo(row);
    if (row + 1 >= this.offsets.length) this.growOffsets(row + 1);
    this.last = value;
    this.joined += value;
    this.offsets[row + 1] = this.used + this.joined.length;
    this.length = row + 1;
    if (this.joined.length >= JOINED_LENGTH) this.writeJoined();
  }

  /** Gives every row before `row` its offset. */
  private fillTo(row: number): void {
    if (row >= this.offsets.length) this.growOffsets(row);
    if (this.repeats > 0) this.joinRepeats();
    const end = this.used + this.joined.length;
    for (let index = this.length + 1; index <= row; index++) this.offsets[index] = end;
    this.length = row;
  }

  /** Joins the repeats, no more at a time than are written together. */
  private joinRepeats(): void {
    const { last } = this;
    if (this.length >= this.offsets.length) this.growOffsets(this.length);
    const batch = Math.ceil(JOINED_LENGTH / Math.max(last.length, 1));
    while (this.repeats > 0) {
      const count = Math.min(this.repeats, batch);
      const first = this.length - this.repeats;
      const start = this.used + this.joined.length;
      for (let index = 1; index <= count; index++) this.offsets[first + index] = start + index * last.length;
      this.joined += last.repeat(count);
      this.repeats -= count;
      if (this.joined.length >= JOINED_LENGTH) this.writeJoined();
    }
  }

  private writeJoined(): void {
    const { joined } = this;
    const endRow = this.length - this.repeats;
    this.joined = "";
    this.ensure(joined.length * 3);
    const written = this.bytes.write(joined, this.used, "utf8");
    if (written === joined.length) this.used += written;
    else this.writeEach(joined, endRow);
    this.joinedRow = endRow;
  }

  /** Writes values of which some take more bytes than characters, one by one, and moves their offsets. */
  private writeEach(joined: string, endRow: number): void {
    const { offsets } = this;
    const origin = this.used;
    let from = 0;
    for (let row = this.joinedRow; row < endRow; row++) {
      const to = (offsets[row + 1] ?? 0) - origin;
      this.used += this.bytes.write(joined.substring(from, to), this.used, "utf8");
      offsets[row + 1] = this.used;
      from = to;
    }
  }

  private ensure(extra: number): void {
    const need = this.used + extra;
    if (need <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, need));
    this.bytes.copy(grown, 0, 0, this.used);
    this.bytes = grown;
  }

  private growOffsets(row: number): void {
    const offsets = new Int32Array(Math.max(this.offsets.length * 2, row + 1));
    offsets.set(this.offsets);
    this.offsets = offsets;
  }

  finish(length: number): Data {
    this.fillTo(length);
    if (this.joined !== "") this.writeJoined();
    return makeData({
      type: new Utf8(),
      length,
      nullCount: length - this.rows.count,
      nullBitmap: this.rows.validity(length),
      valueOffsets: this.offsets.subarray(0, length + 1),
      data: this.bytes.subarray(0, this.used),
    });
  }

  protected clearValues(): void {
    this.used = 0;
    this.length = 0;
    this.joined = "";
    this.joinedRow = 0;
    this.repeats = 0;
    this.last = "";
  }
}
