import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Facts, PodFacts } from "../../fixtures/simulator/facts.ts";
import { instantNs } from "../truth/capture_truth.ts";
import { quote, rowsOf, withDuckDb } from "../truth/product_tables.ts";

/** One planted kind of fact against what the product made of it. */
export interface Recovery {
  readonly check: string;
  readonly passed: boolean;
  /** Planted and found. */
  readonly figures: string;
  /** A few of those that differ. */
  readonly cases: readonly string[];
}

interface Interval {
  readonly pod_uid: string;
  readonly milestone: string;
  readonly earliest: number;
  readonly latest: number;
}

interface Attempt {
  readonly pod_uid: string;
  readonly try: number;
  readonly started_at: number | null;
  readonly outcome: string;
  readonly sandbox_id: string | null;
}

interface Failure {
  readonly pod_uid: string;
  readonly try: number;
  readonly class: string;
  readonly root_class: string;
}

interface Offset {
  readonly node_name: string;
  readonly earliest: number | null;
  readonly latest: number | null;
}

interface Run {
  readonly pod_count: number;
  readonly ready_count: number;
  readonly time_to_all_s: number | null;
  readonly attempt_count: number | null;
  readonly failed_attempt_count: number | null;
}

/** What the product says of one run; instants are ns since the run's start. */
export interface Found {
  readonly run: Run | null;
  readonly intervals: readonly Interval[];
  readonly attempts: readonly Attempt[];
  readonly failures: readonly Failure[];
  readonly leaks: readonly { readonly ip: string; readonly certainty: string }[];
  readonly offsets: readonly Offset[];
  readonly addresses: readonly { readonly pod_uid: string; readonly ips: string | null }[];
}

const MILESTONES: readonly (readonly [string, keyof PodFacts])[] = [
  ["created", "createdNs"],
  ["scheduled", "scheduledNs"],
  ["kubelet_seen", "kubeletSeenNs"],
  ["network_ready", "networkReadyNs"],
  ["container_started", "containerStartedNs"],
  ["ready", "readyNs"],
];
/** Stamps of µs are cut, and so are the bounds made from them. */
const ROUNDING_NS = 2000;

/** Reads truth/facts.json of a simulated capture. */
export async function readFacts(capture: string): Promise<Facts> {
  return JSON.parse(await readFile(join(capture, "truth", "facts.json"), "utf8")) as Facts;
}

/** Reads the product's Parquet of one run. */
export async function readFound(out: string, facts: Facts): Promise<Found> {
  const start = instantNs(facts.run.startedAt).toString();
  const since = (column: string) => `(epoch_ns(${column}) - ${start})::double`;
  const from = (table: string) =>
    `from read_parquet(${quote(join(out, `${table}.parquet`))}) where run_id = ${quote(facts.run.runId)}`;
  return withDuckDb(async (connection) => ({
    run:
      (
        await rowsOf<Run>(
          connection,
          `select pod_count::double as pod_count, ready_count::double as ready_count, time_to_all_s,
            attempt_count::double as attempt_count, failed_attempt_count::double as failed_attempt_count
            ${from("report/runs")}`,
        )
      )[0] ?? null,
    intervals: await rowsOf<Interval>(
      connection,
      `select pod_uid, milestone, ${since("earliest_ts")} as earliest, ${since("latest_ts")} as latest
        ${from("timeline/milestones")}`,
    ),
    attempts: await rowsOf<Attempt>(
      connection,
      `select pod_uid, try::double as try, ${since("started_at")} as started_at, outcome, sandbox_id
        ${from("timeline/sandbox_attempts")}`,
    ),
    failures: await rowsOf<Failure>(
      connection,
      `select pod_uid, try::double as try, class, root_class ${from("finding/failures")} and kind = 'attempt'`,
    ),
    leaks: await rowsOf<{ ip: string; certainty: string }>(
      connection,
      `select ip, certainty ${from("finding/ip_leaks")}`,
    ),
    offsets: await rowsOf<Offset>(
      connection,
      `select node_name, earliest_ns::double as earliest, latest_ns::double as latest ${from("finding/clock_offsets")}`,
    ),
    addresses: await rowsOf<{ pod_uid: string; ips: string | null }>(
      connection,
      `select pod_uid, ip_addresses as ips ${from("timeline/pods")}`,
    ),
  }));
}

