import type { Column } from "../../src/schema/column.ts";
import { type CellValue, ColumnBuilder } from "./column_base.ts";
import type { ColumnChunk } from "./encoding/column_chunk.ts";
import { DictionaryPages } from "./encoding/dictionary_pages.ts";
import { Codec } from "./encoding/parquet_format.ts";
import { TextPages } from "./encoding/text_pages.ts";

/** Text whose values hardly repeat. */
export class FreeTextBuilder extends ColumnBuilder {
  private readonly pages: TextPages;

  constructor(column: Column) {
    super(column, Codec.SNAPPY);
    this.pages = new TextPages(this.chunk, this.levels);
  }

  get byteLength(): number {
    return this.pages.byteLength;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "string") this.putString(row, value);
    else this.reject(value);
  }

  /** As `put`, without the look at the type. */
  putString(row: number, value: string): void {
    this.levels.mark(row);
    this.pages.append(value);
  }

  finish(rowCount: number): ColumnChunk {
    this.pages.finish(rowCount);
    return this.chunk.finish(this.column, this.levels.nullCount, null);
  }

  protected clearValues(): void {
    this.pages.clear();
  }
}

/** Text of few values; when they turn out to be many, the rest of them is written as free text. */
export class RepeatedTextBuilder extends ColumnBuilder {
  private readonly dictionary: DictionaryPages;
  private readonly rest: TextPages;
  private isFull = false;
  private readonly hasBounds: boolean;

  /** @param hasBounds whether the footer has smallest and largest value, so that a search may leave the file out */
  constructor(column: Column, hasBounds: boolean) {
    super(column, Codec.SNAPPY);
    this.hasBounds = hasBounds;
    this.dictionary = new DictionaryPages(this.chunk, this.levels);
    this.rest = new TextPages(this.chunk, this.levels);
  }

  get byteLength(): number {
    return this.dictionary.byteLength + this.rest.byteLength;
  }

  put(row: number, value: NonNullable<CellValue>): void {
    if (typeof value === "string") this.putString(row, value);
    else this.reject(value);
  }

  /** As `put`, without the look at the type. */
  putString(row: number, value: string): void {
    this.levels.mark(row);
    if (this.isFull) this.rest.append(value);
    else {
      this.dictionary.append(value);
      if (this.dictionary.isFull) this.closeDictionary();
    }
  }

  private closeDictionary(): void {
    this.dictionary.finish(this.levels.endRow);
    this.isFull = true;
  }

  finish(rowCount: number): ColumnChunk {
    if (this.isFull) this.rest.finish(rowCount);
    else this.dictionary.finish(rowCount);
    const bounds = this.hasBounds && !this.isFull ? this.dictionary.bounds() : null;
    return this.chunk.finish(this.column, this.levels.nullCount, bounds);
  }

  protected clearValues(): void {
    this.dictionary.clear();
    this.rest.clear();
    this.isFull = false;
  }
}
