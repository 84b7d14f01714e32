import { Span } from "../memory/span";
import { Column, TEXT } from "./column";
import { TextPages } from "./text_pages";

/** Text whose values hardly repeat. */
@unmanaged
export class TextColumn extends Column {
  private pages: TextPages = new TextPages();

  constructor() {
    super(TEXT);
    this.pages.belongTo(changetype<usize>(this), this.levels);
  }

  get byteLength(): i32 {
    return this.pages.byteLength;
  }

  put(row: i32, value: Span): void {
    this.levels.mark(row);
    this.pages.append(value);
  }

  /** As `put` for many values that lie one behind the other. @param rows of each its row and its size */
  putAll(values: Span, rows: usize, count: i32): void {
    this.pages.appendAll(values, rows, count);
  }

  finish(rowCount: i32): void {
    this.pages.finish(rowCount);
  }

  clear(): void {
    this.levels.clear();
    this.pages.clear();
  }
}