function exact(check: string, planted: number | string | null, found: number | string | null | undefined): Recovery {
  return {
    check,
    passed: planted === (found ?? null),
    figures: `planted ${planted}, found ${found ?? "none"}`,
    cases: [],
  };
}

function milestones(facts: Facts, found: Found, name: string, field: keyof PodFacts): Recovery {
  const known = new Map(found.intervals.filter(({ milestone }) => milestone === name).map((row) => [row.pod_uid, row]));
  const cases: string[] = [];
  let planted = 0;
  let missing = 0;
  let outside = 0;
  let worst = 0;
  for (const pod of facts.pods) {
    const at = pod[field];
    const row = known.get(pod.uid);
    if (typeof at !== "number" || at > facts.run.endedNs) {
      if (row !== undefined && row.earliest <= facts.run.endedNs) cases.push(`${pod.name}: never happened`);
      continue;
    }
    planted += 1;
    if (row === undefined) {
      missing += 1;
      continue;
    }
    const by = Math.max(row.earliest - at, at - row.latest, 0);
    if (by <= ROUNDING_NS) continue;
    outside += 1;
    worst = Math.max(worst, by);
    if (cases.length < 3) cases.push(`${pod.name}: ${at} not in ${row.earliest}..${row.latest}`);
  }
  const figures = `${planted} planted, ${missing} missing, ${outside} outside (worst ${(worst / 1e6).toFixed(3)} ms)`;
  return { check: `milestone ${name}`, passed: missing + outside + cases.length === 0, figures, cases };
}

function attempts(facts: Facts, found: Found): Recovery {
  const byPod = new Map<string, Attempt[]>();
  for (const row of found.attempts) {
    const list = byPod.get(row.pod_uid) ?? [];
    list.push(row);
    byPod.set(row.pod_uid, list);
  }
  const cases: string[] = [];
  let planted = 0;
  let wrong = 0;
  const names = { succeeded: "created", failed: "failed", running: "open" };
  for (const pod of facts.pods) {
    const list = (byPod.get(pod.uid) ?? []).sort((left, right) => left.try - right.try);
    planted += pod.attempts.length;
    const differs = pod.attempts.flatMap((attempt, index) => {
      const row = list[index];
      // What the kubelet gave up and the runtime has not answered yet counts as failed, or is still open.
      const isGivenUp = attempt.outcome === "running" && attempt.givenUpNs !== null && row?.outcome === "failed";
      if (!isGivenUp && row?.outcome !== names[attempt.outcome])
        return [`try ${index + 1}: ${attempt.outcome}, found ${row?.outcome ?? "none"}`];
      // A request still open has no sandbox id in the log.
      if (row.sandbox_id !== null && row.sandbox_id !== attempt.sandboxId && attempt.sandboxId !== null) {
        return [`try ${index + 1}: sandbox ${attempt.sandboxId}, found ${row.sandbox_id}`];
      }
      return [];
    });
    wrong += differs.length + Math.max(0, list.length - pod.attempts.length);
    if (differs.length > 0 && cases.length < 3) cases.push(`${pod.name}: ${differs.join("; ")}`);
  }
  return { check: "attempts", passed: wrong === 0, figures: `${planted} planted, ${wrong} wrong`, cases };
}

/** A planted time-out is right when the product names it, or the wait behind it. */
const SAME_CAUSE: Readonly<Record<string, readonly string[]>> = {
  ipam_lock_timeout: ["ipam_lock_timeout", "ipam_lock_wait"],
  ipam_wait_timeout: ["ipam_wait_timeout", "ipam_queue_wait"],
  ipam_request_timeout: ["ipam_request_timeout", "ipam_queue_wait", "ipam_lock_wait"],
};

