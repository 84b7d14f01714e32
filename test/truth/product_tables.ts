import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import type { CaptureTruth } from "./capture_truth.ts";

/** Rows of the product under test, for one run; instants are ns since the manifest's `startedAt`. */
export interface ProductTables {
  readonly run: RunRow | null;
  readonly pods: readonly PodRow[];
  readonly milestones: readonly MilestoneRow[];
  readonly attempts: readonly AttemptRow[];
  readonly phases: readonly PhaseRow[];
}

export interface RunRow {
  readonly pod_count: number;
  readonly ready_count: number;
  readonly never_ready_count: number;
  readonly deleted_count: number;
  readonly outcome: string;
  readonly started_at: number | null;
  readonly time_to_all_s: number | null;
  readonly time_to_all_earliest_s: number | null;
  readonly time_to_all_latest_s: number | null;
  readonly last_progress_s: number | null;
  readonly time_to_50_percent_s: number | null;
  readonly time_to_90_percent_s: number | null;
  readonly time_to_99_percent_s: number | null;
  readonly failed_attempt_count: number | null;
}

export interface PodRow {
  readonly pod_uid: string;
  readonly pod_name: string;
  readonly namespace: string;
  readonly in_scope: boolean;
  readonly outcome: string;
  readonly created_at: number | null;
  readonly ready_at: number | null;
  readonly deleted_at: number | null;
}

export interface MilestoneRow {
  readonly pod_uid: string;
  readonly milestone: string;
  readonly ts: number;
  readonly earliest: number;
  readonly latest: number;
  readonly source: string;
  readonly file_id: number | null;
  readonly line: number | null;
}

export interface AttemptRow {
  readonly pod_uid: string;
  readonly try: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly outcome: string;
}

export interface PhaseRow {
  readonly pod_uid: string;
  readonly phase: string;
  readonly started_at: number;
  readonly ended_at: number | null;
}

/** SQL literal of a string. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Opens an in-memory DuckDB for the time of `use`. */
export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Rows of a query as plain objects; the caller's row type must match the columns it selects. */
export async function rowsOf<T>(connection: DuckDBConnection, sql: string): Promise<T[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJS() as T[];
}

/**
 * Reads what `analyze` wrote for one run.
 *
 * @throws Error when a contract table or column is missing
 */
export async function readProduct(out: string, truth: CaptureTruth): Promise<ProductTables> {
  const start = truth.startedAt.toString();
  const since = (column: string): string => `(epoch_ns(${column}) - ${start})::double`;
  const from = (table: string): string =>
    `from read_parquet(${quote(join(out, `${table}.parquet`))}) where run_id = ${quote(truth.runId)}`;
  return withDuckDb(async (connection) => ({
    run: (await rowsOf<RunRow>(connection, runSql(from, start)))[0] ?? null,
    pods: await rowsOf<PodRow>(
      connection,
      `select pod_uid, pod_name, namespace, in_scope, outcome, ${since("created_at")} as created_at,
        ${since("ready_at")} as ready_at, ${since("deleted_at")} as deleted_at ${from("timeline/pods")}`,
    ),
    milestones: await rowsOf<MilestoneRow>(
      connection,
      `select pod_uid, milestone, ${since("ts")} as ts, ${since("earliest_ts")} as earliest,
        ${since("latest_ts")} as latest, source, file_id::double as file_id, line::double as line
        ${from("timeline/milestones")}`,
    ),
    attempts: await rowsOf<AttemptRow>(
      connection,
      `select pod_uid, try::double as try, ${since("started_at")} as started_at, ${since("ended_at")} as ended_at,
        outcome ${from("timeline/sandbox_attempts")}`,
    ),
    phases: await rowsOf<PhaseRow>(
      connection,
      `select pod_uid, phase, ${since("started_at")} as started_at, ${since("ended_at")} as ended_at
        ${from("timeline/phases")} order by pod_uid, 3, 4`,
    ),
  }));
}

function runSql(from: (table: string) => string, start: string): string {
  const numbers = [
    ...["pod_count", "ready_count", "never_ready_count", "deleted_count", "failed_attempt_count"],
    ...["time_to_all_s", "time_to_all_earliest_s", "time_to_all_latest_s", "last_progress_s"],
    ...["time_to_50_percent_s", "time_to_90_percent_s", "time_to_99_percent_s"],
  ].map((column) => `${column}::double as ${column}`);
  const startedAt = `(epoch_ns(started_at::timestamp_ns) - ${start})::double as started_at`;
  return `select outcome, ${startedAt}, ${numbers.join(", ")} ${from("report/runs")}`;
}
