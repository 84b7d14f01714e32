import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Facts } from "../../fixtures/simulator/facts.ts";
import { instantNs } from "../truth/capture_truth.ts";
import { quote, rowsOf, withDuckDb } from "../truth/product_tables.ts";

export interface Interval {
  readonly pod_uid: string;
  readonly milestone: string;
  readonly earliest: number;
  readonly latest: number;
  /** It was read from a record that the node made, on the node's clock. */
  readonly is_by_node: boolean;
}

export interface Attempt {
  readonly pod_uid: string;
  readonly try: number;
  readonly started_at: number | null;
  readonly outcome: string;
  readonly sandbox_id: string | null;
}

export interface Failure {
  readonly pod_uid: string;
  readonly try: number;
  readonly class: string;
  readonly root_class: string;
}

/** How far a node's clock is ahead, ns; null for a side without evidence. */
export interface Offset {
  readonly node_name: string;
  readonly earliest: number | null;
  readonly latest: number | null;
}

export interface Run {
  readonly pod_count: number;
  readonly ready_count: number;
  readonly deleted_count: number;
  readonly time_to_all_earliest_s: number | null;
  readonly time_to_all_latest_s: number | null;
  readonly attempt_count: number | null;
  readonly failed_attempt_count: number | null;
}

export interface Leak {
  readonly ip: string;
  readonly certainty: string;
}

export interface Conflict {
  readonly kind: string;
  readonly subject: string;
  readonly ip: string | null;
  readonly pod_uid: string | null;
}

/** An address that a pod has or had, by the ledger. */
export interface Lease {
  readonly ip: string;
  readonly pod_uid: string | null;
  readonly sandbox_id: string | null;
  readonly is_open: boolean;
  readonly certainty: string;
}

/** A stretch without progress of the pods, s since the run's start. */
export interface Stall {
  readonly started_s: number;
  /** Null: it lasted to the end of observation. */
  readonly ended_s: number | null;
  /** Pods that got there in it all the same. */
  readonly done: number;
}

/** What the product says of one run; instants are ns since the run's start. */
export interface Found {
  readonly run: Run | null;
  readonly intervals: readonly Interval[];
  readonly attempts: readonly Attempt[];
  readonly failures: readonly Failure[];
  readonly leaks: readonly Leak[];
  readonly conflicts: readonly Conflict[];
  readonly leases: readonly Lease[];
  readonly offsets: readonly Offset[];
  readonly stalls: readonly Stall[];
  /** How finely the product places a change of pace, s; null for a run without progress. */
  readonly window_s: number | null;
  /** Pods of which it says that it may not know whether they were Ready. */
  readonly podsWithoutObject: number;
  readonly addresses: readonly { readonly pod_uid: string; readonly ips: string | null }[];
}

/** Reads truth/facts.json of a simulated capture. */
export async function readFacts(capture: string): Promise<Facts> {
  return JSON.parse(await readFile(join(capture, "truth", "facts.json"), "utf8")) as Facts;
}

/** Reads the product's Parquet of one run. */
export async function readFound(out: string, facts: Facts): Promise<Found> {
  const start = instantNs(facts.run.startedAt).toString();
  const since = (column: string) => `(epoch_ns(${column}) - ${start})::double`;
  const from = (table: string) =>
    `from read_parquet(${quote(join(out, `${table}.parquet`))}) where run_id = ${quote(facts.run.runId)}`;
  return withDuckDb(async (connection) => {
    const read = <T>(sql: string) => rowsOf<T>(connection, sql);
    const [run] = await read<Run>(
      `select pod_count::double as pod_count, ready_count::double as ready_count,
        deleted_count::double as deleted_count, time_to_all_earliest_s,
        time_to_all_latest_s, attempt_count::double as attempt_count, failed_attempt_count::double as failed_attempt_count
        ${from("report/runs")}`,
    );
    const [without] = await read<{ count: number }>(
      `select count::double as count ${from("finding/data_losses")} and check_id = 'pods_without_object'`,
    );
    const [segments] = await read<{ window_s: number | null }>(
      `select min(window_s)::double as window_s ${from("report/progress_segments")} and measure = 'pods'`,
    );
    return {
      stalls: await read<Stall>(
        `select started_s::double as started_s, ended_s::double as ended_s,
          (done_count_end - done_count_start)::double as done ${from("report/stalls")} and measure = 'pods'`,
      ),
      window_s: segments?.window_s ?? null,
      podsWithoutObject: without?.count ?? 0,
      run: run ?? null,
      intervals: await read<Interval>(
        `select pod_uid, milestone, source not in ('audit', 'object', 'event') as is_by_node, ${since("earliest_ts")} as earliest, ${since("latest_ts")} as latest
          ${from("timeline/milestones")}`,
      ),
      attempts: await read<Attempt>(
        `select pod_uid, try::double as try, ${since("started_at")} as started_at, outcome, sandbox_id
          ${from("timeline/sandbox_attempts")} order by try`,
      ),
      failures: await read<Failure>(
        `select pod_uid, try::double as try, class, root_class ${from("finding/failures")} and kind = 'attempt'`,
      ),
      leaks: await read<Leak>(`select ip, certainty ${from("finding/ip_leaks")}`),
      conflicts: await read<Conflict>(
        `select kind, subject, ip, pod_uid ${from("finding/ip_conflicts")} and certainty = 'proved'`,
      ),
      leases: await read<Lease>(
        `select ip, pod_uid, sandbox_id, released_at is null as is_open, certainty ${from("timeline/ip_leases")}
          and holder_kind = 'pod'`,
      ),
      offsets: await read<Offset>(
        `select node_name, earliest_ns::double as earliest, latest_ns::double as latest
          ${from("finding/clock_offsets")}`,
      ),
      addresses: await read<{ pod_uid: string; ips: string | null }>(
        `select pod_uid, ip_addresses as ips ${from("timeline/pods")}`,
      ),
    };
  });
}
