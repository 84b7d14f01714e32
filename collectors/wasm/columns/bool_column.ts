import { Bytes } from "../memory/bytes";
import { byteIn } from "../memory/search";
import { endOf, NONE, Span, span, startOf } from "../memory/span";
import { BOOL, Column } from "./column";
import { body, dataPage } from "./page";
import { PLAIN } from "./parquet_format";

/** Where `smallest` and `largest` put what they found, for as long as no other is asked for. */
const bound: usize = memory.data(1);

/** Booleans: one page, eight a byte. Rows without one take no space. */
@unmanaged
export class BoolColumn extends Column {
  /** A byte each, 0 or 1. */
  private values: Bytes = new Bytes();

  constructor() {
    super(BOOL);
  }

  get byteLength(): i32 {
    return this.values.size >> 3;
  }

  put(row: i32, value: bool): void {
    this.levels.mark(row);
    this.values.byte(value ? 1 : 0);
  }

  finish(rowCount: i32): void {
    this.levels.beginPage(rowCount);
    for (let first = 0; first < this.values.size; first += 8) {
      let bits = 0;
      const end = min(first + 8, this.values.size);
      for (let index = first; index < end; index++) bits |= load<u8>(this.values.at + index) << (index - first);
      body.byte(bits);
    }
    dataPage(changetype<usize>(this), rowCount, PLAIN);
  }

  /** In memory, as a byte; NONE without values. */
  smallest(): Span {
    return this.bound(this.has(0) ? 0 : 1);
  }

  largest(): Span {
    return this.bound(this.has(1) ? 1 : 0);
  }

  clear(): void {
    this.levels.clear();
    this.values.clear();
  }

  private has(value: u8): bool {
    const values = this.values.written;
    return byteIn(startOf(values), endOf(values), value) != 0;
  }

  private bound(value: u8): Span {
    if (this.values.size == 0) return NONE;
    store<u8>(bound, value);
    return span(bound, bound + 1);
  }
}
