import type { ResultRow } from "../../analysis/result.ts";
import { cite, known, type Cited } from "../figures/cited.ts";
import { asCode, asCount, asPercent, asPlain, asRate, asSeconds, asWindow } from "../figures/figure.ts";
import { runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import {
  joined,
  message,
  numberColumn,
  orElse,
  orUnknown,
  textColumn,
  words,
  type TableView,
  type Text,
} from "../text.ts";
import { partName, resourceName, sliName, sloOutcomeName } from "../vocabulary.ts";

type BottleneckRow = ResultRow<"bottlenecks">;
type SloRow = ResultRow<"slo_results">;

/** What held the runs up, how long they would have taken without IPAM, times of all pods, and SLOs. */
export interface BottlenecksView {
  readonly bottlenecks: readonly Text[];
  readonly partTables: readonly TableView[];
  readonly resourceTables: readonly TableView[];
  readonly timeTables: readonly { readonly intro: Text; readonly table: TableView }[];
  readonly sloTables: readonly TableView[];
}

/** The bottlenecks of all runs that start pods, the runs in the order of the page. */
export function bottlenecksView(data: ReportData): BottlenecksView {
  const runs = startRuns(data);
  const serial = runs.filter((run) => run.resources.some((row) => row.saturated_s !== null));
  const parted = runs.filter((run) => run.bottlenecks.length > 0);
  const targets = runs.filter((run) => run.slos.length > 0);
  return {
    bottlenecks: runs.flatMap((run) => run.bottlenecks.flatMap((row) => sentences(run, row))),
    partTables: parted.length === 0 ? [] : [partTable(parted)],
    resourceTables: serial.length === 0 ? [] : [resourceTable(serial)],
    timeTables: timeTables(runs),
    sloTables: targets.length === 0 ? [] : [sloTable(targets)],
  };
}

function sentences(run: RunData, row: BottleneckRow): Text[] {
  const params = {
    run: runName(run),
    part: partName(cite(row, "part")),
    share: asPercent(cite(row, "last_share_ratio")),
    count: asCount(cite(row, "last_pod_count")),
    mean: asSeconds(cite(row, "last_mean_s")),
    ipam: asPercent(cite(row, "ipam_ratio")),
  };
  const found = message(row.is_complete ? "bottleneck.complete" : "bottleneck.incomplete", params);
  return [joined([found, ...resourceSentence(run), ...withoutIpam(row)], "sentence")];
}

/** The resource that was saturated for most of the run, with what it allows beside what it served. */
function resourceSentence(run: RunData): Text[] {
  const row = run.resources.find((each) => each.is_bottleneck);
  if (row === undefined || row.saturated_ratio === null) return [];
  const params = {
    resource: resourceName(cite(row, "resource")),
    component: asPlain(cite(row, "component")),
    share: asPercent(known(cite(row, "saturated_ratio"))),
    served: orUnknown(cite(row, "served_saturated_per_s"), asRate),
  };
  if (row.service_mean_s === null || row.allowed_per_s === null) return [message("bottleneck.saturated", params)];
  return [
    message("bottleneck.saturated_rate", {
      ...params,
      service: asSeconds(known(cite(row, "service_mean_s"))),
      allowed: asRate(known(cite(row, "allowed_per_s"))),
      held: orUnknown(cite(row, "held_saturated_ratio"), asPercent),
    }),
  ];
}

function withoutIpam(row: BottleneckRow): Text[] {
  if (row.ipam_ratio === 0) return [];
  const params = { least: asSeconds(cite(row, "without_ipam_s")), run: asSeconds(cite(row, "run_s")) };
  return [message(row.is_complete ? "bottleneck.without_ipam" : "bottleneck.without_ipam_incomplete", params)];
}

/** The share of each part in the way of the pods that decided how long the runs took. */
function partTable(runs: readonly RunData[]): TableView {
  const all = runs.flatMap((run) => run.pathParts);
  const parts = [...new Map([...all].sort((a, b) => a.ordinal - b.ordinal).map((row) => [row.part, row])).values()];
  return {
    columns: [
      textColumn("column.run"),
      numberColumn("column.deciding_pods"),
      ...parts.map((row) => ({ title: partName(cite(row, "part")), rule: "---:" as const })),
    ],
    rows: runs.map((run): Text[] => [
      runName(run),
      ...run.bottlenecks.map((row) => asCount(cite(row, "last_pod_count"))),
      ...parts.map(({ part }) => {
        const row = run.pathParts.find((each) => each.part === part);
        return row === undefined ? words("–") : orElse(cite(row, "last_share_ratio"), asPercent, words("–"));
      }),
    ]),
  };
}

function resourceTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.resource"),
      textColumn("column.component"),
      numberColumn("column.servers"),
      numberColumn("column.parallel"),
      numberColumn("column.queue_max"),
      numberColumn("column.saturated"),
      numberColumn("column.held"),
      numberColumn("column.service_mean"),
      numberColumn("column.allowed_rate"),
      numberColumn("column.served_rate"),
    ],
    rows: runs.flatMap((run) =>
      run.resources
        .filter((row) => row.saturated_s !== null)
        .map((row): Text[] => [
          runName(run),
          resourceName(cite(row, "resource")),
          asPlain(cite(row, "component")),
          asCount(cite(row, "server_count")),
          asCount(cite(row, "parallel_count")),
          asRate(cite(row, "waiting_max")),
          orUnknown(cite(row, "saturated_ratio"), asPercent),
          orElse(cite(row, "held_saturated_ratio"), asPercent, words("–")),
          orUnknown(cite(row, "service_mean_s"), asSeconds),
          orUnknown(cite(row, "allowed_per_s"), asRate),
          orElse(cite(row, "served_saturated_per_s"), asRate, words("–")),
        ]),
    ),
  };
}

