import type { ResultRow } from "../../analysis/result.ts";
import { cite, countOf, known, total } from "../figures/cited.ts";
import { asCode, asCount, asMessage, asPlace, asPlain, asRate, asSeconds } from "../figures/figure.ts";
import { groupRows } from "../group_rows.ts";
import { runCount, runName, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { exhaustionKey, leakCauseName, leakCertaintyName, lockScopeName } from "../vocabulary.ts";

type AuditRow = ResultRow<"ip_audit">;

/** Up to this many pools of one family have a row each; blocks and ranges of many nodes are added up. */
const DETAILED_POOLS = 3;
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

function sentences(runs: readonly RunData[]): Text[] {
  if (runs.length === 0) return [message("addresses.none")];
  const rows = runs.flatMap((run) => run.audit);
  const leaking = runs.filter((run) => run.audit.some((row) => row.leaked_count > 0));
  const [leaked, possible, duplicates] = [
    total(rows, "leaked_count"),
    total(rows, "possible_leak_count"),
    total(rows, "duplicate_count"),
  ];
  return [
    leaked.value === 0
      ? message("addresses.no_leak", { runs: runCount(runs) })
      : message("addresses.leaked", { count: asCount(leaked), runs: runCount(leaking), total: runCount(runs) }),
    ...(possible.value === 0 ? [] : [message("addresses.possible", { count: asCount(possible) })]),
    duplicates.value === 0
      ? message("addresses.no_duplicate")
      : message("addresses.duplicates", { count: asCount(duplicates) }),
    ...runs.flatMap((run) => run.audit.flatMap((row) => exhaustionSentence(run, row))),
  ];
}

function exhaustionSentence(run: RunData, row: AuditRow): Text[] {
  const key = exhaustionKey(row.exhaustion);
  if (key === null || row.blocked_pod_count === 0) return [];
  return [
    message(key, {
      run: runName(run),
      pool: asCode(cite(row, "pool")),
      capacity: orUnknown(cite(row, "capacity"), asCount),
      count: asCount(cite(row, "blocked_pod_count")),
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
      ? rows.map((row) => ({ name: asCode(cite(row, "pool")), rows: [row] }))
      : [{ name: message("addresses.pools", { count: asCount(countOf(rows)) }), rows }],
  );
}

function auditTable(runs: readonly RunData[]): TableView {
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
        rows.some((row) => row.capacity === null) ? message("word.unknown") : asCount(total(rows, "capacity")),
        asCount(total(rows, "allocated_count")),
        asCount(total(rows, "used_count")),
        asCount(total(rows, "leaked_count")),
        asCount(total(rows, "possible_leak_count")),
        asCount(total(rows, "double_hold_count")),
        asCount(total(rows, "duplicate_count")),
        asCount(total(rows, "half_state_count")),
        asCount(total(rows, "missing_count")),
      ]),
    ),
  };
}

function leakSentences(run: RunData): Text[] {
  return run.leakCauses.map((row) => {
    const params = {
      run: runName(run),
      count: asCount(cite(row, "leak_count")),
      cause: leakCauseName(cite(row, "cause")),
      certainty: leakCertaintyName(cite(row, "certainty")),
      ip: asCode(cite(row, "sample_ip")),
      pod: orUnknown(cite(row, "sample_pod"), asCode),
    };
    const begin =
      row.first_leak_s === null
        ? message("addresses.leak_undated", params)
        : message("addresses.leak", { ...params, first: asSeconds(known(cite(row, "first_leak_s"))) });
    if (row.sample_message === null || row.sample_path === null || row.sample_line === null) return begin;
    const place = asPlace(known(cite(row, "sample_path")), cite(row, "sample_line"));
    const said = asMessage(known(cite(row, "sample_message")));
    return joined([begin, message("addresses.leak_log", { message: said, place })], "space");
  });
}

function blockedSentences(run: RunData): Text[] {
  const named = run.blockedPods.slice(0, NAMED_PODS);
  if (named.length === 0) return [];
  const pairs = named.map((row) =>
    message("addresses.blocked_pair", { pod: asCode(cite(row, "pod")), ip: asCode(cite(row, "leaked_ip")) }),
  );
  return [
    message("addresses.blocked", {
      run: runName(run),
      count: asCount(countOf(run.blockedPods)),
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
        asPlain(cite(row, "component")),
        lockScopeName(cite(row, "scope")),
        asCount(cite(row, "request_count")),
        asCount(cite(row, "acquisition_count")),
        orUnknown(cite(row, "wait_total_s"), asSeconds),
        orUnknown(cite(row, "wait_p50_s"), asSeconds),
        orUnknown(cite(row, "wait_max_s"), asSeconds),
        orUnknown(cite(row, "service_mean_s"), asSeconds),
        orUnknown(cite(row, "lock_bound_per_s"), asRate),
        orUnknown(cite(row, "acquisitions_per_s"), asRate),
      ]),
    ),
  };
}
