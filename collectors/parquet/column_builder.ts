import {
  Bool,
  type DataType,
  Float64,
  Int32,
  Int64,
  makeData,
  TimestampNanosecond,
  Utf8,
  type Data,
} from "apache-arrow";
import type { Column, ColumnType } from "../../src/schema/column.ts";

/** A value as parsers hand it over; a bigint in a `ts_ns` column is ns since 1970. */
export type CellValue = string | number | boolean | bigint | null | undefined;

const INITIAL_ROWS = 1024;
/** Shorter strings are written byte by byte: a native call costs more than this many characters. */
const SHORT_STRING = 24;
const ONE_BILLION = 1_000_000_000;
const TWO_32 = 4_294_967_296;

/**
 * Builds one Arrow column in growing typed arrays.
 *
 * Arrow's own builders take a value at a time through several layers; writing offsets, bytes and the validity bitmap
 * directly is about ten times faster, and this is the hot loop of the import.
 */
export abstract class ColumnBuilder {
  readonly column: Column;
  length = 0;
  protected nullCount = 0;
  protected validity = new Uint8Array(INITIAL_ROWS >> 3);
  protected capacity = INITIAL_ROWS;

  constructor(column: Column) {
    this.column = column;
  }

  /** Appends a value that is not null; one the type cannot hold exactly is left out, which makes it null. */
  abstract append(value: NonNullable<CellValue>): void;
  abstract get byteLength(): number;
  protected abstract growValues(capacity: number): void;
  /** Gives the rows from `length` to `row` the values that nulls have. */
  protected abstract skipValues(row: number): void;
  protected abstract build(length: number, nullCount: number, nullBitmap: Uint8Array | null): Data;
  protected abstract clearValues(): void;

  /** Makes the rows up to `row` null: most columns are null in most rows, so nulls are not appended one by one. */
  padTo(row: number): void {
    if (row <= this.length) return;
    this.reserve(row);
    this.skipValues(row);
    this.nullCount += row - this.length;
    this.length = row;
  }

  /** The column as Arrow data that shares the builder's memory: use it before the builder is cleared. */
  finish(): Data {
    const bitmap = this.nullCount === 0 ? null : this.validity.subarray(0, (this.length + 7) >> 3);
    return this.build(this.length, this.nullCount, bitmap);
  }

  /** Forgets the rows and keeps the memory for the next batch. */
  clear(): void {
    this.validity.fill(0, 0, (this.length + 7) >> 3);
    this.length = 0;
    this.nullCount = 0;
    this.clearValues();
  }

  protected reserve(rows = this.length + 1): void {
    if (rows <= this.capacity) return;
    while (this.capacity < rows) this.capacity *= 2;
    const validity = new Uint8Array(this.capacity >> 3);
    validity.set(this.validity);
    this.validity = validity;
    this.growValues(this.capacity);
  }

  protected setValid(): void {
    const index = this.length++;
    const slot = index >> 3;
    this.validity[slot] = (this.validity[slot] ?? 0) | (1 << (index & 7));
  }

  protected reject(value: NonNullable<CellValue>): never {
    throw new TypeError(`column ${this.column.name} (${this.column.type}) cannot hold a ${typeof value}`);
  }
}

/**
 * Strings. A value equal to the one before is only counted, and the repeats are written together when another value
 * comes: component, node or run are the same for thousands of rows.
 */
export class Utf8Builder extends ColumnBuilder {
  private offsets = new Int32Array(INITIAL_ROWS + 1);
  private bytes = Buffer.allocUnsafe(INITIAL_ROWS * 16);
  private used = 0;
  private last: string | null = null;
  private lastStart = 0;
  private lastSize = 0;
  /** Rows at the end that repeat the last value and have neither bytes nor offsets yet. */
  private repeats = 0;

  get byteLength(): number {
    return this.used + this.repeats * this.lastSize;
  }

  append(value: NonNullable<CellValue>): void {
    if (typeof value === "string") this.appendString(value);
    else this.reject(value);
  }

