import type { Column } from "../../src/schema/column.ts";
import { wasm } from "../wasm_module.ts";
import { type CellValue, ColumnBuilder } from "./column_base.ts";
import { Codec } from "./encoding/parquet_format.ts";

const ONE_BILLION = 1_000_000_000;
const TWO_32 = 4_294_967_296;

// Pages of numbers are not compressed, for what is packed in bits has nothing left that repeats.

export class Int32Builder extends ColumnBuilder {
  constructor(column: Column) {
    super(column, wasm.newInt32Column(), Codec.UNCOMPRESSED);
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "number") this.reject(value);
    // A count outside 32 bits comes from a broken object: unknown, not wrapped around.
    if (value === (value | 0)) wasm.putInt32(this.address, row, value);
  }
}

/** 64-bit integers and instants. */
export class Int64Builder extends ColumnBuilder {
  constructor(column: Column) {
    super(column, wasm.newInt64Column(), Codec.UNCOMPRESSED);
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "number") {
      if (Number.isSafeInteger(value)) this.putNumber(row, value);
    } else if (typeof value === "bigint") {
      if (BigInt.asIntN(64, value) === value) wasm.putInt64(this.address, row, value);
    } else this.reject(value);
  }

  /** @param value a safe integer */
  putNumber(row: number, value: number): void {
    wasm.putHalves(this.address, row, Math.floor(value / TWO_32), value);
  }

  /** Puts `seconds * 1e9 + nanos`, which a double cannot hold, without BigInt. */
  putInstant(row: number, seconds: number, nanos: number): void {
    if (seconds < 0 || seconds >= TWO_32) {
      this.put(row, BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(nanos));
      return;
    }
    const upper = Math.floor(seconds / 65536) * ONE_BILLION;
    const lower = (upper % 65536) * 65536 + (seconds % 65536) * ONE_BILLION + nanos;
    wasm.putHalves(this.address, row, Math.floor(upper / 65536) + Math.floor(lower / TWO_32), lower);
  }
}

export class Float64Builder extends ColumnBuilder {
  constructor(column: Column) {
    super(column, wasm.newFloat64Column(), Codec.UNCOMPRESSED);
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "number" && typeof value !== "bigint") this.reject(value);
    wasm.putFloat64(this.address, row, Number(value));
  }
}

export class BoolBuilder extends ColumnBuilder {
  constructor(column: Column) {
    super(column, wasm.newBoolColumn(), Codec.UNCOMPRESSED);
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value !== "boolean") this.reject(value);
    wasm.putBool(this.address, row, value);
  }
}
