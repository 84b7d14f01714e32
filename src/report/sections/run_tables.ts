import { formatCount, formatMilliseconds, formatRate } from "../number_format.ts";
import { deletionRuns, runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { failure, isUnfinished, P99_SAMPLES, percentile99, reachedSeconds, timeToAll } from "../run_cells.ts";
import {
  joined,
  message,
  numberColumn,
  orUnknown,
  textColumn,
  uprightTable,
  withoutConstant,
  type Column,
  type TableView,
  type Text,
} from "../text.ts";
import { measureName, scenarioName, testPhaseName } from "../vocabulary.ts";

/** Up to this many runs every latency has a row; with more, a row is a run and its cells are p50 / p99. */
const DETAILED_RUNS = 3;

/** How many pods got there, and when: one row per run. */
export function timeTable(data: ReportData): TableView {
  const table: TableView = {
    columns: [
      textColumn("column.run"),
      textColumn("column.cni"),
      textColumn("column.scenario"),
      textColumn("column.phase"),
      numberColumn("column.pods"),
      numberColumn("column.ready"),
      numberColumn("column.never_ready"),
      numberColumn("column.time_to_percent", { percent: "50%" }),
      numberColumn("column.time_to_percent", { percent: "90%" }),
      numberColumn("column.time_to_percent", { percent: "99%" }),
      numberColumn("column.time_to_all"),
    ],
    rows: startRuns(data).map((run) => {
      const { row } = run;
      return [
        runName(run),
        run.style.name,
        scenarioName(row.scenario),
        testPhaseName(row.phase),
        formatCount(row.pod_count),
        formatCount(row.ready_count),
        formatCount(row.never_ready_count),
        reachedSeconds(row.time_to_50_percent_s, row),
        reachedSeconds(row.time_to_90_percent_s, row),
        reachedSeconds(row.time_to_99_percent_s, row),
        timeToAll(run),
      ];
    }),
  };
  return uprightTable(withoutConstant(table, [2, 3]));
}

/** Pods and addresses per second, and how long a pod takes: one row per run. */
export function rateTable(data: ReportData): TableView {
  const rate = (value: number | null): Text => orUnknown(value, formatRate);
  return uprightTable({
    columns: [
      textColumn("column.run"),
      numberColumn("column.pods_per_s"),
      numberColumn("column.peak_pods_per_s"),
      numberColumn("column.ips_per_s"),
      numberColumn("column.peak_ips_per_s"),
      numberColumn("column.ips"),
      numberColumn("column.latency", { quantile: "p50" }),
      numberColumn("column.latency", { quantile: "p99" }),
      numberColumn("column.latency_max"),
    ],
    rows: startRuns(data).map((run) => {
      const { row } = run;
      return [
        runName(run),
        row.ready_count === 0 ? "0" : rate(row.pods_ready_per_s),
        row.ready_count === 0 ? "0" : peak(run, row.peak_pods_ready_per_s),
        rate(row.ips_allocated_per_s),
        peak(run, row.peak_ips_allocated_per_s),
        orUnknown(row.ip_allocated_count, formatCount),
        reachedSeconds(row.latency_p50_s, row),
        percentile99(row.latency_p99_s, row.pod_count, row),
        reachedSeconds(row.latency_max_s, row),
      ];
    }),
  });
}

/** A peak rate; a run shorter than the window has none, the window would average over time before or after it. */
function peak({ row }: RunData, rate: number | null): Text {
  if (row.last_progress_s !== null && row.last_progress_s < row.peak_window_s) return message("word.run_too_short");
  return orUnknown(rate, formatRate);
}

/** Runs of the delete phase; no table when there is none. */
export function deletionTable(data: ReportData): TableView[] {
  const runs = deletionRuns(data);
  if (runs.length === 0) return [];
  const names = ["run", "cni", "scenario"].map((name) => textColumn(`column.${name}`));
  const numbers = ["pods", "deleted", "left", "time_to_all_deleted"].map((name) => numberColumn(`column.${name}`));
  return [
    {
      columns: [...names, ...numbers],
      rows: runs.map((run) => [
        runName(run),
        run.style.name,
        scenarioName(run.row.scenario),
        formatCount(run.row.pod_count),
        formatCount(run.row.deleted_count),
        formatCount(run.row.pod_count - run.row.deleted_count),
        isUnfinished(run.row) ? failure(run) : timeToAll(run),
      ]),
    },
  ];
}

/** Quantiles of every latency that was measured. */
export function latencyTable(data: ReportData): TableView[] {
  const runs = startRuns(data).filter((run) => run.quantiles.length > 0);
  if (runs.length === 0) return [];
  return [runs.length <= DETAILED_RUNS ? detailedLatencies(runs) : latencyOverview(runs)];
}

function detailedLatencies(runs: readonly RunData[]): TableView {
  const quantiles = ["p50", "p90", "p95", "p99"].map((quantile): Column => ({ title: quantile, rule: "---:" }));
  return {
    columns: [
      ...(runs.length > 1 ? [textColumn("column.run")] : []),
      textColumn("column.measure"),
      numberColumn("column.samples"),
      numberColumn("column.censored"),
      numberColumn("column.min"),
      ...quantiles,
      numberColumn("column.max_finished"),
    ],
    rows: runs.flatMap((run) =>
      run.quantiles.map((row): Text[] => {
        const time = (value: number | null): Text =>
          value === null ? missingQuantile(row) : formatMilliseconds(value);
        return [
          ...(runs.length > 1 ? [runName(run)] : []),
          measureName(row.measure),
          formatCount(row.sample_count),
          formatCount(row.censored_count),
          time(row.min_ms),
          time(row.p50_ms),
          time(row.p90_ms),
          time(row.p95_ms),
          row.sample_count < P99_SAMPLES ? message("word.too_few") : time(row.p99_ms),
          time(row.max_ms),
        ];
      }),
    ),
  };
}

function missingQuantile(row: RunData["quantiles"][number]): Text {
  return message(row.censored_count > 0 ? "word.not_reached" : "word.unknown");
}

const OVERVIEW = [
  "created_to_scheduled",
  "sandbox_attempt",
  "cni_add",
  "ipam_allocation",
  "container_start",
  "created_to_ready",
];

function latencyOverview(runs: readonly RunData[]): TableView {
  const measures = OVERVIEW.filter((measure) =>
    runs.some((run) => run.quantiles.some((row) => row.measure === measure)),
  );
  const titles = measures.map((measure): Column => ({
    title: joined([measureName(measure), "p50, p99"], "break"),
    rule: "---:",
  }));
  return {
    columns: [textColumn("column.run"), ...titles],
    rows: runs.map((run) => [
      runName(run),
      ...measures.map((measure): Text => {
        const row = run.quantiles.find((quantile) => quantile.measure === measure);
        if (row === undefined) return message("word.unknown");
        const [p50, p99] = [row.p50_ms, row.p99_ms];
        const low = p50 === null ? missingQuantile(row) : formatMilliseconds(p50);
        const few = row.sample_count < P99_SAMPLES;
        const high = few ? message("word.too_few") : p99 === null ? missingQuantile(row) : formatMilliseconds(p99);
        return joined([low, high], "break");
      }),
    ]),
  };
}
