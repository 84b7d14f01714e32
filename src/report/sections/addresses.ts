import type { ResultRow } from "../../analysis/result.ts";
import { groupRows } from "../group_rows.ts";
import { inlineCode, plainText, shorten } from "../markdown_text.ts";
import { formatCount, formatRate, formatSeconds } from "../number_format.ts";
import { runName, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { exhaustionKey, leakCauseName, leakCertaintyName, lockScopeName } from "../vocabulary.ts";

type AuditRow = ResultRow<"ip_audit">;

/** Up to this many pools of one family have a row each; blocks and ranges of many nodes are added up. */
const DETAILED_POOLS = 3;
const MESSAGE_LIMIT = 160;
/** Pods without an address that are named per run. */
const NAMED_PODS = 5;

/** Who held which address at the end, what leaked and why, and how long the IPAM's serial resource was waited for. */
export interface AddressesView {
  readonly sentences: readonly Text[];
  readonly auditTables: readonly TableView[];
  readonly leaks: readonly Text[];
  readonly blocked: readonly Text[];
  readonly waitTables: readonly TableView[];
}

/** Addresses of all runs whose IPAM left records or logs, the runs in the order of the page. */
export function addressesView(data: ReportData): AddressesView {
  const audited = data.runs.filter((run) => run.audit.length > 0);
  const waiting = data.runs.filter((run) => run.waits.length > 0);
  return {
    sentences: sentences(audited),
    auditTables: audited.length === 0 ? [] : [auditTable(audited)],
    leaks: audited.flatMap(leakSentences),
    blocked: audited.flatMap(blockedSentences),
    waitTables: waiting.length === 0 ? [] : [waitTable(waiting)],
  };
}

const total = (rows: readonly AuditRow[], name: "leaked_count" | "possible_leak_count" | "duplicate_count"): number =>
  rows.reduce((sum, row) => sum + row[name], 0);

function sentences(runs: readonly RunData[]): Text[] {
  if (runs.length === 0) return [message("addresses.none")];
  const rows = runs.flatMap((run) => run.audit);
  const leaking = runs.filter((run) => total(run.audit, "leaked_count") > 0);
  const [leaked, possible, duplicates] = [
    total(rows, "leaked_count"),
    total(rows, "possible_leak_count"),
    total(rows, "duplicate_count"),
  ];
  return [
    leaked === 0
      ? message("addresses.no_leak", { runs: runs.length })
      : message("addresses.leaked", { count: leaked, runs: leaking.length, total: formatCount(runs.length) }),
    ...(possible === 0 ? [] : [message("addresses.possible", { count: possible })]),
    duplicates === 0 ? message("addresses.no_duplicate") : message("addresses.duplicates", { count: duplicates }),
    ...runs.flatMap((run) => run.audit.flatMap((row) => exhaustionSentence(run, row))),
  ];
}

function exhaustionSentence(run: RunData, row: AuditRow): Text[] {
  const key = exhaustionKey(row.exhaustion);
  if (key === null || row.blocked_pod_count === 0) return [];
  return [
    message(key, {
      run: runName(run),
      pool: inlineCode(row.pool),
      capacity: orUnknown(row.capacity, formatCount),
      count: row.blocked_pod_count,
    }),
  ];
}

interface PoolGroup {
  readonly name: Text;
  readonly rows: readonly AuditRow[];
}

/** A run's pools, those of many nodes added up to one row per family. */
function poolGroups(run: RunData): readonly PoolGroup[] {
  const families = [...groupRows(run.audit, (row) => `${row.system} ${row.ip_family}`).values()];
  return families.flatMap((rows): PoolGroup[] =>
    rows.length <= DETAILED_POOLS
      ? rows.map((row) => ({ name: inlineCode(row.pool), rows: [row] }))
      : [{ name: message("addresses.pools", { count: rows.length }), rows }],
  );
}

function auditTable(runs: readonly RunData[]): TableView {
  const sum = (rows: readonly AuditRow[], value: (row: AuditRow) => number): string =>
    formatCount(rows.reduce((so, row) => so + value(row), 0));
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.pool"),
      numberColumn("column.capacity"),
      numberColumn("column.allocated"),
      numberColumn("column.used_by_ready"),
      numberColumn("column.leaked"),
      numberColumn("column.possible_leaks"),
      numberColumn("column.double_holds"),
      numberColumn("column.duplicates"),
      numberColumn("column.half_states"),
      numberColumn("column.missing"),
    ],
    rows: runs.flatMap((run) =>
      poolGroups(run).map(({ name, rows }): Text[] => [
        runName(run),
        name,
        rows.some((row) => row.capacity === null) ? message("word.unknown") : sum(rows, (row) => row.capacity ?? 0),
        sum(rows, (row) => row.allocated_count),
        sum(rows, (row) => row.used_count),
        sum(rows, (row) => row.leaked_count),
        sum(rows, (row) => row.possible_leak_count),
        sum(rows, (row) => row.double_hold_count),
        sum(rows, (row) => row.duplicate_count),
        sum(rows, (row) => row.half_state_count),
        sum(rows, (row) => row.missing_count),
      ]),
    ),
  };
}

function leakSentences(run: RunData): Text[] {
  return run.leakCauses.map((row) => {
    const params = {
      run: runName(run),
      count: row.leak_count,
      cause: leakCauseName(row.cause),
      certainty: leakCertaintyName(row.certainty),
      ip: inlineCode(row.sample_ip),
      pod: orUnknown(row.sample_pod, inlineCode),
    };
    const begin =
      row.first_leak_s === null
        ? message("addresses.leak_undated", params)
        : message("addresses.leak", { ...params, first: formatSeconds(row.first_leak_s) });
    if (row.sample_message === null || row.sample_path === null || row.sample_line === null) return begin;
    const place = inlineCode(`${row.sample_path}:${row.sample_line}`);
    const said = inlineCode(shorten(row.sample_message, MESSAGE_LIMIT));
    return joined([begin, message("addresses.leak_log", { message: said, place })], "space");
  });
}

function blockedSentences(run: RunData): Text[] {
  const named = run.blockedPods.slice(0, NAMED_PODS);
  if (named.length === 0) return [];
  const pairs = named.map((row) =>
    message("addresses.blocked_pair", { pod: inlineCode(row.pod), ip: inlineCode(row.leaked_ip) }),
  );
  return [
    message("addresses.blocked", {
      run: runName(run),
      count: run.blockedPods.length,
      list: joined(pairs, "semicolon"),
    }),
  ];
}

function waitTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.component"),
      textColumn("column.shared_by"),
      numberColumn("column.lock_requests"),
      numberColumn("column.lock_acquisitions"),
      numberColumn("column.wait_total"),
      numberColumn("column.wait_p50"),
      numberColumn("column.wait_max"),
      numberColumn("column.service_mean"),
      numberColumn("column.lock_bound"),
      numberColumn("column.lock_observed"),
    ],
    rows: runs.flatMap((run) =>
      run.waits.map((row): Text[] => [
        runName(run),
        plainText(row.component),
        lockScopeName(row.scope),
        formatCount(row.request_count),
        formatCount(row.acquisition_count),
        orUnknown(row.wait_total_s, formatSeconds),
        orUnknown(row.wait_p50_s, formatSeconds),
        orUnknown(row.wait_max_s, formatSeconds),
        orUnknown(row.service_mean_s, formatSeconds),
        orUnknown(row.lock_bound_per_s, formatRate),
        orUnknown(row.acquisitions_per_s, formatRate),
      ]),
    ),
  };
}
