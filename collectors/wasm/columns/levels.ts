import { Bytes } from "../memory/bytes";
import { body, hybrid } from "./page";

/**
 * Which rows of a column have a value, as runs: a column that always has one costs a comparison a row.
 *
 * The columns are flat and optional, so that a definition level is 1 for a value and 0 for null.
 *
 * @see https://parquet.apache.org/docs/file-format/nulls/
 */
@unmanaged
export class Levels {
  /** Lengths of runs of values and of nulls in turn, beginning with values. */
  private runs: Bytes = new Bytes();
  /** First row of the page, and of the run of values at its end. */
  private pageStart: i32 = 0;
  private runStart: i32 = 0;
  /** The row after the last one with a value. */
  end: i32 = 0;
  /** Rows without a value in the pages written. */
  nullCount: i32 = 0;

  /** Says that a row has a value; rows come in ascending order, and those left out are null. */
  @inline
  mark(row: i32): void {
    if (row != this.end) this.skipTo(row);
    this.end = row + 1;
  }

  private skipTo(row: i32): void {
    this.runs.put<i32>(this.end - this.runStart);
    this.runs.put<i32>(row - this.end);
    this.nullCount += row - this.end;
    this.runStart = row;
    this.end = row;
  }

  /** Whether rows before `endRow` are in no page yet. */
  hasRowsBefore(endRow: i32): bool {
    return endRow > this.pageStart;
  }

  /**
   * Begins the page in `body` with the levels of the rows before `endRow` that are in none yet, their length in front.
   *
   * @returns rows of the page
   */
  beginPage(endRow: i32): i32 {
    if (this.end != endRow) this.skipTo(endRow);
    body.clear();
    body.put<i32>(0);
    hybrid.begin(1);
    const runs = this.runs.at;
    for (let at = 0; at < this.runs.size; at += 8) {
      hybrid.run(1, load<i32>(runs + at));
      hybrid.run(0, load<i32>(runs + at, 4));
    }
    hybrid.run(1, this.end - this.runStart);
    hybrid.end();
    store<i32>(body.at, body.size - 4);
    const rowCount = endRow - this.pageStart;
    this.runs.clear();
    this.pageStart = this.runStart = this.end;
    return rowCount;
  }

  clear(): void {
    this.runs.clear();
    this.pageStart = this.runStart = this.end = 0;
    this.nullCount = 0;
  }
}