  appendString(value: string): void {
    this.reserve();
    if (value === this.last) {
      this.repeats++;
      this.setValid();
      return;
    }
    if (this.repeats > 0) this.writeRepeats();
    const start = this.used;
    this.ensure(value.length * 3);
    this.lastSize = this.write(value, start);
    this.last = value;
    this.lastStart = start;
    this.used = start + this.lastSize;
    this.offsets[this.length + 1] = this.used;
    this.setValid();
  }

  private writeRepeats(): void {
    const { repeats, lastSize: size } = this;
    this.ensure(repeats * size);
    const first = this.length - repeats;
    for (let index = 1; index <= repeats; index++) this.offsets[first + index] = this.used + index * size;
    // The last value ends at `used`: copying the block from it onwards doubles it each time.
    const end = this.used + repeats * size;
    for (let at = this.used; at < end;) {
      const length = Math.min(at - this.lastStart, end - at);
      this.bytes.copyWithin(at, this.lastStart, this.lastStart + length);
      at += length;
    }
    this.lastStart = end - size;
    this.used = end;
    this.repeats = 0;
  }

  private write(value: string, start: number): number {
    const { bytes } = this;
    const { length } = value;
    if (length <= SHORT_STRING) {
      let index = 0;
      for (; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 0x7f) break;
        bytes[start + index] = code;
      }
      if (index === length) return length;
    }
    return bytes.write(value, start, "utf8");
  }

  private ensure(extra: number): void {
    const need = this.used + extra;
    if (need <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, need));
    this.bytes.copy(grown, 0, 0, this.used);
    this.bytes = grown;
  }

  protected growValues(capacity: number): void {
    const offsets = new Int32Array(capacity + 1);
    offsets.set(this.offsets);
    this.offsets = offsets;
  }

  protected skipValues(row: number): void {
    if (this.repeats > 0) this.writeRepeats();
    this.offsets.fill(this.used, this.length + 1, row + 1);
  }

  protected build(length: number, nullCount: number, nullBitmap: Uint8Array | null): Data {
    if (this.repeats > 0) this.writeRepeats();
    const valueOffsets = this.offsets.subarray(0, length + 1);
    return makeData({
      type: new Utf8(),
      length,
      nullCount,
      nullBitmap,
      valueOffsets,
      data: this.bytes.subarray(0, this.used),
    });
  }

  protected clearValues(): void {
    this.used = 0;
    this.repeats = 0;
    this.last = null;
  }
}

class Int32Builder extends ColumnBuilder {
  private values = new Int32Array(INITIAL_ROWS);

  get byteLength(): number {
    return this.length * 4;
  }

  append(value: NonNullable<CellValue>): void {
    if (typeof value !== "number") this.reject(value);
    // A count outside 32 bits comes from a broken object: unknown, not wrapped around.
    if (value !== (value | 0)) return;
    this.reserve();
    this.values[this.length] = value;
    this.setValid();
  }

  protected growValues(capacity: number): void {
    const values = new Int32Array(capacity);
    values.set(this.values);
    this.values = values;
  }

  protected skipValues(row: number): void {
    this.values.fill(0, this.length, row);
  }

  protected build(length: number, nullCount: number, nullBitmap: Uint8Array | null): Data {
    return makeData({ type: new Int32(), length, nullCount, nullBitmap, data: this.values.subarray(0, length) });
  }

  protected clearValues(): void {}
}

/** 64-bit integers and instants, written as two halves: a BigInt a value costs more than parsing the line. */
export class Int64Builder extends ColumnBuilder {
  private values = new BigInt64Array(INITIAL_ROWS);
  private halves = new Uint32Array(this.values.buffer);

  get byteLength(): number {
    return this.length * 8;
  }

  append(value: NonNullable<CellValue>): void {
    if (typeof value === "number") {
      if (Number.isSafeInteger(value)) this.appendNumber(value);
    } else if (typeof value === "bigint") {
      if (BigInt.asIntN(64, value) === value) this.appendBigint(value);
    } else this.reject(value);
  }

  appendNumber(value: number): void {
    this.reserve();
    this.writeHalves(Math.floor(value / TWO_32), value >>> 0);
    this.setValid();
  }

