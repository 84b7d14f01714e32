import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

let number = 0;
function run(scenario: string | null, outcome: string, time: number | null, more: Row = {}): Row {
  number += 1;
  return {
    run_id: `run-${String(number).padStart(3, "0")}`,
    cni: "whereabouts",
    cni_version: "v0.6.2",
    phase: "create",
    scenario,
    outcome,
    time_to_all_s: time,
    ready_count: 100,
    pod_count: 100,
    deleted_count: 0,
    ...more,
  };
}

type Case = readonly [title: string, runs: readonly Row[], expected: readonly Row[]];

const CASES: readonly Case[] = [
  [
    "a run without scenario, without CNI or without pods is not compared",
    [run(null, "complete", 5), run("limited", "complete", 5, { cni: null }), run("limited", "empty", null)],
    [],
  ],
  [
    "one repetition that did not complete makes the cell a failure, shown by the run that came least far",
    [
      run("limited", "complete", 100),
      run("limited", "incomplete", null, { ready_count: 67 }),
      run("limited", "incomplete", null, { ready_count: 80 }),
    ],
    [
      {
        limited_run_count: 3,
        limited_outcome: "failure",
        limited_time_s: null,
        limited_time_min_s: null,
        limited_ready_count: 67,
        limited_pod_count: 100,
        unlimited_run_count: 0,
        unlimited_outcome: "na",
        unlimited_time_s: null,
        unlimited_ready_count: null,
      },
    ],
  ],
  [
    "runs of another number of pods are another row, not repetitions",
    [
      run("limited", "complete", 50, { pod_count: 60 }),
      run("limited", "incomplete", null, { ready_count: 60, pod_count: 1000 }),
    ],
    [
      { pod_count: 60, limited_outcome: "complete", limited_run_count: 1 },
      { pod_count: 1000, limited_outcome: "failure", limited_ready_count: 60, limited_pod_count: 1000 },
    ],
  ],
  [
    "a run with injected faults is not compared, one that says it had none is",
    [run("limited", "complete", 50, { fault_count: 4 }), run("unlimited", "complete", 10, { fault_count: 0 })],
    [{ limited_outcome: "na", unlimited_time_s: 10 }],
  ],
  [
    "fewer than three runs have no interval; of three it spans all of them",
    [
      run("unlimited", "complete", 30),
      run("unlimited", "complete", 10),
      run("unlimited", "complete", 14),
      run("limited", "complete", 8),
      run("limited", "complete", 9),
    ],
    [{ unlimited_time_low_s: 10, unlimited_time_high_s: 30, limited_time_low_s: null, limited_time_high_s: null }],
  ],
  [
    // P(B(9, 1/9) >= 5) = 0.0014, P(B(9, 2/9) >= 5) = 0.034: the second is the first of at least 2.5 %; the eighth likewise.
    "the bootstrap interval of nine runs leaves out the extremes",
    [5, 1, 9, 2, 8, 3, 7, 4, 6].map((time) => run("unlimited", "complete", time)),
    [{ unlimited_time_s: 5, unlimited_time_low_s: 2, unlimited_time_high_s: 8 }],
  ],
  [
    "repetitions: median, minimum and maximum",
    [run("unlimited", "complete", 30), run("unlimited", "complete", 10), run("unlimited", "complete", 14)],
    [
      {
        unlimited_run_count: 3,
        unlimited_outcome: "complete",
        unlimited_time_s: 14,
        unlimited_time_min_s: 10,
        unlimited_time_max_s: 30,
      },
    ],
  ],
  [
    "limited and unlimited of one CNI share a row",
    [run("limited", "complete", 20), run("unlimited", "complete", 10)],
    [{ cni: "whereabouts", limited_time_s: 20, unlimited_time_s: 10 }],
  ],
  [
    "another version, mode, family or phase is another row",
    [
      run("limited", "complete", 1),
      run("limited", "complete", 2, { cni_version: "v0.7.0" }),
      run("limited", "complete", 3, { cni_mode: "macvlan" }),
      run("limited", "complete", 4, { ip_families: "IPv4,IPv6" }),
      run("limited", "complete", 5, { phase: "recreate" }),
    ],
    [
      { cni_version: "v0.6.2", cni_mode: "macvlan", limited_time_s: 3 },
      { cni_version: "v0.6.2", ip_families: "IPv4,IPv6", limited_time_s: 4 },
      { cni_version: "v0.6.2", phase: "create", limited_time_s: 1 },
      { cni_version: "v0.6.2", phase: "recreate", limited_time_s: 5 },
      { cni_version: "v0.7.0", limited_time_s: 2 },
    ],
  ],
  [
    "in a delete run, done is gone",
    [
      run("unlimited", "not_deleted", null, { phase: "delete", deleted_count: 40 }),
      run("limited", "deleted", 9, { phase: "delete", deleted_count: 100 }),
    ],
    [
      {
        unlimited_outcome: "failure",
        unlimited_ready_count: 40,
        limited_outcome: "complete",
        limited_time_s: 9,
        limited_ready_count: 100,
      },
    ],
  ],
];

describe("report.comparison", () => {
  test.each(CASES)("%s", async (_title, runs, expected) => {
    await expectModel("report.comparison", { "report.runs": runs }, expected);
  });
});
