import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readCaptureTruth, type CaptureTruth, type Sighting } from "./capture_truth.ts";
import {
  checkCompletion,
  checkIntervals,
  checkOutcomes,
  checkScope,
  type CheckInput,
  type CheckResult,
} from "./checks.ts";
import { takeLogCensus, type LogCensus } from "./log_census.ts";
import { checkAttempts, checkCompleteness, checkPhases } from "./log_checks.ts";
import type { AttemptRow, MilestoneRow, PhaseRow, PodRow, ProductTables, RunRow } from "./product_tables.ts";

const S = 1e9;
const CAPTURE = join(import.meta.dirname, "../../fixtures/captures/whereabouts_exhausted");
let truth: CaptureTruth;
let census: LogCensus;

function milestone(uid: string, name: string, seen: Sighting | null): MilestoneRow[] {
  if (seen === null) return [];
  const row = { pod_uid: uid, milestone: name, ts: seen.by, earliest: seen.by - S / 2, latest: seen.by };
  return [{ ...row, source: "test", file_id: null, line: null }];
}

function attempts(uid: string): AttemptRow[] {
  const counted = census.pods.get(uid);
  const failed = Math.max(counted?.failedInContainerd ?? 0, counted?.failedInKubelet ?? 0);
  return Array.from({ length: counted?.starts ?? 0 }, (_, index) => ({
    pod_uid: uid,
    try: index + 1,
    started_at: index * S,
    ended_at: null,
    outcome: index < failed ? "failed" : "created",
  }));
}

/** A product that says exactly what the truth says. */
function faithful(): ProductTables & { run: RunRow } {
  const pods = [...truth.measured.values()];
  const ready = pods.flatMap((pod) => (pod.ready === null ? [] : [pod.ready.by])).sort((a, b) => a - b);
  const share = (percent: number): number | null => {
    const at = ready[Math.ceil((percent * pods.length) / 100) - 1];
    return at === undefined ? null : at / S;
  };
  const rows = pods.map((pod): PodRow => {
    const [created_at, ready_at] = [pod.created.by, pod.ready?.by ?? null];
    const identity = { pod_uid: pod.uid, pod_name: pod.name, namespace: pod.namespace, in_scope: true };
    return { ...identity, outcome: "", created_at, ready_at, deleted_at: null };
  });
  const logged = ["kubelet_seen", "sandbox_started", "network_ready", "container_started", "ip_allocated"];
  const run: RunRow = {
    pod_count: pods.length,
    ready_count: ready.length,
    never_ready_count: pods.length - ready.length,
    deleted_count: 0,
    outcome: "",
    started_at: 0,
    time_to_all_s: null,
    time_to_all_earliest_s: null,
    time_to_all_latest_s: null,
    last_progress_s: null,
    time_to_50_percent_s: share(50),
    time_to_90_percent_s: share(90),
    time_to_99_percent_s: share(99),
    failed_attempt_count: null,
  };
  return {
    run,
    pods: rows,
    milestones: pods.flatMap((pod) => [
      ...(["created", "scheduled", "running", "ready"] as const).flatMap((name) => milestone(pod.uid, name, pod[name])),
      ...logged.flatMap((name) => milestone(pod.uid, name, pod.created)),
    ]),
    attempts: pods.flatMap((pod) => attempts(pod.uid)),
    phases: rows.flatMap((row): PhaseRow[] => {
      const [from, to] = [row.created_at ?? 0, row.ready_at ?? truth.endedAt];
      const middle = (from + to) / 2;
      return [
        { pod_uid: row.pod_uid, phase: "a", started_at: from, ended_at: middle },
        { pod_uid: row.pod_uid, phase: "b", started_at: middle, ended_at: to },
      ];
    }),
  };
}

function failing(product: ProductTables): string[] {
  const input: CheckInput = { truth, census, product };
  const results: CheckResult[] = [
    checkScope(input),
    checkOutcomes(input),
    ...checkIntervals(input),
    ...checkCompletion(input),
    checkCompleteness(input),
    checkAttempts(input),
    checkPhases(input),
  ];
  return results.filter((entry) => !entry.passed).map((entry) => entry.check);
}

beforeAll(async () => {
  truth = await readCaptureTruth(CAPTURE);
  census = await takeLogCensus(truth);
});

test("the truth of the fixture is what its README says", () => {
  const pods = [...truth.measured.values()];
  expect([pods.length, pods.filter((pod) => pod.ready !== null).length]).toEqual([6, 3]);
});

test("a product that repeats the truth passes every check", () => {
  expect(failing(faithful())).toEqual([]);
});

describe("a product that is wrong in one thing fails the check of that thing", () => {
  test("a pod is left out", () => {
    const product = faithful();
    const pods = product.pods.map((pod, index) => ({ ...pod, in_scope: index > 0 }));
    expect(failing({ ...product, pods })).toEqual(["pods in scope"]);
  });

  test("a pod that never became Ready is said to be", () => {
    const product = faithful();
    const pods = product.pods.map((pod) => ({ ...pod, ready_at: pod.ready_at ?? 100 * S }));
    expect(failing({ ...product, pods })).toContain("Ready");
  });

  test.each([
    ["the kubelet's stamp is taken for the instant the API showed it", -9 * S],
    ["an instant after the watch saw it", S],
  ])("ready: %s", (_title, shift) => {
    const product = faithful();
    const milestones = product.milestones.map((row) =>
      row.milestone === "ready"
        ? { ...row, ts: row.ts + shift, earliest: row.earliest + shift, latest: row.latest + shift }
        : row,
    );
    expect(failing({ ...product, milestones })).toEqual(["ready interval"]);
  });

  test("a completion time although pods never became Ready", () => {
    const product = faithful();
    expect(failing({ ...product, run: { ...product.run, time_to_all_s: 100 } })).toEqual(["time to all"]);
  });

  test("the median is taken over the Ready pods only", () => {
    const product = faithful();
    const run = { ...product.run, time_to_90_percent_s: 100 };
    expect(failing({ ...product, run })).toEqual(["time to 50/90/99 %"]);
  });

  test("a milestone that the logs hold is missing", () => {
    const product = faithful();
    const milestones = product.milestones.filter((row) => row.milestone !== "network_ready");
    expect(failing({ ...product, milestones })).toEqual(["milestones complete"]);
  });

  test("a failed attempt is counted twice", () => {
    const product = faithful();
    const failed = product.attempts.filter((row) => row.outcome === "failed").slice(0, 1);
    expect(failing({ ...product, attempts: [...product.attempts, ...failed] })).toEqual(["sandbox attempts"]);
  });

  test("a gap between two phases", () => {
    const product = faithful();
    const phases = product.phases.map((row) => (row.phase === "b" ? { ...row, started_at: row.started_at + 1 } : row));
    expect(failing({ ...product, phases })).toEqual(["phases"]);
  });
});
