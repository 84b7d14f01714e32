import { cite, known, type Cited } from "./figures/cited.ts";
import { asCount, asInterval, asSeconds } from "./figures/figure.ts";
import type { RunData, RunRow } from "./report_data.ts";
import { message, orElse, type Text } from "./text.ts";

/** Fewest samples from which a 99th percentile is told. */
export const P99_SAMPLES = 100;

/** Time until the last pod was Ready (or gone) with its uncertainty; not reached or unknown in words. */
export function timeToAll({ row }: RunData): Text {
  return orElse(cite(row, "time_to_all_s"), (time) => withInterval(row, time), missing(row));
}

/** A run's time to all with its interval. */
export function withInterval(row: RunRow, time: Cited<number>): Text {
  return asInterval(time, cite(row, "time_to_all_earliest_s"), cite(row, "time_to_all_latest_s"));
}

/** How far a run came that did not get all pods there: `failure: 67 of 1000 Ready, last progress at 553.2 s`. */
export function failure({ row }: RunData): Text {
  const [column, kind] =
    row.phase === "delete" ? (["deleted_count", "deleted"] as const) : (["ready_count", "ready"] as const);
  const params = { done: asCount(cite(row, column)), pods: asCount(cite(row, "pod_count")) };
  if (row.last_progress_s === null || row[column] === 0) return message(`result.failure.${kind}.none`, params);
  return message(`result.failure.${kind}`, { ...params, at: asSeconds(known(cite(row, "last_progress_s"))) });
}

/** A duration in seconds that may be missing because too few pods came that far, or because it is not known. */
export function reachedSeconds(seconds: Cited<number | null>, row: RunRow): Text {
  return orElse(seconds, asSeconds, missing(row));
}

function missing(row: RunRow): Text {
  return message(isUnfinished(row) ? "word.not_reached" : "word.unknown");
}

/** A 99th percentile, or why there is none. */
export function percentile99(seconds: Cited<number | null>, sampleCount: number, row: RunRow): Text {
  return sampleCount < P99_SAMPLES ? message("word.too_few") : reachedSeconds(seconds, row);
}

/** Whether some pods of the run never got there. */
export function isUnfinished(row: RunRow): boolean {
  return row.outcome === "incomplete" || row.outcome === "not_deleted";
}

/** Whether all pods of the run got there and the time is known. */
export function isFinished(row: RunRow): boolean {
  return (row.outcome === "complete" || row.outcome === "deleted") && row.time_to_all_s !== null;
}
