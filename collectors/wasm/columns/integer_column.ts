import { Bytes } from "../memory/bytes";
import { NONE, Span, span } from "../memory/span";
import { Column, INT32, INT64 } from "./column";
import { writeDelta } from "./delta";
import { body, dataPage } from "./page";
import { DELTA_BINARY_PACKED, PLAIN } from "./parquet_format";

/** Where `smallest` and `largest` put what they found, for as long as no other is asked for. */
const bound: usize = memory.data(8, 8);

/** Integers of 32 or 64 bits, instants too: one page. The values are dense: rows without one take no space. */
@unmanaged
export class IntegerColumn<T extends number> extends Column {
  private values: Bytes = new Bytes();

  constructor() {
    super(sizeof<T>() == 4 ? INT32 : INT64);
  }

  get byteLength(): i32 {
    return this.values.size;
  }

  put(row: i32, value: T): void {
    this.levels.mark(row);
    this.values.put<T>(value);
  }

  finish(rowCount: i32): void {
    const hasValues = this.values.size > 0;
    this.levels.beginPage(rowCount);
    if (hasValues) writeDelta<T>(body, this.values);
    dataPage(changetype<usize>(this), rowCount, hasValues ? DELTA_BINARY_PACKED : PLAIN);
  }

  /** In memory, as PLAIN has it; NONE without values. */
  smallest(): Span {
    if (this.values.size == 0) return NONE;
    let least = load<T>(this.values.at);
    for (let at = sizeof<T>(); at < (this.values.size as usize); at += sizeof<T>()) {
      least = min<T>(least, load<T>(this.values.at + at));
    }
    return boundOf<T>(least);
  }

  largest(): Span {
    if (this.values.size == 0) return NONE;
    let most = load<T>(this.values.at);
    for (let at = sizeof<T>(); at < (this.values.size as usize); at += sizeof<T>()) {
      most = max<T>(most, load<T>(this.values.at + at));
    }
    return boundOf<T>(most);
  }

  clear(): void {
    this.levels.clear();
    this.values.clear();
  }
}

export type Int32Column = IntegerColumn<i32>;
export type Int64Column = IntegerColumn<i64>;

function boundOf<T>(value: T): Span {
  store<T>(bound, value);
  return span(bound, bound + sizeof<T>());
}