const PERCENTS = [1, 10, 25, 50, 75, 90, 95, 99, 100] as const;

function timeTables(runs: readonly RunData[]): BottlenecksView["timeTables"] {
  const timed = runs.flatMap((run) => run.times.filter((row) => row.origin === "begin").map((row) => ({ run, row })));
  const [first] = timed;
  if (first === undefined) return [];
  return [
    {
      intro: message("times.intro", { horizon: asSeconds(cite(first.row, "horizon_s")) }),
      table: {
        columns: [
          textColumn("column.run"),
          numberColumn("column.censored"),
          numberColumn("column.restricted_mean"),
          ...PERCENTS.map((percent) => numberColumn(`column.time_to_percent.${percent}`)),
        ],
        rows: timed.map(({ run, row }): Text[] => [
          runName(run),
          asCount(cite(row, "censored_count")),
          asSeconds(cite(row, "restricted_mean_s")),
          ...PERCENTS.map((percent) =>
            orElse(cite(row, `time_to_${percent}_percent_s`), asSeconds, message("word.not_reached")),
          ),
        ]),
      },
    },
  ];
}

function sloTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.slo"),
      textColumn("column.sli"),
      textColumn("column.target"),
      numberColumn("column.measured"),
      numberColumn("column.censored"),
      textColumn("column.outcome"),
    ],
    rows: runs.flatMap((run) =>
      run.slos.map((row): Text[] => [
        runName(run),
        asCode(cite(row, "slo_id")),
        sliName(cite(row, "sli")),
        target(row),
        measured(row),
        asCount(cite(row, "censored_count")),
        sloOutcomeName(cite(row, "outcome")),
      ]),
    ),
  };
}

function target(row: SloRow): Text {
  const isTime = row.sli.endsWith("_s") && !row.sli.endsWith("_per_s");
  const threshold = isTime ? asWindow(cite(row, "threshold")) : quantity(row, cite(row, "threshold"));
  const params = { threshold };
  if (row.quantile === null) return message(`slo.${row.comparison === "at_least" ? "at_least" : "at_most"}`, params);
  return message("slo.quantile", { ...params, quantile: asPercent(known(cite(row, "quantile"))) });
}

function measured(row: SloRow): Text {
  const otherwise = row.outcome === "missed" ? message("word.not_reached") : message("word.unknown");
  return orElse(cite(row, "measured"), (value) => quantity(row, value), otherwise);
}

/** A value in the unit that the SLI's name ends in. */
function quantity({ sli }: SloRow, value: Cited<number>): Text {
  if (sli.endsWith("_per_s")) return asRate(value);
  if (sli.endsWith("_s")) return asSeconds(value);
  return sli.endsWith("_ratio") ? asPercent(value) : asCount(value);
}
