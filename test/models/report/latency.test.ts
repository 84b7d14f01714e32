import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

let number = 0;
const pod = (more: Row): Row => {
  number += 1;
  return { run_id: "r", pod_uid: `p${number}`, run_phase: "create", created_at: 0, ...more };
};
const pods = (count: number, ready: (index: number) => number | null): Row[] =>
  Array.from({ length: count }, (_, index) => pod({ ready_at: ready(index) }));

describe("report.latency_quantiles", () => {
  test.each<readonly [title: string, measured: readonly Row[], expected: Row]>([
    [
      "every pod unfinished: counted, without any value",
      pods(3, () => null),
      { sample_count: 3, censored_count: 3, min_ms: null, p50_ms: null, max_ms: null },
    ],
    [
      "a quantile that falls on the unfinished is null, the others stand",
      pods(10, (index) => (index < 6 ? index + 1 : null)),
      { sample_count: 10, censored_count: 4, min_ms: 1000, p50_ms: 5000, p90_ms: null, p95_ms: null, max_ms: 6000 },
    ],
    ["99 values have no p99", pods(99, (index) => index + 1), { sample_count: 99, p99_ms: null, p95_ms: 95_000 }],
    ["100 have one", pods(100, (index) => index + 1), { sample_count: 100, p99_ms: 99_000 }],
    ["a negative latency is shown, not clamped", [pod({ ready_at: -2 })], { min_ms: -2000, p50_ms: -2000 }],
    [
      "one value is every quantile but p99",
      [pod({ ready_at: 1.5 })],
      { p50_ms: 1500, p90_ms: 1500, p95_ms: 1500, p99_ms: null, max_ms: 1500 },
    ],
  ])("created_to_ready: %s", async (_title, measured, expected) => {
    const censored = measured.filter((row) => row["ready_at"] === null).length;
    await expectModel("report.latency_quantiles", { "timeline._measured_pods": measured }, [
      { measure: "created_to_ready", ...expected },
      {
        measure: "created_to_running",
        sample_count: measured.length,
        censored_count: censored + (measured.length - censored),
      },
    ]);
  });

  const inScope = { "timeline._measured_pods": [pod({ pod_uid: "a", run_phase: "delete" })] };
  test.each<readonly [title: string, given: Given, expected: readonly Row[]]>([
    ["a delete run has no start-up latency", inScope, []],
    [
      "only attempts that made a sandbox are a sandbox_attempt, and only of pods in scope",
      {
        ...inScope,
        "timeline.sandbox_attempts": [
          { run_id: "r", pod_uid: "a", try: 1, outcome: "failed", started_at: 0, ended_at: 240 },
          { run_id: "r", pod_uid: "a", try: 2, outcome: "created", started_at: 250, ended_at: 252 },
          { run_id: "r", pod_uid: "z", try: 1, outcome: "created", started_at: 0, ended_at: 9 },
        ],
      },
      [{ measure: "sandbox_attempt", sample_count: 1, censored_count: 0, p50_ms: 2000 }],
    ],
    [
      "the ADD of a sandbox lasts from the first program's start to the last one's end; without either it is left out",
      {
        ...inScope,
        "timeline.cni_operations": [
          {
            run_id: "r",
            pod_uid: "a",
            sandbox_id: "s1",
            command: "ADD",
            component: "calico-cni",
            started_at: 1,
            ended_at: 3,
          },
          { run_id: "r", pod_uid: "a", sandbox_id: "s1", command: "ADD", component: "multus", ended_at: 4 },
          {
            run_id: "r",
            pod_uid: "a",
            sandbox_id: "s1",
            command: "DEL",
            component: "multus",
            started_at: 50,
            ended_at: 90,
          },
          { run_id: "r", pod_uid: "a", sandbox_id: "s2", command: "ADD", component: "multus", ended_at: 9 },
        ],
      },
      [{ measure: "cni_add", sample_count: 1, p50_ms: 3000 }],
    ],
    [
      "an allocation without its begin is left out, a wait is counted also when the allocation failed",
      {
        ...inScope,
        "timeline.ipam_operations": [
          {
            run_id: "r",
            pod_uid: "a",
            operation_id: "1",
            command: "ADD",
            outcome: "allocated",
            started_at: 1,
            ended_at: 4,
          },
          { run_id: "r", pod_uid: "a", operation_id: "2", command: "ADD", outcome: "allocated", ended_at: 4 },
          {
            run_id: "r",
            pod_uid: "a",
            operation_id: "3",
            command: "ADD",
            outcome: "failed",
            started_at: 1,
            ended_at: 8,
            lock_wait_ns: 7e9,
          },
        ],
      },
      [
        { measure: "ipam_allocation", sample_count: 1, p50_ms: 3000 },
        { measure: "ipam_wait", sample_count: 1, p50_ms: 7000 },
      ],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("report.latency_quantiles", given, expected);
  });
});

describe("report.latency_ecdf", () => {
  test.each<readonly [title: string, measured: readonly Row[], expected: readonly string[]]>([
    ["nobody Ready: no step, not a division", pods(2, () => null), []],
    [
      "unfinished pods keep it below 1; equal latencies are one step",
      [pod({ ready_at: 2 }), pod({ ready_at: 1 }), pod({ ready_at: 1.0004 }), pod({ ready_at: null })],
      ["r,1,2,4,0.5", "r,2,3,4,0.75"],
    ],
    ["a delete run has none", [pod({ ready_at: 2, run_phase: "delete" })], []],
  ])("%s", async (_title, measured, expected) => {
    await expectModel("report.latency_ecdf", { "timeline._measured_pods": measured }, expected);
  });
});

describe("report.phase_breakdown", () => {
  const span = (pod_uid: string, ordinal: number, phase: string, started_at: number, ended_at: number): Row => ({
    run_id: "r",
    pod_uid,
    ordinal,
    phase,
    started_at,
    ended_at,
  });

  test("a phase that a pod passed twice counts once, with the sum; pods out of scope and delete runs do not count", async () => {
    await expectModel(
      "report.phase_breakdown",
      {
        "timeline._measured_pods": [
          pod({ pod_uid: "a" }),
          pod({ pod_uid: "b" }),
          pod({ pod_uid: "c", run_phase: "delete" }),
        ],
        "timeline.phases": [
          span("a", 1, "failed_attempt", 0, 4),
          span("a", 2, "backoff", 4, 14),
          span("a", 3, "failed_attempt", 14, 20),
          span("b", 1, "failed_attempt", 0, 20),
          span("c", 1, "backoff", 0, 100),
          span("z", 1, "backoff", 0, 100),
        ],
      },
      [
        { phase: "backoff", pod_count: 1, total_s: 10, share_ratio: 0.25, mean_s: 10, p50_s: 10, max_s: 10 },
        { phase: "failed_attempt", pod_count: 2, total_s: 30, share_ratio: 0.75, mean_s: 15, p50_s: 10, max_s: 20 },
      ],
    );
  });
});
