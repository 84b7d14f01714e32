import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { expectModel, modelRows, type Row } from "../expect_model.ts";

const BOUNDS = [{ run_id: "r", observed_until_at: 100 }];
const boundary = (stage: number, phase: string, ts: number, pod_uid = "p"): Row => ({
  run_id: "r",
  pod_uid,
  stage,
  phase,
  ts,
});
const pod = (more: Row = {}): Row => ({ run_id: "r", pod_uid: "p", ...more });

type Case = readonly [title: string, pods: readonly Row[], boundaries: readonly Row[], expected: readonly Row[]];

const CASES: readonly Case[] = [
  ["a pod without any boundary has no phase", [pod({ ready_at: 10 })], [], []],
  [
    "a boundary before the one it follows moves up to it, and a phase without time is left out",
    [pod({ ready_at: 10 })],
    [boundary(0, "scheduling", 5), boundary(1, "kubelet_wait", 3), boundary(2, "sandbox_wait", 7)],
    [
      { ordinal: 1, phase: "kubelet_wait", started_at: 5, ended_at: 7, is_open: false },
      { ordinal: 2, phase: "sandbox_wait", started_at: 7, ended_at: 10, is_open: false },
    ],
  ],
  [
    "what comes after Ready is cut off",
    [pod({ ready_at: 10 })],
    [boundary(0, "scheduling", 0), boundary(13, "status_update", 9), boundary(14, "readiness", 12)],
    [
      { phase: "scheduling", started_at: 0, ended_at: 9 },
      { phase: "status_update", started_at: 9, ended_at: 10, is_open: false },
    ],
  ],
  [
    "a pod that never got there is in its last phase when the observation ends",
    [pod()],
    [boundary(0, "scheduling", 0), boundary(1, "kubelet_wait", 4)],
    [
      { phase: "scheduling", is_open: false },
      { phase: "kubelet_wait", started_at: 4, ended_at: 100, is_open: true },
    ],
  ],
  [
    "a pod that was deleted before it was Ready ends there, and is not open",
    [pod({ deleted_at: 8 })],
    [boundary(0, "scheduling", 0)],
    [{ phase: "scheduling", started_at: 0, ended_at: 8, is_open: false }],
  ],
  [
    "failed attempts and the back-off between them alternate by time",
    [pod({ ready_at: 30 })],
    [
      boundary(2, "sandbox_wait", 0),
      boundary(3, "failed_attempt", 1),
      boundary(3, "backoff", 5),
      boundary(3, "failed_attempt", 15),
      boundary(3, "backoff", 19),
      boundary(4, "sandbox", 29),
    ],
    [
      { phase: "sandbox_wait", started_at: 0, ended_at: 1 },
      { phase: "failed_attempt", started_at: 1, ended_at: 5 },
      { phase: "backoff", started_at: 5, ended_at: 15 },
      { phase: "failed_attempt", started_at: 15, ended_at: 19 },
      { phase: "backoff", started_at: 19, ended_at: 29 },
      { phase: "sandbox", started_at: 29, ended_at: 30 },
    ],
  ],
];

const PHASES = [
  "scheduling",
  "kubelet_wait",
  "sandbox_wait",
  "failed_attempt",
  "backoff",
  "sandbox",
  "cni",
  "ipam_wait",
  "ipam",
];
const instant = fc.integer({ min: 0, max: 120_000 }).map((ms) => ms / 1000);
const arbitraryPod = fc.record({
  ready_at: fc.option(instant, { nil: null }),
  deleted_at: fc.option(instant, { nil: null }),
  boundaries: fc.array(
    fc.record({ stage: fc.integer({ min: 0, max: 14 }), phase: fc.constantFrom(...PHASES), ts: instant }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
});
type ArbitraryPod = typeof arbitraryPod extends fc.Arbitrary<infer P> ? P : never;

describe("timeline.phases", () => {
  test.each(CASES)("%s", async (_title, pods, boundaries, expected) => {
    await expectModel(
      "timeline.phases",
      { "timeline.pods": pods, "timeline._run_bounds": BOUNDS, "timeline._phase_boundaries": boundaries },
      expected,
    );
  });

  test("whatever the boundaries: no gap, no overlap, and the sum is the pod's total", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryPod, { minLength: 1, maxLength: 60 }), async (pods) => {
        const rows = await phasesOf(pods);
        for (const [index, each] of pods.entries()) {
          const own = rows.filter((row) => row["pod_uid"] === `p${index}`);
          const first = firstBoundary(each);
          const end = each.ready_at ?? each.deleted_at ?? 100;
          const spans = own.map((row) => [Number(row["started_at"]), Number(row["ended_at"])] as const);
          for (const [at, [from, to]] of spans.entries()) {
            expect(to).toBeGreaterThan(from);
            if (at > 0) expect(from).toBe(spans[at - 1]?.[1]);
          }
          expect(own.map((row) => row["ordinal"])).toEqual(own.map((_row, at) => at + 1));
          if (first >= end) expect(own).toEqual([]);
          else expect([spans[0]?.[0], spans.at(-1)?.[1]]).toEqual([first, end]);
        }
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});

/** The boundary that a pod passes first: the lowest stage, then the earliest. */
function firstBoundary(pod: ArbitraryPod): number {
  const ordered = pod.boundaries.toSorted((a, b) => a.stage - b.stage || a.ts - b.ts);
  return ordered[0]?.ts ?? Number.NaN;
}

function phasesOf(pods: readonly ArbitraryPod[]): Promise<readonly Record<string, unknown>[]> {
  return modelRows("timeline.phases", {
    "timeline.pods": pods.map(({ ready_at, deleted_at }, index) => ({
      run_id: "r",
      pod_uid: `p${index}`,
      ready_at,
      deleted_at,
    })),
    "timeline._run_bounds": BOUNDS,
    "timeline._phase_boundaries": pods.flatMap(({ boundaries }, index) =>
      boundaries.map(({ stage, phase, ts }) => boundary(stage, phase, ts, `p${index}`)),
    ),
  });
}
