import { page } from "../host";
import { Bytes } from "../memory/bytes";
import { NONE, Span } from "../memory/span";
import { Column, DICTIONARY } from "./column";
import { Dictionary } from "./dictionary";
import { bitWidthOf } from "./hybrid";
import { body, dataPage, hybrid } from "./page";
import { DICTIONARY_PAGE, PLAIN, RLE_DICTIONARY } from "./parquet_format";
import { TextPages } from "./text_pages";

/** A dictionary is full with so many bytes, the limit of parquet-mr. */
const DICTIONARY_BYTES: i32 = 1024 * 1024;

/**
 * Text of few values as RLE_DICTIONARY: each value once, then its index for every row that has it. When they turn out to
 * be many, the rest of them is written as free text.
 *
 * Equal neighbours are a run, so that a column of one value costs next to nothing a row.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DICTIONARY
 */
@unmanaged
export class DictionaryColumn extends Column {
  private dictionary: Dictionary = new Dictionary();
  /** Indexes and how often each comes, in turn. */
  private runs: Bytes = new Bytes();
  /** Index of the last row with a value, and for how many rows it has been the same; no row yet with 0. */
  private lastIndex: i32 = 0;
  private repeats: i32 = 0;
  /** What came when the dictionary was full. */
  private rest: TextPages = new TextPages();
  isFull: bool = false;

  constructor() {
    super(DICTIONARY);
    this.rest.belongTo(changetype<usize>(this), this.levels);
  }

  /** Bytes of the dictionary, and of the rest: what of the column grows with its values. */
  get byteLength(): i32 {
    return this.dictionary.byteLength + this.rest.byteLength;
  }

  put(row: i32, value: Span): void {
    if (!this.isFull && this.repeats > 0 && this.dictionary.isAt(this.lastIndex, value)) {
      this.levels.mark(row);
      this.repeats++;
    } else this.putOther(row, value);
  }

  /** Puts a value that is in the dictionary, which is not full. @param index as `lastIndex` was after its `put` */
  putIndex(row: i32, index: i32): void {
    this.levels.mark(row);
    this.append(index);
  }

  /** Index of the value that was put last; none when it is full. */
  get index(): i32 {
    return this.lastIndex;
  }

  finish(rowCount: i32): void {
    if (this.isFull) this.rest.finish(rowCount);
    else this.closeDictionary(rowCount);
  }

  /** Of the dictionary, in the order of their bytes; NONE when it has none or is not all. */
  smallest(): Span {
    return this.isFull ? NONE : this.dictionary.smallest();
  }

  largest(): Span {
    return this.isFull ? NONE : this.dictionary.largest();
  }

  clear(): void {
    this.levels.clear();
    this.dictionary.clear();
    this.runs.clear();
    this.repeats = 0;
    this.rest.clear();
    this.isFull = false;
  }

  private putOther(row: i32, value: Span): void {
    this.levels.mark(row);
    if (this.isFull) {
      this.rest.append(value);
      return;
    }
    this.append(this.dictionary.indexOf(value));
    if (this.dictionary.byteLength < DICTIONARY_BYTES) return;
    this.closeDictionary(this.levels.end);
    this.isFull = true;
  }

  private append(index: i32): void {
    if (index == this.lastIndex) {
      this.repeats++;
      return;
    }
    this.closeRun();
    this.lastIndex = index;
    this.repeats = 1;
  }

  private closeRun(): void {
    if (this.repeats == 0) return;
    this.runs.put<i32>(this.lastIndex);
    this.runs.put<i32>(this.repeats);
    this.repeats = 0;
  }

  /** Writes the dictionary and the page of the rows before `endRow`; no index may be appended afterwards. */
  private closeDictionary(endRow: i32): void {
    const column = changetype<usize>(this);
    const count = this.dictionary.count;
    const values = this.dictionary.values;
    this.closeRun();
    if (count > 0) page(column, DICTIONARY_PAGE, count, PLAIN, values.at, values.size);
    const rowCount = this.levels.beginPage(endRow);
    // A page of nulls has no indexes, and no dictionary that they could be of.
    if (count > 0) this.writeIndexes(bitWidthOf(count - 1));
    dataPage(column, rowCount, count > 0 ? RLE_DICTIONARY : PLAIN);
  }

  private writeIndexes(bitWidth: i32): void {
    body.byte(bitWidth);
    hybrid.begin(bitWidth);
    const runs = this.runs.at;
    for (let at = 0; at < this.runs.size; at += 8) hybrid.run(load<i32>(runs + at), load<i32>(runs + at, 4));
    hybrid.end();
  }
}
