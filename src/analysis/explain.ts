import { CliError } from "../errors.ts";
import type { JsonRow } from "../store/database.ts";
import { chainSql, notablePodsSql, podsNamedSql, storySql } from "../store/pod_story_queries.ts";
import type { Warehouse } from "../store/query.ts";
import { withAnalysedTables } from "./build_tables.ts";
import { integer, isoText, numberOrNull, text, textOrNull } from "./row_values.ts";

/** One line of a pod's story. Instants are seconds since the story's begin; null is unknown, and no end for an instant. */
export interface StoryEntry {
  readonly entry: string;
  readonly name: string;
  readonly started_s: number | null;
  readonly ended_s: number | null;
  readonly earliest_s: number | null;
  readonly latest_s: number | null;
  readonly outcome: string | null;
  readonly detail: string | null;
  readonly try: number | null;
  readonly failure_id: string | null;
  readonly path: string | null;
  readonly line: number | null;
}

/** One link of the chain from symptom to root; `first_s` as in StoryEntry. */
export interface ChainLink {
  readonly class: string;
  readonly role: string;
  readonly rule: string | null;
  readonly kind: string | null;
  readonly try: number | null;
  readonly message: string | null;
  readonly node_name: string | null;
  readonly first_s: number | null;
  readonly path: string | null;
  readonly line: number | null;
}

/** A pod's story in order, and why it failed. */
export interface PodStory {
  readonly run_id: string;
  readonly pod_uid: string;
  readonly namespace: string;
  readonly pod_name: string;
  readonly node_name: string | null;
  readonly outcome: string;
  readonly attempt_count: number;
  readonly failed_attempt_count: number;
  /** Why it was chosen, when none was asked for. */
  readonly why: string | null;
  /** Instant that all seconds count from, ISO 8601 in UTC: creation, else the first thing known. */
  readonly begin: string;
  /** Until Ready; null when it never was. */
  readonly ready_s: number | null;
  /** End of the story: Ready, deleted, or the end of observation. */
  readonly end_s: number;
  readonly entries: readonly StoryEntry[];
  readonly chain: readonly ChainLink[];
}

export interface ExplainOptions {
  /** Name, namespace/name, UID or sandbox id; null: the slowest pod and one of each failure class. */
  readonly pod: string | null;
  readonly run: string | null;
}

/**
 * The stories of the pods asked for, by run.
 *
 * @throws CliError ERR_USAGE when no pod is named so, ERR_INPUT when `outDir` was not analysed
 */
export function explainPods(outDir: string, options: ExplainOptions): Promise<readonly PodStory[]> {
  return withAnalysedTables(outDir, async (warehouse) => {
    const sql = options.pod === null ? notablePodsSql(options.run) : podsNamedSql(options.pod, options.run);
    const subjects = await rowsOf(warehouse, sql);
    if (subjects.length === 0) throw noPod(options);
    const stories: PodStory[] = [];
    for (const subject of subjects) stories.push(await storyOf(warehouse, subject));
    return stories;
  });
}

function noPod({ pod, run }: ExplainOptions): CliError {
  const where = run === null ? "" : ` in run ${run}`;
  return new CliError("ERR_USAGE", pod === null ? `no measured pod${where}` : `no pod ${pod}${where}`, {
    hint: "A pod is given by name, namespace/name, UID or sandbox id; `cnitrace query <out> 'from timeline.pods'` lists them.",
  });
}

async function storyOf(warehouse: Warehouse, subject: JsonRow): Promise<PodStory> {
  const runId = text(subject["run_id"]);
  const podUid = text(subject["pod_uid"]);
  const entries = await rowsOf(warehouse, storySql(runId, podUid));
  const chain = await rowsOf(warehouse, chainSql(runId, podUid));
  const known = entries.flatMap((entry) => integer(entry["started_ns"]) ?? []);
  const begin = integer(subject["created_ns"]) ?? known[0] ?? 0n;
  const since = (value: unknown): number | null => {
    const ns = integer(value);
    return ns === null ? null : Number(ns - begin) / 1e9;
  };
  const readyS = since(subject["ready_ns"]);
  return {
    run_id: runId,
    pod_uid: podUid,
    namespace: text(subject["namespace"]),
    pod_name: text(subject["pod_name"]),
    node_name: textOrNull(subject["node_name"]),
    outcome: text(subject["outcome"]),
    attempt_count: Number(subject["attempt_count"]),
    failed_attempt_count: Number(subject["failed_attempt_count"]),
    why: textOrNull(subject["why"]),
    begin: isoText(begin),
    ready_s: readyS,
    end_s: readyS ?? since(subject["deleted_ns"]) ?? since(subject["observed_ns"]) ?? since(known.at(-1)) ?? 0,
    entries: entries.map((entry) => ({
      entry: text(entry["entry"]),
      name: text(entry["name"]),
      started_s: since(entry["started_ns"]),
      ended_s: since(entry["ended_ns"]),
      earliest_s: since(entry["earliest_ns"]),
      latest_s: since(entry["latest_ns"]),
      outcome: textOrNull(entry["outcome"]),
      detail: textOrNull(entry["detail"]),
      try: numberOrNull(entry["try"]),
      failure_id: textOrNull(entry["failure_id"]),
      path: textOrNull(entry["path"]),
      line: numberOrNull(entry["line"]),
    })),
    chain: chain.map((link) => ({
      class: text(link["class"]),
      role: text(link["role"]),
      rule: textOrNull(link["rule"]),
      kind: textOrNull(link["kind"]),
      try: numberOrNull(link["try"]),
      message: textOrNull(link["message"]),
      node_name: textOrNull(link["node_name"]),
      first_s: since(link["first_ns"]),
      path: textOrNull(link["path"]),
      line: numberOrNull(link["line"]),
    })),
  };
}

async function rowsOf(warehouse: Warehouse, sql: string): Promise<readonly JsonRow[]> {
  return (await warehouse.query(sql)).rows;
}
