import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { type AddressTruth, readAddressTruth } from "./address_truth.ts";
import type { CaptureTruth } from "./capture_truth.ts";
import { type CheckResult, result } from "./checks.ts";

interface LeaseRow {
  readonly key: string;
  readonly allocated: number | null;
  readonly released: number | null;
  readonly certainty: string;
}

interface LeakRow {
  readonly key: string;
  readonly certainty: string;
  readonly sandboxId: string | null;
  readonly cause: string;
}

interface AddressTables {
  readonly leases: readonly LeaseRow[];
  readonly leaks: readonly LeakRow[];
}

/** Stamps of 1 s may stand up to this long before or after what they tell of, ns. */
const SECOND = 1e9;

async function readTables(out: string, truth: CaptureTruth): Promise<AddressTables> {
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const since = (column: string): string => `(epoch_ns(${column}) - ${truth.startedAt})::double as ${column}`;
  const key = "ip || ' ' || coalesce(namespace, '') || '/' || coalesce(pod_name, '') as key";
  const from = (layer: string, table: string): string =>
    `from read_parquet('${join(out, layer, `${table}.parquet`).replaceAll("'", "''")}') where run_id = '${truth.runId}'`;
  const number = (value: unknown): number | null => (value === null ? null : Number(value));
  const leases = await rows(
    `select ${key}, ${since("allocated_at")}, ${since("released_at")}, certainty ${from("timeline", "ip_leases")} and holder_kind = 'pod'`,
  );
  const leaks = await rows(`select ${key}, certainty, cause, sandbox_id ${from("finding", "ip_leaks")}`);
  connection.closeSync();
  return {
    leases: leases.map((row) => ({
      key: String(row["key"]),
      allocated: number(row["allocated_at"]),
      released: number(row["released_at"]),
      certainty: String(row["certainty"]),
    })),
    leaks: leaks.map((row) => ({
      key: String(row["key"]),
      certainty: String(row["certainty"]),
      cause: String(row["cause"]),
      sandboxId: row["sandbox_id"] === null ? null : String(row["sandbox_id"]),
    })),
  };
}

/** The leases open while a snapshot was read are exactly its records. */
function checkLedger(addresses: AddressTruth, { leases }: AddressTables): CheckResult {
  const cases: string[] = [];
  const figures: string[] = [];
  for (const { name, earliest, latest, records } of addresses.snapshots) {
    const recorded = new Set(records.map(({ ip, namespace, podName }) => `${ip} ${namespace}/${podName}`));
    const proved = leases.filter(({ certainty }) => certainty === "proved");
    const mayBeOpen = new Set(
      proved
        .filter((each) => (each.allocated ?? -Infinity) <= latest && (each.released ?? Infinity) + SECOND >= earliest)
        .map((each) => each.key),
    );
    const mustBeOpen = proved.filter(
      (each) =>
        each.allocated !== null && each.allocated + SECOND < earliest && (each.released ?? Infinity) > latest + SECOND,
    );
    figures.push(`${name} ${recorded.size}`);
    for (const key of recorded)
      if (!mayBeOpen.has(key)) cases.push(`${name}: ${key} is recorded, the ledger has it closed`);
    for (const { key } of mustBeOpen) if (!recorded.has(key)) cases.push(`${name}: ${key} is open in the ledger only`);
  }
  return result("address ledger", figures.join(", "), cases);
}

/** The proved leaks are those that snapshots, pod watch and runtime logs give by rules of their own. */
function checkLeaks(addresses: AddressTruth, { leaks }: AddressTables): CheckResult {
  const proved = new Set(leaks.filter(({ certainty }) => certainty === "leak").map(({ key }) => key));
  const claimed = new Set(leaks.map(({ key }) => key));
  const cases = [
    ...[...proved].filter((key) => !addresses.leaks.has(key)).map((key) => `no leak: ${key}`),
    ...[...addresses.leaks].filter(([key]) => !claimed.has(key)).map(([key, why]) => `not found: ${key} (${why})`),
    // an attempt that the logs hold must be named; one from before them can only be named by the record, and of a pod that
    // is only known to be missing from a list it is open whether it was before them
    ...leaks
      .filter(({ sandboxId, cause }) => sandboxId === null && cause !== "before_capture")
      .filter(({ certainty, cause }) => certainty === "leak" || cause !== "pod_gone")
      .map(({ key }) => `names no attempt: ${key}`),
  ];
  return result(
    "leaked addresses",
    `${proved.size} proved, ${claimed.size - proved.size} possible, ${addresses.leaks.size} by the script`,
    cases,
  );
}

/** Checks the address ledger of `out` against the capture's snapshots; nothing where the capture has none. */
export async function checkAddresses(out: string, truth: CaptureTruth): Promise<CheckResult[]> {
  const addresses = await readAddressTruth(truth);
  if (addresses === null || !existsSync(join(out, "timeline", "ip_leases.parquet"))) return [];
  const tables = await readTables(out, truth);
  return [checkLedger(addresses, tables), checkLeaks(addresses, tables)];
}
