import type { ResultRow } from "../../analysis/result.ts";

type SegmentRow = ResultRow<"progress_segments">;

/** Consecutive stretches of a run that are told as one. */
interface Stretch {
  readonly rows: readonly SegmentRow[];
  readonly count: number;
  readonly seconds: number;
}

/**
 * The ends of at most `limit` stretches that tell a run's progress best: neighbours whose paces differ least, by the
 * likelihood of one pace for both, are told as one.
 *
 * @param rows stretches of one pace of one run and measure, in order
 * @returns the last row of each, in order
 */
export function tellingEnds(rows: readonly SegmentRow[], limit: number): SegmentRow[] {
  let stretches = rows.map((row): Stretch => ({
    rows: [row],
    count: row.done_count_end - row.done_count_start,
    seconds: row.ended_s - row.started_s,
  }));
  while (stretches.length > limit) {
    const losses = stretches.slice(1).map((right, index) => loss(stretches[index] ?? right, right));
    const at = losses.indexOf(Math.min(...losses));
    const pair = stretches.slice(at, at + 2);
    stretches = [...stretches.slice(0, at), pair.reduce(together), ...stretches.slice(at + 2)];
  }
  return stretches.flatMap((stretch) => stretch.rows.at(-1) ?? []);
}

function together(left: Stretch, right: Stretch): Stretch {
  return {
    rows: [...left.rows, ...right.rows],
    count: left.count + right.count,
    seconds: left.seconds + right.seconds,
  };
}

function loss(left: Stretch, right: Stretch): number {
  return cost(together(left, right)) - cost(left) - cost(right);
}

/** Negative log-likelihood of a constant rate, as the model of the stretches has it. */
function cost({ count, seconds }: Stretch): number {
  return count === 0 ? 0 : count - count * Math.log(count / seconds);
}
