import { formatCount, formatInterval, formatSeconds } from "./number_format.ts";
import type { RunData, RunRow } from "./report_data.ts";
import { message, type Text } from "./text.ts";

/** Fewest samples from which a 99th percentile is told. */
export const P99_SAMPLES = 100;

/** Time until the last pod was Ready (or gone) with its uncertainty; not reached or unknown in words. */
export function timeToAll({ row }: RunData): Text {
  if (row.time_to_all_s !== null) {
    return formatInterval(row.time_to_all_s, row.time_to_all_earliest_s, row.time_to_all_latest_s);
  }
  return isUnfinished(row) ? message("word.not_reached") : message("word.unknown");
}

/** How far a run came that did not get all pods there: `failure: 67 of 1000 Ready, last progress at 553.2 s`. */
export function failure({ row }: RunData): Text {
  const [done, kind] = row.phase === "delete" ? [row.deleted_count, "deleted"] : [row.ready_count, "ready"];
  if (row.last_progress_s === null || done === 0) {
    return message(`result.failure.${kind}.none`, { done: formatCount(done), pods: formatCount(row.pod_count) });
  }
  const at = formatSeconds(row.last_progress_s);
  return message(`result.failure.${kind}`, { done: formatCount(done), pods: formatCount(row.pod_count), at });
}

/** A duration that is missing because too few pods came that far, or because it is not known. */
export function reachedSeconds(seconds: number | null, row: RunRow): Text {
  if (seconds !== null) return formatSeconds(seconds);
  return isUnfinished(row) ? message("word.not_reached") : message("word.unknown");
}

/** A 99th percentile, or why there is none. */
export function percentile99(seconds: number | null, sampleCount: number, row: RunRow): Text {
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
