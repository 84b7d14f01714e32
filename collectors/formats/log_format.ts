import type { PayloadFormat } from "../log_record.ts";
import type { LineText } from "./line_text.ts";
import type { RecordState } from "./record_state.ts";

/** One payload format: how its records begin, how they are read, and lines that prove it. */
export interface LogFormat {
  /** Value of the column `format`. */
  readonly name: PayloadFormat;
  /** Name of its fixture, `fixtures/logs/<id>.log`. */
  readonly id: string;
  /** Every byte that a record may begin with; `starts` is asked for these only. */
  readonly firstBytes: string;
  /** True when lines without a header that follow belong to the record (several-line messages, stack traces). */
  readonly continues: boolean;
  /** True when a record of this format begins at `start`. Reads bytes only: it runs on every line. */
  starts(buf: Buffer, start: number, end: number): boolean;
  /** Fills the record from its text: the first line, or the whole block when the format left it open. */
  parse(line: LineText, state: RecordState): void;
  /** Offset in a line of a second record that was torn into it; 0 when there is none. */
  tear?(text: string): number;
  /** True when a header may stand without its text, which the next line has: header, text and newline are written apart. */
  readonly writesHeaderApart?: boolean;
  /** Lines of this format, one record each; `starts` accepts every one. */
  readonly samples: readonly string[];
}
