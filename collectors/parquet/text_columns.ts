import type { Column } from "../../src/schema/column.ts";
import { memory, wasm } from "../wasm_module.ts";
import { type CellValue, ColumnBuilder } from "./column_base.ts";
import type { Bounds, ColumnChunk } from "./encoding/column_chunk.ts";
import { Codec } from "./encoding/parquet_format.ts";

/** Strings go to the module when so many characters have come together: a native call costs as much as many of them. */
const JOINED_LENGTH = 32 * 1024;
/** Of a value on its way to the module: its row and its length, in 32 bits each. */
const ENTRY_BYTES = 8;

/** What a UTF-16 unit takes in UTF-8 at most. */
const MOST_BYTES = 3;

/** Values seen lately that are compared with before the module is asked. */
const RECENT_BITS = 10;
const RECENT_VALUES = 1 << RECENT_BITS;

/** Text whose values hardly repeat. */
export class FreeTextBuilder extends ColumnBuilder {
  /** Values that are not in the module yet, and of each its row and its length: in UTF-16 units as if each were a byte. */
  private joined = "";
  private entries = new Int32Array(128);
  private count = 0;

  constructor(column: Column) {
    super(column, wasm.newTextColumn(), Codec.SNAPPY);
  }

  override get byteLength(): number {
    return super.byteLength + this.joined.length;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "string") this.putString(row, value);
    else this.reject(value);
  }

  /** As `put`, without the look at the type. */
  putString(row: number, value: string): void {
    if (this.count * 2 === this.entries.length) {
      const entries = new Int32Array(this.entries.length * 2);
      entries.set(this.entries);
      this.entries = entries;
    }
    this.entries[this.count * 2] = row;
    this.entries[this.count * 2 + 1] = value.length;
    this.count++;
    this.joined += value;
    if (this.joined.length >= JOINED_LENGTH) this.flush();
  }

  override finish(rowCount: number): ColumnChunk {
    this.flush();
    return super.finish(rowCount);
  }

  override clear(): void {
    super.clear();
    this.joined = "";
    this.count = 0;
  }

  /** Hands the values over, whose lengths may be those in bytes already. */
  private flush(): void {
    if (this.count === 0) return;
    const { joined, count } = this;
    const isAscii = Buffer.byteLength(joined) === joined.length;
    const room = isAscii ? joined.length : joined.length * MOST_BYTES;
    const entriesAt = wasm.scratch(count * ENTRY_BYTES + room);
    const textAt = entriesAt + count * ENTRY_BYTES;
    // ASCII takes half of the time that UTF-8 takes.
    const size = isAscii ? memory().write(joined, textAt, "latin1") : this.writeEach(textAt);
    new Int32Array(memory().buffer, entriesAt, count * 2).set(this.entries.subarray(0, count * 2));
    wasm.putTexts(this.address, textAt, size, entriesAt, count);
    this.joined = "";
    this.count = 0;
  }

  /** Writes values of which some take more bytes than characters, one by one: a surrogate must not meet its neighbour's. */
  private writeEach(at: number): number {
    let from = 0;
    let size = 0;
    for (let index = 1; index < this.count * 2; index += 2) {
      const to = from + (this.entries[index] as number);
      const written = memory().write(this.joined.substring(from, to), at + size, "utf8");
      this.entries[index] = written;
      size += written;
      from = to;
    }
    return size;
  }
}

/** Text of few values; when they turn out to be many, the rest of them is written as free text. */
export class RepeatedTextBuilder extends ColumnBuilder {
  private readonly hasBounds: boolean;
  /** Values by a few of their characters, and their indexes: what the module has already is not copied into it. */
  private readonly recent = new Array<string | undefined>(RECENT_VALUES).fill(undefined);
  private readonly recentIndexes = new Int32Array(RECENT_VALUES);
  /** Whether the module's dictionary is: its indexes are of no use then. */
  private isFull = false;

  /** @param hasBounds whether the footer has smallest and largest value, so that a search may leave the file out */
  constructor(column: Column, hasBounds: boolean) {
    super(column, wasm.newDictionaryColumn(), Codec.SNAPPY);
    this.hasBounds = hasBounds;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "string") this.putString(row, value);
    else this.reject(value);
  }

  /** As `put`, without the look at the type. */
  putString(row: number, value: string): void {
    const slot = slotOf(value);
    if (this.recent[slot] === value && !this.isFull) {
      wasm.putIndex(this.address, row, this.recentIndexes[slot] as number);
      return;
    }
    const index = this.putNew(row, value);
    this.isFull = index < 0;
    this.recent[slot] = value;
    this.recentIndexes[slot] = index;
  }

  override clear(): void {
    super.clear();
    this.recent.fill(undefined);
    this.isFull = false;
  }

  protected override bounds(): Bounds | null {
    return this.hasBounds ? super.bounds() : null;
  }

  /** @returns index in the module's dictionary; negative when that is full */
  private putNew(row: number, value: string): number {
    const at = wasm.scratch(value.length * MOST_BYTES);
    return wasm.putValue(this.address, row, at, memory().write(value, at, "utf8"));
  }
}

/** From characters at the end, where names differ, and from within. */
function slotOf(value: string): number {
  const { length } = value;
  if (length < 2) return length;
  const end = value.charCodeAt(length - 1) | (value.charCodeAt(length - 2) << 8);
  const middle = value.charCodeAt(length >> 1) | (value.charCodeAt(length >> 2) << 8);
  return Math.imul(end | (middle << 16), -1_640_531_535) >>> (32 - RECENT_BITS);
}
