import { Bytes } from "../memory/bytes";
import { NONE, Span, span } from "../memory/span";
import { Column, FLOAT64 } from "./column";
import { body, dataPage } from "./page";
import { PLAIN } from "./parquet_format";

const VALUE_BYTES: i32 = 8;

/** Where `smallest` and `largest` put what they found, for as long as no other is asked for. */
const bound: usize = memory.data(VALUE_BYTES, VALUE_BYTES);

/** Fractions: one page. The values are dense: rows without one take no space. */
@unmanaged
export class Float64Column extends Column {
  private values: Bytes = new Bytes();

  constructor() {
    super(FLOAT64);
  }

  get byteLength(): i32 {
    return this.values.size;
  }

  put(row: i32, value: f64): void {
    this.levels.mark(row);
    this.values.put<f64>(value);
  }

  finish(rowCount: i32): void {
    this.levels.beginPage(rowCount);
    body.text(this.values.written);
    dataPage(changetype<usize>(this), rowCount, PLAIN);
  }

  /**
   * In memory, as PLAIN has it; NONE without values, or when one of them is not a number.
   *
   * A zero has the sign that leaves none out, as parquet.thrift asks for.
   */
  smallest(): Span {
    let least = Infinity;
    // The least of two, one of which is not a number, is none either.
    for (let at = 0; at < this.values.size; at += VALUE_BYTES) least = min(least, load<f64>(this.values.at + at));
    return this.bound(least == 0 ? -0.0 : least);
  }

  largest(): Span {
    let most = -Infinity;
    for (let at = 0; at < this.values.size; at += VALUE_BYTES) most = max(most, load<f64>(this.values.at + at));
    return this.bound(most == 0 ? 0.0 : most);
  }

  clear(): void {
    this.levels.clear();
    this.values.clear();
  }

  private bound(value: f64): Span {
    if (this.values.size == 0 || isNaN(value)) return NONE;
    store<f64>(bound, value);
    return span(bound, bound + VALUE_BYTES);
  }
}
