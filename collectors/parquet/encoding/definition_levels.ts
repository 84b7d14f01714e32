import type { ByteWriter } from "./byte_writer.ts";
import { HybridWriter } from "./hybrid_writer.ts";

/**
 * Which rows of a column have a value, as runs: a column that always has one costs a comparison a row.
 *
 * The columns are flat and optional, so that a definition level is 1 for a value and 0 for null.
 *
 * @see https://parquet.apache.org/docs/file-format/nulls/
 */
export class DefinitionLevels {
  /** Values and nulls in turn, beginning with values. */
  private runs = new Int32Array(64);
  private runCount = 0;
  /** First row of the page, and of the run of values at its end. */
  private pageStart = 0;
  private runStart = 0;
  /** The row after the last one with a value. */
  private end = 0;
  /** Rows without a value in the pages written. */
  nullCount = 0;

  /** Says that a row has a value; rows come in ascending order, and those left out are null. */
  mark(row: number): void {
    if (row !== this.end) this.skipTo(row);
    this.end = row + 1;
  }

  private skipTo(row: number): void {
    if (this.runCount + 2 > this.runs.length) {
      const runs = new Int32Array(this.runs.length * 2);
      runs.set(this.runs);
      this.runs = runs;
    }
    this.runs[this.runCount++] = this.end - this.runStart;
    this.runs[this.runCount++] = row - this.end;
    this.nullCount += row - this.end;
    this.runStart = row;
    this.end = row;
  }

  /** The row after the last one with a value. */
  get endRow(): number {
    return this.end;
  }

  /** Whether rows before `endRow` are in no page yet. */
  hasRowsBefore(endRow: number): boolean {
    return endRow > this.pageStart;
  }

  /**
   * Writes the levels of the page that ends before a row, with their length in front, and begins the next one there.
   *
   * @returns rows of the page
   */
  writePage(out: ByteWriter, endRow: number): number {
    if (this.end !== endRow) this.skipTo(endRow);
    const sizeAt = out.length;
    out.int32(0);
    const levels = new HybridWriter(out, 1);
    for (let index = 0; index < this.runCount; index++) levels.run(1 - (index & 1), this.runs[index] as number);
    levels.run(1, this.end - this.runStart);
    levels.end();
    out.putInt32(sizeAt, out.length - sizeAt - 4);
    const rowCount = endRow - this.pageStart;
    this.runCount = 0;
    this.pageStart = this.runStart = this.end;
    return rowCount;
  }

  clear(): void {
    this.runCount = 0;
    this.pageStart = this.runStart = this.end = 0;
    this.nullCount = 0;
  }
}