  /** Appends `seconds * 1e9 + nanos`, which a double cannot hold, without BigInt. */
  appendInstant(seconds: number, nanos: number): void {
    if (seconds < 0 || seconds >= TWO_32) {
      this.append(BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(nanos));
      return;
    }
    this.reserve();
    const upper = Math.floor(seconds / 65536) * ONE_BILLION;
    const lower = (upper % 65536) * 65536 + (seconds % 65536) * ONE_BILLION + nanos;
    this.writeHalves(Math.floor(upper / 65536) + Math.floor(lower / TWO_32), lower % TWO_32);
    this.setValid();
  }

  private appendBigint(value: bigint): void {
    this.reserve();
    this.values[this.length] = value;
    this.setValid();
  }

  private writeHalves(high: number, low: number): void {
    const slot = this.length * 2;
    this.halves[slot] = low;
    this.halves[slot + 1] = high;
  }

  protected growValues(capacity: number): void {
    const values = new BigInt64Array(capacity);
    values.set(this.values);
    this.values = values;
    this.halves = new Uint32Array(values.buffer);
  }

  protected skipValues(row: number): void {
    this.values.fill(0n, this.length, row);
  }

  protected build(length: number, nullCount: number, nullBitmap: Uint8Array | null): Data {
    const data = this.values.subarray(0, length);
    return this.column.type === "ts_ns"
      ? makeData({ type: new TimestampNanosecond(null), length, nullCount, nullBitmap, data })
      : makeData({ type: new Int64(), length, nullCount, nullBitmap, data });
  }

  protected clearValues(): void {}
}

class Float64Builder extends ColumnBuilder {
  private values = new Float64Array(INITIAL_ROWS);

  get byteLength(): number {
    return this.length * 8;
  }

  append(value: NonNullable<CellValue>): void {
    if (typeof value !== "number" && typeof value !== "bigint") this.reject(value);
    this.reserve();
    this.values[this.length] = Number(value);
    this.setValid();
  }

  protected growValues(capacity: number): void {
    const values = new Float64Array(capacity);
    values.set(this.values);
    this.values = values;
  }

  protected skipValues(row: number): void {
    this.values.fill(0, this.length, row);
  }

  protected build(length: number, nullCount: number, nullBitmap: Uint8Array | null): Data {
    return makeData({ type: new Float64(), length, nullCount, nullBitmap, data: this.values.subarray(0, length) });
  }

  protected clearValues(): void {}
}

class BoolBuilder extends ColumnBuilder {
  private bits = new Uint8Array(INITIAL_ROWS >> 3);

  get byteLength(): number {
    return this.length >> 3;
  }

  append(value: NonNullable<CellValue>): void {
    if (typeof value !== "boolean") this.reject(value);
    this.reserve();
    const slot = this.length >> 3;
    if (value) this.bits[slot] = (this.bits[slot] ?? 0) | (1 << (this.length & 7));
    this.setValid();
  }

  protected growValues(capacity: number): void {
    const bits = new Uint8Array(capacity >> 3);
    bits.set(this.bits);
    this.bits = bits;
  }

  protected skipValues(): void {}

  protected build(length: number, nullCount: number, nullBitmap: Uint8Array | null): Data {
    return makeData({
      type: new Bool(),
      length,
      nullCount,
      nullBitmap,
      data: this.bits.subarray(0, (length + 7) >> 3),
    });
  }

  protected clearValues(): void {
    this.bits.fill(0);
  }
}

/** The Arrow type of each raw column type; instants are untagged, for a UTC tag would make DuckDB drop the ns. */
export function arrowType(type: ColumnType): DataType {
  switch (type) {
    case "utf8":
    case "json":
      return new Utf8();
    case "i32":
      return new Int32();
    case "i64":
      return new Int64();
    case "f64":
      return new Float64();
    case "bool":
      return new Bool();
    case "ts_ns":
      return new TimestampNanosecond(null);
  }
}

/** A builder for the column's type. */
export function columnBuilder(column: Column): ColumnBuilder {
  switch (column.type) {
    case "utf8":
    case "json":
      return new Utf8Builder(column);
    case "i32":
      return new Int32Builder(column);
    case "i64":
    case "ts_ns":
      return new Int64Builder(column);
    case "f64":
      return new Float64Builder(column);
    case "bool":
      return new BoolBuilder(column);
  }
}
