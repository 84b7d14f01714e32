import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const FACTS: Row = {
  run_id: "r",
  phase: "create",
  started_at: 0,
  started_earliest_at: 0,
  started_latest_at: 0,
  observed_until_at: 100,
};

let number = 0;
/** A pod in scope, created at 0 and done at `done` (null: never), within half a second before it. */
function pod(done: number | null, more: Row = {}): Row {
  number += 1;
  const phase = more["run_phase"] ?? "create";
  return {
    run_id: "r",
    pod_uid: `p${number}`,
    namespace: "default",
    pod_name: `web-${number}`,
    run_phase: phase,
    created_at: 0,
    ready_at: phase === "delete" ? null : done,
    deleted_at: phase === "delete" ? done : null,
    done_at: done,
    done_earliest_at: done === null ? null : done - 0.5,
    done_latest_at: done,
    done_after_ns: done === null ? null : done * 1e9,
    observed_until_at: 100,
    attempt_count: 0,
    failed_attempt_count: 0,
    ...more,
  };
}
const pods = (count: number, done: (index: number) => number | null): Row[] =>
  Array.from({ length: count }, (_, index) => pod(done(index)));

type Case = readonly [title: string, facts: Row, measured: readonly Row[], expected: Row];

const CASES: readonly Case[] = [
  [
    "no pod in scope is empty, with counts of 0 and no time",
    FACTS,
    [],
    {
      outcome: "empty",
      pod_count: 0,
      ready_count: 0,
      time_to_all_s: null,
      pods_ready_per_s: null,
      latency_p50_s: null,
      attempt_count: null,
    },
  ],
  [
    "nobody got there: no rate, no last progress, not a division by null",
    FACTS,
    [pod(null), pod(null)],
    {
      outcome: "incomplete",
      ready_count: 0,
      never_ready_count: 2,
      last_progress_s: null,
      pods_ready_per_s: null,
      peak_pods_ready_per_s: null,
      latency_max_s: null,
      time_to_50_percent_s: null,
    },
  ],
  [
    "one of three never got there: the time to all is unknown, the last progress and the quantiles below it are not",
    FACTS,
    [pod(10), pod(20), pod(null)],
    {
      outcome: "incomplete",
      pod_count: 3,
      ready_count: 2,
      never_ready_count: 1,
      time_to_all_s: null,
      time_to_all_earliest_s: null,
      last_progress_s: 20,
      time_to_50_percent_s: 20,
      time_to_90_percent_s: null,
      latency_p50_s: 20,
      latency_max_s: 20,
      pods_ready_per_s: 0.1,
      observed_s: 100,
    },
  ],
  [
    "half are unfinished: the lower median is a value that occurred",
    FACTS,
    [pod(10), pod(null)],
    { time_to_50_percent_s: 10, latency_p50_s: 10, time_to_90_percent_s: null },
  ],
  [
    "all done: the last one's interval, wider by that of the begin",
    { ...FACTS, started_at: 1, started_earliest_at: 0.5, started_latest_at: 1.5 },
    [pod(10), pod(21)],
    {
      outcome: "complete",
      time_to_all_s: 20,
      time_to_all_earliest_s: 19,
      time_to_all_latest_s: 20.5,
      never_ready_count: 0,
    },
  ],
  ["99 pods have no p99", FACTS, pods(99, (index) => index + 1), { latency_p99_s: null, latency_p50_s: 50 }],
  [
    "100 pods have one, the 99th value",
    FACTS,
    pods(100, (index) => index + 1),
    { latency_p99_s: 99, time_to_99_percent_s: 99 },
  ],
  [
    "with two of 100 unfinished p99 is unfinished",
    FACTS,
    pods(100, (index) => (index < 98 ? index + 1 : null)),
    { latency_p99_s: null, time_to_90_percent_s: 90, time_to_99_percent_s: null },
  ],
  [
    "a delete run is about deletion: no Ready rate, nobody never Ready",
    { ...FACTS, phase: "delete" },
    [pod(5, { run_phase: "delete", ready_at: -50 }), pod(8, { run_phase: "delete", ready_at: -50 })],
    {
      outcome: "deleted",
      deleted_count: 2,
      ready_count: 2,
      never_ready_count: 0,
      time_to_all_s: 8,
      pods_ready_per_s: null,
      peak_pods_ready_per_s: null,
    },
  ],
  [
    "a delete run with a pod left is not deleted",
    { ...FACTS, phase: "delete" },
    [pod(5, { run_phase: "delete" }), pod(null, { run_phase: "delete" })],
    { outcome: "not_deleted", deleted_count: 1, never_ready_count: 0, time_to_all_s: null, last_progress_s: 5 },
  ],
  [
    "the peak is over any window of 10 s, not over fixed ones, and holds both its ends",
    FACTS,
    [pod(9), pod(11), pod(15), pod(19), pod(60)],
    { peak_pods_ready_per_s: 0.4, peak_window_s: 10 },
  ],
  [
    "a run shorter than the window has no peak: it would be below its own average",
    FACTS,
    [pod(2, { ip_allocated_at: 1 }), pod(4, { ip_allocated_at: 2 })],
    { pods_ready_per_s: 0.5, peak_pods_ready_per_s: null, ips_allocated_per_s: 1, peak_ips_allocated_per_s: null },
  ],
  [
    "an IPAM that logs nothing has no count of addresses, not 0",
    FACTS,
    [pod(10)],
    { ip_allocated_count: null, ips_allocated_per_s: null, peak_ips_allocated_per_s: null },
  ],
  [
    "addresses count by themselves, also of pods that never got Ready",
    FACTS,
    [pod(30, { ip_allocated_at: 4 }), pod(null, { ip_allocated_at: 16 })],
    { ip_allocated_count: 2, ips_allocated_per_s: 0.125, peak_ips_allocated_per_s: 0.1 },
  ],
  [
    "the unknown begin leaves times unknown",
    { ...FACTS, started_at: null, started_earliest_at: null, started_latest_at: null },
    [pod(10, { done_after_ns: null })],
    { outcome: "complete", time_to_all_s: null, observed_s: null, pods_ready_per_s: null, latency_p50_s: 10 },
  ],
];

