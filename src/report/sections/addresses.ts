import type { ResultRow } from "../../analysis/result.ts";
import { cite, countOf, difference, highest, known, total } from "../figures/cited.ts";
import { asCode, asCount, asMessage, asPlace, asPlain, asRate, asSeconds } from "../figures/figure.ts";
import { groupRows } from "../group_rows.ts";
import { runCount, runName, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orElse, orUnknown, textColumn, type TableView, type Text } from "../text.ts";
import { exhaustionKey, leakCauseName, leakCertaintyName, lockScopeName } from "../vocabulary.ts";

type AuditRow = ResultRow<"ip_audit">;

/** Up to this many pools of one family have a row each; blocks and ranges of many nodes are added up. */
const DETAILED_POOLS = 3;
/** Leaked addresses that are named per run; `report.leaked_addresses` has more. */
const NAMED_LEAKS = 10;
/** Pods without an address that are named per run. */
const NAMED_PODS = 5;

/** Who held which address at the end, what leaked and why, and how long the IPAM's serial resource was waited for. */
export interface AddressesView {
  readonly sentences: readonly Text[];
  readonly auditTables: readonly TableView[];
  readonly pools: readonly Text[];
  readonly leaks: readonly Text[];
  readonly leakTables: readonly TableView[];
  readonly ledger: readonly Text[];
  readonly ledgerTables: readonly TableView[];
  readonly blocked: readonly Text[];
  readonly waitTables: readonly TableView[];
}

/** Addresses of all runs whose IPAM left records or logs, the runs in the order of the page. */
export function addressesView(data: ReportData): AddressesView {
  const audited = data.runs.filter((run) => run.audit.length > 0);
  const leaking = data.runs.filter((run) => run.leaked.length > 0);
  const checked = data.runs.filter((run) => run.ledgerChecks.length > 0);
  const waiting = data.runs.filter((run) => run.waits.length > 0);
  return {
    sentences: sentences(audited),
    auditTables: audited.length === 0 ? [] : [auditTable(audited)],
    pools: audited.flatMap(poolSentences),
    leaks: audited.flatMap(leakSentences),
    leakTables: leaking.length === 0 ? [] : [leakTable(leaking)],
    ledger: ledgerSentence(checked),
    ledgerTables: checked.length === 0 ? [] : [ledgerTable(checked)],
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
    ...runs.filter((run) => run.row.phase === "delete").map(leftoverSentence),
    ...runs.flatMap((run) => run.audit.flatMap((row) => exhaustionSentence(run, row))),
  ];
}

/** After a deletion no Pod holds an address any more; what is held all the same is what was left behind. */
function leftoverSentence(run: RunData): Text {
  const left = difference(total(run.audit, "allocated_count"), total(run.audit, "other_count"));
  return left.value === 0
    ? message("addresses.all_released", { run: runName(run) })
    : message("addresses.left_behind", {
        run: runName(run),
        count: asCount(left),
        used: asCount(total(run.audit, "used_count")),
        leaked: asCount(total(run.audit, "leaked_count")),
      });
}

/** How a run's fullest pool was used over time, and what it held at the end. */
function poolSentences(run: RunData): Text[] {
  const pools = run.audit.map((row) => ({
    row,
    seconds: run.pools.filter((each) => each.pool === row.pool && each.ip_family === row.ip_family),
  }));
  const peaks = pools
    .filter(({ seconds }) => seconds.length > 0)
    .map((pool) => ({ ...pool, peak: highest(pool.seconds, "allocated_count") }))
    .sort((one, other) => other.peak.value - one.peak.value);
  const [fullest] = peaks;
  if (fullest === undefined) return [];
  const { row, seconds, peak } = fullest;
  const first = seconds.find((each) => each.allocated_count === peak.value);
  if (first === undefined) return [];
  return [
    message("addresses.pool_peak", {
      run: runName(run),
      pool: asCode(cite(row, "pool")),
      capacity: orUnknown(cite(row, "capacity"), asCount),
      peak: asCount(peak),
      at: asSeconds(cite(first, "t_s")),
      allocated: asCount(cite(row, "allocated_count")),
      used: asCount(cite(row, "used_count")),
      leaked: asCount(cite(row, "leaked_count")),
    }),
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

/** The first leaks of each run by name: address, last holder, since when and the line that shows it. */
function leakTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.address"),
      textColumn("column.last_holder"),
      textColumn("column.node"),
      numberColumn("column.leak_attempt"),
      numberColumn("column.leaked_at"),
      textColumn("column.leak_cause"),
      textColumn("column.evidence"),
    ],
    rows: runs.flatMap((run) =>
      run.leaked
        .slice(0, NAMED_LEAKS)
        .map((row): Text[] => [
          runName(run),
          asCode(cite(row, "ip")),
          orUnknown(cite(row, "last_holder"), asCode),
          orUnknown(cite(row, "node_name"), asPlain),
          orUnknown(cite(row, "try"), asCount),
          orUnknown(cite(row, "leaked_at_s"), asSeconds),
          joined([leakCertaintyName(cite(row, "certainty")), asCode(cite(row, "cause"))], "comma"),
          row.del_path !== null
            ? asPlace(known(cite(row, "del_path")), cite(row, "del_line"))
            : row.record_path === null
              ? message("word.unknown")
              : asPlace(known(cite(row, "record_path")), cite(row, "record_line")),
        ]),
    ),
  };
}

function ledgerSentence(runs: readonly RunData[]): Text[] {
  const rows = runs.flatMap((run) => run.ledgerChecks);
  if (rows.length === 0) return [];
  const counts = {
    snapshots: asCount(countOf(rows)),
    runs: runCount(runs),
    records: asCount(total(rows, "record_count")),
    ledger: asCount(total(rows, "ledger_count")),
    changing: asCount(total(rows, "changing_count")),
  };
  const [snapshotOnly, ledgerOnly] = [total(rows, "snapshot_only_count"), total(rows, "ledger_only_count")];
  if (snapshotOnly.value + ledgerOnly.value === 0) return [message("addresses.ledger_agrees", counts)];
  const differing = { snapshot_only: asCount(snapshotOnly), ledger_only: asCount(ledgerOnly) };
  return [message("addresses.ledger_differs", { ...counts, ...differing })];
}

function ledgerTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.snapshot"),
      textColumn("column.read_at"),
      numberColumn("column.records"),
      numberColumn("column.ledger"),
      numberColumn("column.snapshot_only"),
      numberColumn("column.ledger_only"),
      numberColumn("column.changing"),
    ],
    rows: runs.flatMap((run) =>
      run.ledgerChecks.map((row): Text[] => [
        runName(run),
        row.snapshot === "" ? message("addresses.only_snapshot") : asCode(cite(row, "snapshot")),
        orElse(
          cite(row, "read_after_at"),
          asPlain,
          orUnknown(cite(row, "read_before_at"), (instant) =>
            message("addresses.read_before", { at: asPlain(instant) }),
          ),
        ),
        asCount(cite(row, "record_count")),
        asCount(cite(row, "ledger_count")),
        asCount(cite(row, "snapshot_only_count")),
        asCount(cite(row, "ledger_only_count")),
        asCount(cite(row, "changing_count")),
      ]),
    ),
  };
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
