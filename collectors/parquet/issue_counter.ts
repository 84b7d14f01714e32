import type { ImportIssues } from "../logs/log_record.ts";

/** One reason counted in one file: a row of raw.import_stats without its run and file. */
export interface IssueCount {
  readonly reason: string;
  count: number;
  firstLine: number | null;
  lastLine: number | null;
  byteCount: number | null;
  sample: string | null;
}

const SAMPLE_LENGTH = 200;

/** Counts reasons of one file; a line of 0 or less stands for "not tied to a line". */
export class IssueCounter implements ImportIssues {
  private readonly counts = new Map<string, IssueCount>();

  count(reason: string, line: number, byteCount: number, sample: string | null): void {
    const at = line > 0 ? line : null;
    const seen = this.counts.get(reason);
    if (seen === undefined) {
      const text = sample === null ? null : sample.slice(0, SAMPLE_LENGTH);
      this.counts.set(reason, { reason, count: 1, firstLine: at, lastLine: at, byteCount, sample: text });
      return;
    }
    seen.count++;
    seen.lastLine = at ?? seen.lastLine;
    seen.firstLine ??= at;
    seen.byteCount = (seen.byteCount ?? 0) + byteCount;
  }

  /** Adds counts of a later part of the same file. */
  merge(later: readonly IssueCount[]): void {
    for (const issue of later) {
      const seen = this.counts.get(issue.reason);
      if (seen === undefined) {
        this.counts.set(issue.reason, { ...issue });
        continue;
      }
      seen.count += issue.count;
      seen.firstLine ??= issue.firstLine;
      seen.lastLine = issue.lastLine ?? seen.lastLine;
      seen.byteCount =
        seen.byteCount === null && issue.byteCount === null ? null : (seen.byteCount ?? 0) + (issue.byteCount ?? 0);
      seen.sample ??= issue.sample;
    }
  }

  /** The counts, ordered by reason. */
  list(): IssueCount[] {
    return [...this.counts.values()].sort((a, b) => (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0));
  }
}
