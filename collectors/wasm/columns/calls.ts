// What TypeScript calls of the columns; a column is known to it by its address.

import { Bytes } from "../memory/bytes";
import { NONE, Span, span } from "../memory/span";
import { BoolColumn } from "./bool_column";
import { BOOL, Column, DICTIONARY, FLOAT64, INT32, INT64, TEXT } from "./column";
import { DictionaryColumn } from "./dictionary_column";
import { Float64Column } from "./float64_column";
import { Int32Column, Int64Column, IntegerColumn } from "./integer_column";
import { compressSnappy } from "./snappy";
import { TextColumn } from "./text_column";

/** Texts on their way into columns. */
const incoming: Bytes = new Bytes();
/** A page that was compressed. */
const packed: Bytes = new Bytes();

/** Address of so many bytes that the caller may write to; their place, and what is in them, holds until more are asked for. */
export function scratch(size: i32): usize {
  incoming.clear();
  incoming.reserve(size);
  return incoming.at;
}

/** The bytes in Snappy's format; they hold until the next are compressed. */
export function compress(at: usize, size: i32): Span {
  compressSnappy(at, size, packed);
  return packed.written;
}

export function newTextColumn(): TextColumn {
  return new TextColumn();
}

export function newDictionaryColumn(): DictionaryColumn {
  return new DictionaryColumn();
}

export function newInt32Column(): Int32Column {
  return new IntegerColumn<i32>();
}

export function newInt64Column(): Int64Column {
  return new IntegerColumn<i64>();
}

export function newFloat64Column(): Float64Column {
  return new Float64Column();
}

export function newBoolColumn(): BoolColumn {
  return new BoolColumn();
}

/** @param rows of each text its row and its size, in 32 bits each; the texts lie one behind the other */
export function putTexts(column: TextColumn, at: usize, size: i32, rows: usize, count: i32): void {
  column.putAll(span(at, at + size), rows, count);
}

/** @returns index of the value in the dictionary; -1 when that is full, and takes no index any more */
export function putValue(column: DictionaryColumn, row: i32, at: usize, size: i32): i32 {
  column.put(row, span(at, at + size));
  return column.isFull ? -1 : column.index;
}

export function putIndex(column: DictionaryColumn, row: i32, index: i32): void {
  column.putIndex(row, index);
}

export function putInt32(column: Int32Column, row: i32, value: i32): void {
  column.put(row, value);
}

export function putInt64(column: Int64Column, row: i32, value: i64): void {
  column.put(row, value);
}

/** A 64-bit integer in halves, for a BigInt takes memory. */
export function putHalves(column: Int64Column, row: i32, high: i32, low: i32): void {
  column.put(row, ((high as i64) << 32) | (low as u32));
}

export function putFloat64(column: Float64Column, row: i32, value: f64): void {
  column.put(row, value);
}

export function putBool(column: BoolColumn, row: i32, value: bool): void {
  column.put(row, value);
}

/** Hands over the pages of the rows before `rowCount` that are in none yet. */
export function finish(column: Column, rowCount: i32): void {
  switch (column.kind) {
    case TEXT:
      changetype<TextColumn>(column).finish(rowCount);
      break;
    case DICTIONARY:
      changetype<DictionaryColumn>(column).finish(rowCount);
      break;
    case INT32:
      changetype<Int32Column>(column).finish(rowCount);
      break;
    case INT64:
      changetype<Int64Column>(column).finish(rowCount);
      break;
    case FLOAT64:
      changetype<Float64Column>(column).finish(rowCount);
      break;
    case BOOL:
      changetype<BoolColumn>(column).finish(rowCount);
      break;
  }
}

/** Forgets the rows and keeps the memory. */
export function clear(column: Column): void {
  switch (column.kind) {
    case TEXT:
      changetype<TextColumn>(column).clear();
      break;
    case DICTIONARY:
      changetype<DictionaryColumn>(column).clear();
      break;
    case INT32:
      changetype<Int32Column>(column).clear();
      break;
    case INT64:
      changetype<Int64Column>(column).clear();
      break;
    case FLOAT64:
      changetype<Float64Column>(column).clear();
      break;
    case BOOL:
      changetype<BoolColumn>(column).clear();
      break;
  }
}

/** Bytes the values take before compression, without levels; of a text in the dictionary, once. */
export function byteLength(column: Column): i32 {
  switch (column.kind) {
    case TEXT:
      return changetype<TextColumn>(column).byteLength;
    case DICTIONARY:
      return changetype<DictionaryColumn>(column).byteLength;
    case INT32:
      return changetype<Int32Column>(column).byteLength;
    case INT64:
      return changetype<Int64Column>(column).byteLength;
    case FLOAT64:
      return changetype<Float64Column>(column).byteLength;
    default:
      return changetype<BoolColumn>(column).byteLength;
  }
}

/** Rows without a value in the pages handed over. */
export function nullCount(column: Column): i32 {
  return column.levels.nullCount;
}

/** Smallest value, PLAIN without a length; NONE when there is none, or it is not kept. It holds until the next call. */
export function smallest(column: Column): Span {
  switch (column.kind) {
    case DICTIONARY:
      return changetype<DictionaryColumn>(column).smallest();
    case INT32:
      return changetype<Int32Column>(column).smallest();
    case INT64:
      return changetype<Int64Column>(column).smallest();
    case FLOAT64:
      return changetype<Float64Column>(column).smallest();
    case BOOL:
      return changetype<BoolColumn>(column).smallest();
    default:
      return NONE;
  }
}

/** As `smallest`. */
export function largest(column: Column): Span {
  switch (column.kind) {
    case DICTIONARY:
      return changetype<DictionaryColumn>(column).largest();
    case INT32:
      return changetype<Int32Column>(column).largest();
    case INT64:
      return changetype<Int64Column>(column).largest();
    case FLOAT64:
      return changetype<Float64Column>(column).largest();
    case BOOL:
      return changetype<BoolColumn>(column).largest();
    default:
      return NONE;
  }
}