function causes(facts: Facts, found: Found): Recovery {
  const known = new Map(found.failures.map((row) => [`${row.pod_uid}/${row.try}`, row]));
  const differs = new Map<string, number>();
  let planted = 0;
  for (const pod of facts.pods) {
    pod.attempts.forEach((attempt, index) => {
      if (attempt.outcome !== "failed" || attempt.class === null || (attempt.endedNs ?? Infinity) > facts.run.endedNs)
        return;
      planted += 1;
      const row = known.get(`${pod.uid}/${index + 1}`);
      const right = SAME_CAUSE[attempt.class] ?? [attempt.class];
      if (row !== undefined && (right.includes(row.class) || right.includes(row.root_class))) return;
      const text = `${attempt.class} -> ${row === undefined ? "none" : `${row.class} (root ${row.root_class})`}`;
      differs.set(text, (differs.get(text) ?? 0) + 1);
    });
  }
  const cases = [...differs].map(([text, count]) => `${count} x ${text}`);
  const wrong = [...differs.values()].reduce((sum, count) => sum + count, 0);
  return { check: "failure classes", passed: wrong === 0, figures: `${planted} planted, ${wrong} wrong`, cases };
}

function leaks(facts: Facts, found: Found): Recovery {
  const planted = new Set(facts.run.leaks.map(({ ip }) => ip));
  const proved = new Set(found.leaks.filter(({ certainty }) => certainty === "leak").map(({ ip }) => ip));
  const missing = [...planted].filter((ip) => !proved.has(ip));
  const extra = [...proved].filter((ip) => !planted.has(ip));
  const possible = found.leaks.length - proved.size;
  return {
    check: "leaks",
    passed: missing.length + extra.length === 0,
    figures: `${planted.size} planted, ${missing.length} missing, ${extra.length} wrong, ${possible} called possible`,
    cases: [...missing.slice(0, 2).map((ip) => `missing ${ip}`), ...extra.slice(0, 2).map((ip) => `wrong ${ip}`)],
  };
}

function offsets(facts: Facts, found: Found): Recovery {
  const cases: string[] = [];
  for (const [node, planted] of Object.entries(facts.run.clockOffsets)) {
    const row = found.offsets.find(({ node_name }) => node_name === node);
    const low = row?.earliest ?? -Infinity;
    const high = row?.latest ?? Infinity;
    if (planted < low - ROUNDING_NS || planted > high + ROUNDING_NS)
      cases.push(`${node}: ${planted} not in ${low}..${high}`);
  }
  const count = Object.keys(facts.run.clockOffsets).length;
  return {
    check: "clock offsets",
    passed: cases.length === 0,
    figures: `${count} nodes, ${cases.length} outside`,
    cases,
  };
}

function addresses(facts: Facts, found: Found): Recovery {
  const known = new Map(found.addresses.map((row) => [row.pod_uid, row.ips]));
  const cases: string[] = [];
  let planted = 0;
  for (const { uid, name, ip } of facts.pods) {
    if (ip === null) continue;
    planted += 1;
    if (known.get(uid) !== ip) cases.push(`${name}: ${ip}, found ${known.get(uid) ?? "none"}`);
  }
  return {
    check: "addresses",
    passed: cases.length === 0,
    figures: `${planted} planted, ${cases.length} wrong`,
    cases: cases.slice(0, 3),
  };
}

function makespan(facts: Facts, found: Found): Recovery {
  const planted = facts.run.makespanNs;
  const seen = found.run?.time_to_all_s ?? null;
  const passed = planted === null ? seen === null : seen !== null && Math.abs(seen - planted / 1e9) < 0.1;
  return {
    check: "makespan",
    passed,
    figures: `planted ${planted === null ? "none" : planted / 1e9}, found ${seen ?? "none"}`,
    cases: [],
  };
}

/** Every planted fact against the product's tables. */
export function compareFacts(facts: Facts, found: Found): readonly Recovery[] {
  return [
    exact("pods", facts.run.podCount, found.run?.pod_count),
    exact(
      "ready pods",
      facts.pods.filter(({ readyNs }) => readyNs !== null && readyNs <= facts.run.endedNs).length,
      found.run?.ready_count,
    ),
    makespan(facts, found),
    ...MILESTONES.map(([name, field]) => milestones(facts, found, name, field)),
    attempts(facts, found),
    causes(facts, found),
    addresses(facts, found),
    leaks(facts, found),
    offsets(facts, found),
  ];
}
