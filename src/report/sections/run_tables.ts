import { cite, difference, type Cited } from "../figures/cited.ts";
import { asCount, asMilliseconds, asRate } from "../figures/figure.ts";
import { deletionRuns, runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { failure, isUnfinished, P99_SAMPLES, percentile99, reachedSeconds, timeToAll } from "../run_cells.ts";
import {
  joined,
  message,
  numberColumn,
  orElse,
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
      numberColumn("column.time_to_50_percent"),
      numberColumn("column.time_to_90_percent"),
      numberColumn("column.time_to_99_percent"),
      numberColumn("column.time_to_all"),
    ],
    rows: startRuns(data).map((run) => {
      const { row } = run;
      return [
        runName(run),
        run.style.name,
        scenarioName(row),
        testPhaseName(row),
        asCount(cite(row, "pod_count")),
        asCount(cite(row, "ready_count")),
        asCount(cite(row, "never_ready_count")),
        reachedSeconds(cite(row, "time_to_50_percent_s"), row),
        reachedSeconds(cite(row, "time_to_90_percent_s"), row),
        reachedSeconds(cite(row, "time_to_99_percent_s"), row),
        timeToAll(run),
      ];
    }),
  };
  return uprightTable(withoutConstant(table, [2, 3]));
}

/** Pods and addresses per second, and how long a pod takes: one row per run. */
export function rateTable(data: ReportData): TableView {
  return uprightTable({
    columns: [
      textColumn("column.run"),
      numberColumn("column.pods_per_s"),
      numberColumn("column.peak_pods_per_s"),
      numberColumn("column.ips_per_s"),
      numberColumn("column.peak_ips_per_s"),
      numberColumn("column.ips"),
      numberColumn("column.latency_p50"),
      numberColumn("column.latency_p99"),
      numberColumn("column.latency_max"),
    ],
    rows: startRuns(data).map((run) => {
      const { row } = run;
      return [
        runName(run),
        row.ready_count === 0 ? asCount(cite(row, "ready_count")) : orUnknown(cite(row, "pods_ready_per_s"), asRate),
        row.ready_count === 0 ? asCount(cite(row, "ready_count")) : peak(run, cite(row, "peak_pods_ready_per_s")),
        orUnknown(cite(row, "ips_allocated_per_s"), asRate),
        peak(run, cite(row, "peak_ips_allocated_per_s")),
        orUnknown(cite(row, "ip_allocated_count"), asCount),
        reachedSeconds(cite(row, "latency_p50_s"), row),
        percentile99(cite(row, "latency_p99_s"), row.pod_count, row),
        reachedSeconds(cite(row, "latency_max_s"), row),
      ];
    }),
  });
}

/** A peak rate; a run shorter than the window has none, the window would average over time before or after it. */
function peak({ row }: RunData, rate: Cited<number | null>): Text {
  if (row.last_progress_s !== null && row.last_progress_s < row.peak_window_s) return message("word.run_too_short");
  return orUnknown(rate, asRate);
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
        scenarioName(run.row),
        asCount(cite(run.row, "pod_count")),
        asCount(cite(run.row, "deleted_count")),
        asCount(difference(cite(run.row, "pod_count"), cite(run.row, "deleted_count"))),
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
  const quantiles = ["p50", "p90", "p95", "p99"].map((quantile) => numberColumn(`column.${quantile}`));
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
        const time = (value: Cited<number | null>): Text => orElse(value, asMilliseconds, missingQuantile(row));
        return [
          ...(runs.length > 1 ? [runName(run)] : []),
          measureName(row.measure),
          asCount(cite(row, "sample_count")),
          asCount(cite(row, "censored_count")),
          time(cite(row, "min_ms")),
          time(cite(row, "p50_ms")),
          time(cite(row, "p90_ms")),
          time(cite(row, "p95_ms")),
          row.sample_count < P99_SAMPLES ? message("word.too_few") : time(cite(row, "p99_ms")),
          time(cite(row, "max_ms")),
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
    title: joined([measureName(measure), message("column.p50_p99")], "break"),
    rule: "---:",
  }));
  return {
    columns: [textColumn("column.run"), ...titles],
    rows: runs.map((run) => [
      runName(run),
      ...measures.map((measure): Text => {
        const row = run.quantiles.find((quantile) => quantile.measure === measure);
        if (row === undefined) return message("word.unknown");
        const time = (value: Cited<number | null>): Text => orElse(value, asMilliseconds, missingQuantile(row));
        const high = row.sample_count < P99_SAMPLES ? message("word.too_few") : time(cite(row, "p99_ms"));
        return joined([time(cite(row, "p50_ms")), high], "break");
      }),
    ]),
  };
}
