import { Levels } from "./levels";

export const TEXT: i32 = 0;
export const DICTIONARY: i32 = 1;
export const INT32: i32 = 2;
export const INT64: i32 = 3;
export const FLOAT64: i32 = 4;
export const BOOL: i32 = 5;

/** What every column has. Which class it is of is told by a number, for calls are not virtual. */
@unmanaged
export class Column {
  kind: i32;
  levels: Levels = new Levels();

  constructor(kind: i32) {
    this.kind = kind;
  }
}
