import type { ResultRow } from "../../analysis/result.ts";
import { cite, difference, known } from "../figures/cited.ts";
import { asCode, asCount, asPercent, asPlain, asRate, asSeconds } from "../figures/figure.ts";
import { isDeletion, runName, startRuns, type ReportData, type RunData } from "../report_data.ts";
import { joined, message, numberColumn, orElse, textColumn, words, type TableView, type Text } from "../text.ts";
import { resourceName } from "../vocabulary.ts";
import { bottlenecksView, type BottlenecksView } from "./bottlenecks.ts";
import { className } from "./failures.ts";
import { tellingEnds } from "./telling_segments.ts";

type StallRow = ResultRow<"stalls">;
type SegmentRow = ResultRow<"progress_segments">;

/** Points at which a sentence tells how far a run had come. */
const STORY_POINTS = 4;
/** Longest stalls of a run that have a sentence each; the table has all. */
const STALLS_TOLD = 3;
/** Above this many rows the table of paces holds only the runs with a stall. */
const SEGMENT_ROWS = 60;

/** How each run progressed, where it stood still and why, and what held it up. */
export interface ProgressView extends BottlenecksView {
  readonly stories: readonly Text[];
  readonly stallSentences: readonly Text[];
  readonly stallTables: readonly TableView[];
  readonly segmentTables: readonly TableView[];
}

/** Progress of all runs, the runs in the order of the page. */
export function progressView(data: ReportData): ProgressView {
  const stalled = data.runs.filter((run) => run.stalls.length > 0);
  const segmented = data.runs.filter((run) => run.segments.length > 0);
  const rowCount = segmented.reduce((sum, run) => sum + ofPods(run.segments).length, 0);
  const shown = rowCount <= SEGMENT_ROWS ? segmented : segmented.filter((run) => run.stalls.length > 0);
  return {
    stories: startRuns(data).flatMap(story),
    stallSentences: startRuns(data).flatMap(stallSentences),
    stallTables: stalled.length === 0 ? [] : [stallTable(stalled)],
    segmentTables: shown.length === 0 ? [] : [segmentTable(shown)],
    ...bottlenecksView(data),
  };
}

function ofPods<R extends { readonly measure: string }>(rows: readonly R[]): R[] {
  return rows.filter((row) => row.measure === "pods");
}

/** One sentence a run: how many pods were Ready when, and addresses held, up to where it stood still. */
function story(run: RunData): Text[] {
  const pods = storyOf(run, "pods");
  if (pods === null) return [];
  const addresses = storyOf(run, "addresses");
  const parts = addresses === null ? [pods] : [pods, addresses];
  return [message("progress.story", { run: runName(run), points: joined(parts, "semicolon") })];
}

function storyOf(run: RunData, measure: "pods" | "addresses"): Text | null {
  const segments = run.segments.filter((row) => row.measure === measure);
  const last = segments.at(-1);
  if (last === undefined) return null;
  const standstill = run.stalls.find((row) => row.measure === measure && row.ended_s === null) ?? null;
  const ends = tellingEnds(segments, STORY_POINTS).filter((row) => row.done_count_end > 0);
  const moving = standstill === null ? ends : ends.filter((row) => row.ended_s < standstill.started_s);
  const points = moving.map((row, index) => point(measure, row, moving[index - 1] ?? null));
  if (standstill === null) {
    if (points.length > 0) return joined(points, "clause");
    return message(`progress.story.${measure}.none`, { at: asSeconds(cite(last, "ended_s")) });
  }
  const halt = {
    done: asCount(cite(standstill, "done_count_end")),
    at: asSeconds(cite(standstill, "started_s")),
    observed: asSeconds(known(cite(run.row, "observed_s"))),
  };
  if (points.length > 0) return joined([...points, message("progress.story.next_standstill", halt)], "clause");
  return message(`progress.story.${measure}.standstill`, { ...halt, goal: asCount(cite(standstill, "goal_count")) });
}

function point(measure: string, row: SegmentRow, before: SegmentRow | null): Text {
  const at = asSeconds(cite(row, "ended_s"));
  const done = asCount(cite(row, "done_count_end"));
  if (before === null) {
    return message(`progress.story.${measure}.first`, { done, goal: asCount(cite(row, "goal_count")), at });
  }
  return message(row.done_count_end === before.done_count_end ? "progress.story.still" : "progress.story.next", {
    done,
    at,
  });
}

/** The longest stalls of the run's pods, in the order in which they came, each with what was going on. */
function stallSentences(run: RunData): Text[] {
  const longest = ofPods(run.stalls)
    .sort((a, b) => b.duration_s - a.duration_s)
    .slice(0, STALLS_TOLD)
    .sort((a, b) => a.ordinal - b.ordinal);
  return longest.map((row) => joined([stallSentence(run, row), ...circumstances(row)], "sentence"));
}

