import type { Column } from "../../src/schema/column.ts";
import { type CellValue, ColumnBuilder } from "./column_base.ts";
import { ByteWriter } from "./encoding/byte_writer.ts";
import type { ColumnChunk, Bounds } from "./encoding/column_chunk.ts";
import { bigintAt, writeDeltaInt32, writeDeltaInt64 } from "./encoding/delta_binary_packed.ts";
import { Codec, Encoding } from "./encoding/parquet_format.ts";

const INITIAL_VALUES = 1024;
const ONE_BILLION = 1_000_000_000;
const TWO_32 = 4_294_967_296;

/** A page; in use by one column at a time. */
const body = new ByteWriter();

/**
 * A column of numbers: one page, not compressed, for what is packed in bits has nothing left that repeats.
 *
 * The values are dense: rows without one take no space.
 */
abstract class NumberBuilder extends ColumnBuilder {
  protected count = 0;

  constructor(column: Column) {
    super(column, Codec.UNCOMPRESSED);
  }

  finish(rowCount: number): ColumnChunk {
    body.clear();
    this.levels.writePage(body, rowCount);
    const encoding = this.count === 0 ? Encoding.PLAIN : this.writeValues(body);
    this.chunk.dataPage(rowCount, encoding, body.written);
    return this.chunk.finish(this.column, this.levels.nullCount, this.count === 0 ? null : this.bounds());
  }

  protected abstract writeValues(out: ByteWriter): Encoding;

  /** Of at least one value. */
  protected abstract bounds(): Bounds | null;

  protected clearValues(): void {
    this.count = 0;
  }
}

export class Int32Builder extends NumberBuilder {
  private values = new Int32Array(INITIAL_VALUES);

  get byteLength(): number {
    return this.count * 4;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "number") this.reject(value);
    // A count outside 32 bits comes from a broken object: unknown, not wrapped around.
    if (value !== (value | 0)) return;
    this.levels.mark(row);
    if (this.count === this.values.length) {
      const values = new Int32Array(this.count * 2);
      values.set(this.values);
      this.values = values;
    }
    this.values[this.count++] = value;
  }

  protected writeValues(out: ByteWriter): Encoding {
    writeDeltaInt32(out, this.values, this.count);
    return Encoding.DELTA_BINARY_PACKED;
  }

  protected bounds(): Bounds {
    const { values, count } = this;
    let min = values[0] as number;
    let max = min;
    for (let index = 1; index < count; index++) {
      const value = values[index] as number;
      if (value < min) min = value;
      else if (value > max) max = value;
    }
    return { min: int32Bytes(min), max: int32Bytes(max) };
  }
}

/** 64-bit integers and instants, kept as two halves: a BigInt a value costs more than parsing the line. */
export class Int64Builder extends NumberBuilder {
  /** Of each value the lower half, then the upper one. */
  private halves = new Int32Array(INITIAL_VALUES * 2);

  get byteLength(): number {
    return this.count * 8;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "number") {
      if (Number.isSafeInteger(value)) this.putNumber(row, value);
    } else if (typeof value === "bigint") {
      if (BigInt.asIntN(64, value) === value) this.putBigint(row, value);
    } else this.reject(value);
  }

  /** @param value a safe integer */
  putNumber(row: number, value: number): void {
    this.putHalves(row, Math.floor(value / TWO_32), value);
  }

  /** Puts `seconds * 1e9 + nanos`, which a double cannot hold, without BigInt. */
  putInstant(row: number, seconds: number, nanos: number): void {
    if (seconds < 0 || seconds >= TWO_32) {
      this.put(row, BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(nanos));
      return;
    }
    const upper = Math.floor(seconds / 65536) * ONE_BILLION;
    const lower = (upper % 65536) * 65536 + (seconds % 65536) * ONE_BILLION + nanos;
    this.putHalves(row, Math.floor(upper / 65536) + Math.floor(lower / TWO_32), lower);
  }

  private putBigint(row: number, value: bigint): void {
    this.putHalves(row, Number(value >> 32n), Number(value & 0xffff_ffffn));
  }

  /** @param low its lower 32 bits count */
  private putHalves(row: number, high: number, low: number): void {
    this.levels.mark(row);
    if (this.count * 2 === this.halves.length) {
      const halves = new Int32Array(this.halves.length * 2);
      halves.set(this.halves);
      this.halves = halves;
    }
    this.halves[this.count * 2] = low;
    this.halves[this.count * 2 + 1] = high;
    this.count++;
  }

  protected writeValues(out: ByteWriter): Encoding {
    writeDeltaInt64(out, this.halves, this.count);
    return Encoding.DELTA_BINARY_PACKED;
  }

  protected bounds(): Bounds {
    let min = 0;
    let max = 0;
    for (let index = 1; index < this.count; index++) {
      if (this.isLess(index, min)) min = index;
      else if (this.isLess(max, index)) max = index;
    }
    return { min: int64Bytes(bigintAt(this.halves, min)), max: int64Bytes(bigintAt(this.halves, max)) };
  }

  private isLess(left: number, right: number): boolean {
    const { halves } = this;
    const leftHigh = halves[left * 2 + 1] as number;
    const rightHigh = halves[right * 2 + 1] as number;
    if (leftHigh !== rightHigh) return leftHigh < rightHigh;
    return (halves[left * 2] as number) >>> 0 < (halves[right * 2] as number) >>> 0;
  }
}

export class Float64Builder extends NumberBuilder {
  private values: number[] = [];

  get byteLength(): number {
    return this.count * 8;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "number" && typeof value !== "bigint") this.reject(value);
    this.levels.mark(row);
    this.values.push(Number(value));
    this.count++;
  }

  protected writeValues(out: ByteWriter): Encoding {
    for (const value of this.values) out.double(value);
    return Encoding.PLAIN;
  }

  /** None when a value is not a number, and a zero with the sign that leaves none out, as parquet.thrift asks for. */
  protected bounds(): Bounds | null {
    const { values } = this;
    if (values.some(Number.isNaN)) return null;
    const min = values.reduce((least, value) => Math.min(least, value));
    const max = values.reduce((most, value) => Math.max(most, value));
    return { min: doubleBytes(min === 0 ? -0 : min), max: doubleBytes(max === 0 ? 0 : max) };
  }

  protected override clearValues(): void {
    super.clearValues();
    this.values = [];
  }
}

/** Booleans, eight a byte. */
export class BoolBuilder extends NumberBuilder {
  private values: boolean[] = [];

  get byteLength(): number {
    return this.count >> 3;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "boolean") this.reject(value);
    this.levels.mark(row);
    this.values.push(value);
    this.count++;
  }

  protected writeValues(out: ByteWriter): Encoding {
    for (let first = 0; first < this.count; first += 8) {
      out.byte(this.values.slice(first, first + 8).reduce((bits, value, bit) => bits | (Number(value) << bit), 0));
    }
    return Encoding.PLAIN;
  }

  protected bounds(): Bounds {
    const hasFalse = this.values.includes(false);
    const hasTrue = this.values.includes(true);
    return { min: Buffer.from([hasFalse ? 0 : 1]), max: Buffer.from([hasTrue ? 1 : 0]) };
  }

  protected override clearValues(): void {
    super.clearValues();
    this.values = [];
  }
}

function int32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function int64Bytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
