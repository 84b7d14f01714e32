import { BARE, context, JOURNAL_SHORT } from "../formats/context";
import { CALICO, KLOG, record, UNPARSED } from "../formats/record";

const ONE_BILLION: i64 = 1_000_000_000;
/** Seconds that a 64-bit number of nanoseconds holds, in either direction. */
const MOST_SECONDS: i64 = 9_223_372_036;

/** What the records of one range of a log have come to. */
@unmanaged
class LogStats {
  recordCount: i32 = 0;
  parsedLineCount: i64 = 0;
  unparsedLineCount: i64 = 0;
  /** Records were stamped without a year, or without a zone. */
  isYearless: bool = false;
  isZoneless: bool = false;
  /** Nanoseconds since 1970; the first is after the last when no record has an instant. */
  first: i64 = i64.MAX_VALUE;
  last: i64 = i64.MIN_VALUE;

  clear(): void {
    this.recordCount = 0;
    this.parsedLineCount = 0;
    this.unparsedLineCount = 0;
    this.isYearless = context.envelope == JOURNAL_SHORT;
    this.isZoneless = this.isYearless;
    this.first = i64.MAX_VALUE;
    this.last = i64.MIN_VALUE;
  }

  /** Adds the finished record. */
  add(): void {
    this.recordCount++;
    if (record.format == UNPARSED) this.unparsedLineCount += record.lineCount;
    else this.parsedLineCount += record.lineCount;
    const isDated = context.envelope != BARE && context.envelope != JOURNAL_SHORT;
    if (!isDated && (record.format == KLOG || record.format == CALICO)) {
      this.isZoneless = true;
      if (record.format == KLOG) this.isYearless = true;
    }
    if (!hasNanoseconds()) return;
    const ts = nanoseconds();
    if (ts < this.first) this.first = ts;
    if (ts > this.last) this.last = ts;
  }
}

export const stats = new LogStats();

/** Whether the record has an instant that 64 bits hold. */
export function hasNanoseconds(): bool {
  return record.hasInstant && record.seconds < MOST_SECONDS && record.seconds > -MOST_SECONDS;
}

/** The record's instant in nanoseconds since 1970. */
export function nanoseconds(): i64 {
  return record.seconds * ONE_BILLION + record.nanos;
}