describe("report.runs", () => {
  test.each(CASES)("%s", async (_title, facts, measured, expected) => {
    await expectModel("report.runs", { "timeline._run_facts": [facts], "timeline._measured_pods": measured }, [
      expected,
    ]);
  });

  test("the first failure is the earliest of a pod in scope within the observation", async () => {
    const failed = (pod_uid: string, ended_at: number, error: string): Row => ({
      run_id: "r",
      pod_uid,
      try: 1,
      outcome: "failed",
      ended_at,
      error,
    });
    await expectModel(
      "report.runs",
      {
        "timeline._run_facts": [FACTS],
        "timeline._measured_pods": [
          pod(10, { pod_uid: "a", pod_name: "web-a", attempt_count: 2, failed_attempt_count: 1 }),
        ],
        "timeline.sandbox_attempts": [
          failed("system", 1, "not in scope"),
          failed("a", 7, "second"),
          failed("a", 4, "first"),
          { ...failed("a", 2, ""), outcome: "created" },
        ],
      },
      [
        {
          first_failure_s: 4,
          first_failure_message: "first",
          first_failure_pod: "default/web-a",
          attempt_count: 2,
          failed_attempt_count: 1,
        },
      ],
    );
  });

  test("a failure after the end of observation is not the first failure", async () => {
    await expectModel(
      "report.runs",
      {
        "timeline._run_facts": [FACTS],
        "timeline._measured_pods": [pod(null, { pod_uid: "a" })],
        "timeline.sandbox_attempts": [
          { run_id: "r", pod_uid: "a", try: 1, outcome: "failed", ended_at: 101, error: "late" },
        ],
      },
      [{ first_failure_s: null, first_failure_message: null }],
    );
  });
});
