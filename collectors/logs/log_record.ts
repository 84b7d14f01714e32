import { bytesAt, NONE, wasm } from "../wasm_module.ts";
import { LOG_COLUMNS } from "./log_columns.ts";

/** What is around the payload: the carrier's own stamp and unit. */
export type EnvelopeKind = (typeof ENVELOPES)[number];

/** In the order of their numbers in the module. */
export const ENVELOPES = ["bare", "journal_short", "journal_iso", "journal_json", "cri", "kubectl"] as const;

/** What is known of a log file before its lines are parsed: the same for every chunk of it. */
export interface LogFileContext {
  /** Program the file belongs to by content or name; null when unknown. Decides the table and the default component. */
  readonly component: string | null;
  readonly envelope: EnvelopeKind;
  readonly nodeName: string | null;
  /** Month (1-12) and year that yearless stamps are near: the year that lands closest to it wins; null: unknown, ts is null. */
  readonly yearAnchor: { readonly year: number; readonly month: number; readonly day: number } | null;
  /** Offset of zoneless stamps, seconds east of UTC. */
  readonly utcOffsetSeconds: number;
}

/** Reasons counted in raw.import_stats, with the place of the first and last case. */
export interface ImportIssues {
  count(reason: string, line: number, byteCount: number, sample: string | null): void;
}

/** The record that the module has finished; its texts are read when they are asked for, and only until the next one. */
export const finishedRecord = {
  get line(): number {
    return wasm.recordLine();
  },
  get lineCount(): number {
    return wasm.recordLineCount();
  },
  /** -1 when the record tells none. */
  get attempt(): number {
    return wasm.recordAttempt();
  },
  /** Seconds since 1970 in UTC, nanoseconds within the second, and the stamp's resolution; null without a usable stamp. */
  get instant(): { seconds: number; nanos: number; resolutionNs: number } | null {
    const resolutionNs = wasm.recordResolutionNs();
    return resolutionNs === 0 ? null : { seconds: wasm.recordSeconds(), nanos: wasm.recordNanos(), resolutionNs };
  },
  /** What stands in a column of text that the record itself fills; null when the record has no such text. */
  text(column: (typeof LOG_COLUMNS)[number]): string | null {
    const text = wasm.recordText(LOG_COLUMNS.indexOf(column));
    return text === NONE ? null : bytesAt(text).toString();
  },
};

export type FinishedRecord = typeof finishedRecord;
