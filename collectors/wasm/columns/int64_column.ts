import { Bytes } from "../memory/bytes";
import { NONE, Span, span } from "../memory/span";
import { Column, INT64 } from "./column";
import { writeDeltaInt64 } from "./delta";
import { body, dataPage } from "./page";
import { DELTA_BINARY_PACKED, PLAIN } from "./parquet_format";

const VALUE_BYTES: i32 = 8;

/** Where `smallest` and `largest` put what they found, for as long as no other is asked for. */
const bound: usize = memory.data(VALUE_BYTES, VALUE_BYTES);

/** 64-bit integers and instants: one page. The values are dense: rows without one take no space. */
@unmanaged
export class Int64Column extends Column {
  private values: Bytes = new Bytes();

  constructor() {
    super(INT64);
  }

  get byteLength(): i32 {
    return this.values.size;
  }

  put(row: i32, value: i64): void {
    this.levels.mark(row);
    this.values.i64(value);
  }

  finish(rowCount: i32): void {
    const hasValues = this.values.size > 0;
    this.levels.beginPage(rowCount);
    if (hasValues) writeDeltaInt64(body, this.values);
    dataPage(changetype<usize>(this), rowCount, hasValues ? DELTA_BINARY_PACKED : PLAIN);
  }

  /** In memory, as PLAIN has it; NONE without values. */
  smallest(): Span {
    let least = i64.MAX_VALUE;
    for (let at = 0; at < this.values.size; at += VALUE_BYTES) least = min(least, load<i64>(this.values.at + at));
    return this.bound(least);
  }

  largest(): Span {
    let most = i64.MIN_VALUE;
    for (let at = 0; at < this.values.size; at += VALUE_BYTES) most = max(most, load<i64>(this.values.at + at));
    return this.bound(most);
  }

  clear(): void {
    this.levels.clear();
    this.values.clear();
  }

  private bound(value: i64): Span {
    if (this.values.size == 0) return NONE;
    store<i64>(bound, value);
    return span(bound, bound + VALUE_BYTES);
  }
}
