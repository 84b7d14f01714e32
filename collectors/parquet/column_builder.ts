import type { Data, DataType } from "apache-arrow";
import type { Column, ColumnType } from "../../src/schema/column.ts";
import { Bool, Float64, Int32, Int64, makeData, TimestampNanosecond, Utf8 } from "./arrow.ts";
import { type CellValue, ColumnBuilder, INITIAL_ROWS } from "./column_base.ts";
import { Utf8Builder } from "./utf8_builder.ts";

const ONE_BILLION = 1_000_000_000;
const TWO_32 = 4_294_967_296;

export class Int32Builder extends ColumnBuilder {
  private values = new Int32Array(INITIAL_ROWS);

  get byteLength(): number {
    return this.rows.count * 4;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "number") this.reject(value);
    // A count outside 32 bits comes from a broken object: unknown, not wrapped around.
    if (value !== (value | 0)) return;
    this.reserve(row + 1);
    this.values[row] = value;
    this.rows.set(row);
  }

  private reserve(length: number): void {
    if (length <= this.values.length) return;
    const values = new Int32Array(Math.max(this.values.length * 2, length));
    values.set(this.values);
    this.values = values;
  }

  finish(length: number): Data {
    this.reserve(length);
    const nullCount = length - this.rows.count;
    const nullBitmap = this.rows.validity(length);
    return makeData({ type: new Int32(), length, nullCount, nullBitmap, data: this.values.subarray(0, length) });
  }

  protected clearValues(): void {}
}

/** 64-bit integers and instants, written as two halves: a BigInt a value costs more than parsing the line. */
export class Int64Builder extends ColumnBuilder {
  private values = new BigInt64Array(INITIAL_ROWS);
  private halves = new Uint32Array(this.values.buffer);

  get byteLength(): number {
    return this.rows.count * 8;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "number") {
      if (Number.isSafeInteger(value)) this.putNumber(row, value);
    } else if (typeof value === "bigint") {
      if (BigInt.asIntN(64, value) === value) this.putBigint(row, value);
    } else this.reject(value);
  }

  putNumber(row: number, value: number): void {
    this.putHalves(row, Math.floor(value / TWO_32), value >>> 0);
  }

  /** Puts `seconds * 1e9 + nanos`, which a double cannot hold, without BigInt. */
  putInstant(row: number, seconds: number, nanos: number): void {
    if (seconds < 0 || seconds >= TWO_32) {
      this.put(row, BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(nanos));
      return;
    }
    const upper = Math.floor(seconds / 65536) * ONE_BILLION;
    const lower = (upper % 65536) * 65536 + (seconds % 65536) * ONE_BILLION + nanos;
    this.putHalves(row, Math.floor(upper / 65536) + Math.floor(lower / TWO_32), lower % TWO_32);
  }

  private putBigint(row: number, value: bigint): void {
    this.reserve(row + 1);
    this.values[row] = value;
    this.rows.set(row);
  }

  private putHalves(row: number, high: number, low: number): void {
    this.reserve(row + 1);
    this.halves[row * 2] = low;
    this.halves[row * 2 + 1] = high;
    this.rows.set(row);
  }

  private reserve(length: number): void {
    if (length <= this.values.length) return;
    const values = new BigInt64Array(Math.max(this.values.length * 2, length));
    values.set(this.values);
    this.values = values;
    this.halves = new Uint32Array(values.buffer);
  }

  finish(length: number): Data {
    this.reserve(length);
    const nullCount = length - this.rows.count;
    const nullBitmap = this.rows.validity(length);
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
    return this.rows.count * 8;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "number" && typeof value !== "bigint") this.reject(value);
    this.reserve(row + 1);
    this.values[row] = Number(value);
    this.rows.set(row);
  }

  private reserve(length: number): void {
    if (length <= this.values.length) return;
    const values = new Float64Array(Math.max(this.values.length * 2, length));
    values.set(this.values);
    this.values = values;
  }

  finish(length: number): Data {
    this.reserve(length);
    const nullCount = length - this.rows.count;
    const nullBitmap = this.rows.validity(length);
    return makeData({ type: new Float64(), length, nullCount, nullBitmap, data: this.values.subarray(0, length) });
  }

  protected clearValues(): void {}
}

class BoolBuilder extends ColumnBuilder {
  private bits = new Uint8Array(INITIAL_ROWS >> 3);

  get byteLength(): number {
    return this.rows.count >> 3;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "boolean") this.reject(value);
    this.reserve((row >> 3) + 1);
    if (value) this.bits[row >> 3] = (this.bits[row >> 3] ?? 0) | (1 << (row & 7));
    this.rows.set(row);
  }

  private reserve(size: number): void {
    if (size <= this.bits.length) return;
    const bits = new Uint8Array(Math.max(this.bits.length * 2, size));
    bits.set(this.bits);
    this.bits = bits;
  }

  finish(length: number): Data {
    const size = (length + 7) >> 3;
    this.reserve(size);
    const nullCount = length - this.rows.count;
    const nullBitmap = this.rows.validity(length);
    return makeData({ type: new Bool(), length, nullCount, nullBitmap, data: this.bits.subarray(0, size) });
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
