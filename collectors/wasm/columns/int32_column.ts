import { Bytes } from "../memory/bytes";
import { NONE, Span, span } from "../memory/span";
import { Column, INT32 } from "./column";
import { writeDeltaInt32 } from "./delta";
import { body, dataPage } from "./page";
import { DELTA_BINARY_PACKED, PLAIN } from "./parquet_format";

const VALUE_BYTES: i32 = 4;

/** Where `smallest` and `largest` put what they found, for as long as no other is asked for. */
const bound: usize = memory.data(VALUE_BYTES, VALUE_BYTES);

/** 32-bit integers: one page. The values are dense: rows without one take no space. */
@unmanaged
export class Int32Column extends Column {
  private values: Bytes = new Bytes();

  constructor() {
    super(INT32);
  }

  get byteLength(): i32 {
    return this.values.size;
  }

  put(row: i32, value: i32): void {
    this.levels.mark(row);
    this.values.i32(value);
  }

  finish(rowCount: i32): void {
    const hasValues = this.values.size > 0;
    this.levels.beginPage(rowCount);
    if (hasValues) writeDeltaInt32(body, this.values);
    dataPage(changetype<usize>(this), rowCount, hasValues ? DELTA_BINARY_PACKED : PLAIN);
  }

  /** In memory, as PLAIN has it; NONE without values. */
  smallest(): Span {
    let least = i32.MAX_VALUE;
    for (let at = 0; at < this.values.size; at += VALUE_BYTES) least = min(least, load<i32>(this.values.at + at));
    return this.bound(least);
  }

  largest(): Span {
    let most = i32.MIN_VALUE;
    for (let at = 0; at < this.values.size; at += VALUE_BYTES) most = max(most, load<i32>(this.values.at + at));
    return this.bound(most);
  }

  clear(): void {
    this.levels.clear();
    this.values.clear();
  }

  private bound(value: i32): Span {
    if (this.values.size == 0) return NONE;
    store<i32>(bound, value);
    return span(bound, bound + VALUE_BYTES);
  }
}