function stallSentence(run: RunData, row: StallRow): Text {
  const came = difference(cite(row, "done_count_end"), cite(row, "done_count_start"));
  const params = {
    run: runName(run),
    begin: asSeconds(cite(row, "started_s")),
    length: asSeconds(cite(row, "duration_s")),
    done: asCount(cite(row, "done_count_end")),
    goal: asCount(cite(row, "goal_count")),
    came:
      came.value === 0 ? message("progress.stall.nothing") : message("progress.stall.few", { count: asCount(came) }),
  };
  if (row.ended_s === null) return message("progress.stall.open", params);
  return message("progress.stall.ended", { ...params, end: asSeconds(known(cite(row, "ended_s"))) });
}

function circumstances(row: StallRow): Text[] {
  const texts: Text[] = [];
  if (row.cause_class !== null) {
    const params = {
      cause: className(row.cause_class),
      count: asCount(known(cite(row, "cause_count"))),
      total: asCount(cite(row, "failure_count")),
    };
    texts.push(message("progress.stall.cause", params));
  }
  if (row.incident_class !== null && row.incident_started_s !== null) {
    texts.push(
      message("progress.stall.incident", {
        incident: className(row.incident_class),
        place: orElse(cite(row, "incident_node_name"), asPlain, message("failures.whole_cluster")),
        begin: asSeconds(known(cite(row, "incident_started_s"))),
        end: orElse(cite(row, "incident_ended_s"), asSeconds, message("failures.open_end")),
      }),
    );
  }
  if (row.component !== null && row.resource !== null && row.waiting_mean !== null) {
    const params = {
      count: asRate(known(cite(row, "waiting_mean"))),
      resource: resourceName(known(cite(row, "resource"))),
      component: asPlain(known(cite(row, "component"))),
    };
    texts.push(message("progress.stall.waited", params), ...held(row));
  }
  return texts;
}

function held(row: StallRow): Text[] {
  if (row.held_ratio === null) return [];
  if (row.holder_held_s === null || row.holder_pod === null || row.holder_node_name === null) {
    return row.held_ratio === 0 ? [message("progress.stall.not_held")] : [];
  }
  return [
    message("progress.stall.holder", {
      share: asPercent(known(cite(row, "held_ratio"))),
      pod: asCode(known(cite(row, "holder_pod"))),
      node: asPlain(known(cite(row, "holder_node_name"))),
      time: asSeconds(known(cite(row, "holder_held_s"))),
    }),
  ];
}

/** Pods Ready, pods gone or addresses held. */
function measureText(run: RunData, measure: string): Text {
  if (measure === "addresses") return message("progress.measure.addresses");
  return message(isDeletion(run) ? "progress.measure.deleted" : "progress.measure.pods");
}

function stallTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      textColumn("column.progress_of"),
      numberColumn("column.begin"),
      numberColumn("column.end"),
      numberColumn("column.length"),
      numberColumn("column.done_before"),
      numberColumn("column.done_after"),
      numberColumn("column.failures"),
      textColumn("column.root_cause"),
      textColumn("column.incident"),
      textColumn("column.waited_for"),
    ],
    rows: runs.flatMap((run) =>
      run.stalls.map((row): Text[] => [
        runName(run),
        measureText(run, row.measure),
        asSeconds(cite(row, "started_s")),
        orElse(cite(row, "ended_s"), asSeconds, message("progress.to_the_end")),
        asSeconds(cite(row, "duration_s")),
        asCount(cite(row, "done_count_start")),
        asCount(cite(row, "done_count_end")),
        asCount(cite(row, "failure_count")),
        causeCell(row),
        row.incident_class === null ? words("–") : className(row.incident_class),
        orElse(cite(row, "resource"), resourceName, words("–")),
      ]),
    ),
  };
}

function causeCell(row: StallRow): Text {
  if (row.cause_class === null) return words("–");
  return message("progress.cause_share", {
    cause: className(row.cause_class),
    count: asCount(known(cite(row, "cause_count"))),
  });
}

function segmentTable(runs: readonly RunData[]): TableView {
  return {
    columns: [
      textColumn("column.run"),
      numberColumn("column.begin"),
      numberColumn("column.end"),
      numberColumn("column.done_before"),
      numberColumn("column.done_after"),
      numberColumn("column.pace"),
      numberColumn("column.pace_ratio"),
      numberColumn("column.failures"),
      textColumn("column.root_cause"),
    ],
    rows: runs.flatMap((run) =>
      ofPods(run.segments).map((row): Text[] => [
        runName(run),
        asSeconds(cite(row, "started_s")),
        asSeconds(cite(row, "ended_s")),
        asCount(cite(row, "done_count_start")),
        asCount(cite(row, "done_count_end")),
        asRate(cite(row, "rate_per_s")),
        orElse(cite(row, "rate_ratio"), asRate, words("–")),
        asCount(cite(row, "failure_count")),
        segmentCause(row),
      ]),
    ),
  };
}

function segmentCause(row: SegmentRow): Text {
  if (row.cause_class === null) return words("–");
  return message("progress.cause_share", {
    cause: className(row.cause_class),
    count: asCount(known(cite(row, "cause_count"))),
  });
}
