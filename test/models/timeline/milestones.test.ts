import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const BOUNDS = [{ run_id: "r", observed_until_at: 1000 }];
let line = 0;

/** A candidate; without `from` and `to` its interval is its instant. */
function candidate(milestone: string, source: string, rank: number, ts: number, from = ts, to = ts): Row {
  line += 1;
  return { run_id: "r", pod_uid: "p", milestone, source, rank, ts, earliest_ts: from, latest_ts: to, file_id: 1, line };
}

type Case = readonly [title: string, candidates: readonly Row[], expected: readonly Row[], objects?: readonly Row[]];

const CASES: readonly Case[] = [
  [
    "what begins after the end of observation is left out, what could have been before it stays",
    [candidate("running", "audit", 0, 1001), candidate("ready", "object", 2, 1000.5, 1000, 1000.999)],
    [{ milestone: "ready", ts: 1000.5 }],
  ],
  [
    "a more direct source that is after the end of observation does not hide one that is not",
    [candidate("ready", "audit", 0, 1001), candidate("ready", "object", 2, 999.5, 999, 999.999)],
    [{ milestone: "ready", source: "object", ts: 999.5 }],
  ],
  [
    "the most direct source wins, not the earliest",
    [candidate("created", "object", 2, 1.5, 1, 1.999999999), candidate("created", "audit", 0, 1.8, 1.7, 1.8)],
    [{ source: "audit", ts: 1.8, earliest_ts: 1.7, latest_ts: 1.8 }],
  ],
  [
    "of one source the first record counts, but the last for deleted",
    [
      candidate("kubelet_seen", "kubelet_log", 0, 7),
      candidate("kubelet_seen", "kubelet_log", 0, 5),
      candidate("deleted", "kubelet_log", 1, 20),
      candidate("deleted", "kubelet_log", 1, 30),
    ],
    [
      { milestone: "deleted", ts: 30 },
      { milestone: "kubelet_seen", ts: 5 },
    ],
  ],
  [
    "the same instant twice: the first line is the evidence",
    [
      { ...candidate("scheduled", "event", 1, 5), file_id: 2, line: 1 },
      { ...candidate("scheduled", "event", 1, 5), file_id: 1, line: 9 },
      { ...candidate("scheduled", "event", 1, 5), file_id: 1, line: 3 },
    ],
    [{ file_id: 1, line: 3 }],
  ],
  [
    "a 1-s creation ends when the pod was bound, and the estimate moves to the middle of what is left",
    [candidate("created", "object", 2, 10.5, 10, 10.999999999), candidate("scheduled", "event", 1, 10.2, 10, 10.2)],
    [
      { milestone: "created", earliest_ts: 10, latest_ts: 10.2, ts: 10.1 },
      { milestone: "scheduled", ts: 10.2 },
    ],
  ],
  [
    "a 1-s creation and a 1-s binding both end when the kubelet saw the pod",
    [
      candidate("created", "object", 2, 10.5, 10, 10.999999999),
      candidate("scheduled", "object", 2, 10.5, 10, 10.999999999),
      candidate("kubelet_seen", "kubelet_log", 0, 10.4),
    ],
    [
      { milestone: "created", latest_ts: 10.4, ts: 10.2 },
      { milestone: "kubelet_seen", ts: 10.4 },
      { milestone: "scheduled", latest_ts: 10.4, ts: 10.2 },
    ],
  ],
  [
    "a binding before the creation contradicts it: nothing is narrowed",
    [candidate("created", "object", 2, 10.5, 10, 10.999999999), candidate("scheduled", "event", 1, 8, 7, 8)],
    [
      { milestone: "created", earliest_ts: 10, latest_ts: 10.999999999, ts: 10.5 },
      { milestone: "scheduled", ts: 8 },
    ],
  ],
  [
    "a kubelet that saw the pod before its creation (clock) does not turn the interval round",
    [
      candidate("created", "object", 2, 10.5, 10, 10.999999999),
      candidate("scheduled", "object", 2, 10.5, 10, 10.999999999),
      candidate("kubelet_seen", "kubelet_log", 0, 9.4),
    ],
    [
      { milestone: "created", earliest_ts: 10, latest_ts: 10.999999999, ts: 10.5 },
      { milestone: "kubelet_seen", ts: 9.4 },
      { milestone: "scheduled", earliest_ts: 10, latest_ts: 10.999999999, ts: 10.5 },
    ],
  ],
  [
    "a binding between an event's second and the object's does not turn the interval round either",
    [candidate("created", "event", 1, 10.3, 9.3, 10.3), candidate("scheduled", "event", 1, 9.8)],
    [
      { milestone: "created", earliest_ts: 10, latest_ts: 10.3 },
      { milestone: "scheduled", ts: 9.8 },
    ],
    [{ run_id: "r", pod_uid: "p", created_at: 10 }],
  ],
  [
    "a creation ends when the request to bind the pod came in, not when it was answered",
    [candidate("created", "object", 2, 10.5, 10, 10.999999999), candidate("scheduled", "audit", 0, 10.6, 10.4, 10.6)],
    [
      { milestone: "created", latest_ts: 10.4, ts: 10.2 },
      { milestone: "scheduled", ts: 10.6 },
    ],
  ],
  [
    "a pod that its kubelet saw before the binding was answered was bound by then",
    [
      candidate("scheduled", "audit", 0, 10.6, 10.2, 10.6),
      candidate("kubelet_seen", "kubelet_log", 0, 10.5, 10.4, 10.7),
    ],
    [
      { milestone: "kubelet_seen", ts: 10.5, earliest_ts: 10.4, latest_ts: 10.7 },
      { milestone: "scheduled", ts: 10.5, earliest_ts: 10.2, latest_ts: 10.6 },
    ],
  ],
  [
    "the object's stamp narrows a creation that an event dates",
    [candidate("created", "event", 1, 10.3, 9.3, 10.3)],
    [{ milestone: "created", earliest_ts: 10, latest_ts: 10.3, ts: 10.3 }],
    [{ run_id: "r", pod_uid: "p", created_at: 10 }],
  ],
  [
    "a node does nothing for a pod before it is bound, unless the clocks contradict that",
    [
      candidate("scheduled", "audit", 0, 10.6, 10.4, 10.6),
      candidate("sandbox_started", "runtime_log", 0, 10.7, 10.2, 10.8),
      candidate("network_ready", "runtime_log", 0, 9, 8.9, 9.1),
    ],
    [
      { milestone: "network_ready", earliest_ts: 8.9, latest_ts: 9.1, ts: 9 },
      { milestone: "sandbox_started", earliest_ts: 10.4, latest_ts: 10.8, ts: 10.7 },
      { milestone: "scheduled", ts: 10.6 },
    ],
  ],
];

describe("timeline.milestones", () => {
  const cases = CASES.map(
    ([title, candidates, expected, objects = []]) => [title, candidates, expected, objects] as const,
  );
  test.each(cases)("%s", async (_title, candidates, expected, objects) => {
    await expectModel(
      "timeline.milestones",
      { "timeline._milestone_candidates": candidates, "timeline._run_bounds": BOUNDS, "staging.pods": objects },
      expected,
    );
  });
});

describe("where nothing in the run tells when pods were Ready", () => {
  const given = (candidates: readonly Row[], told: readonly Row[] = []): Record<string, readonly Row[]> => ({
    "timeline._milestone_candidates": candidates,
    "timeline._run_bounds": BOUNDS,
    "timeline._ready_told": told,
  });
  const running = candidate("running", "kubelet_log", 1, 12, 11, 12);
  const started = candidate("container_started", "runtime_log", 0, 10);

  test("a pod is Ready from when it runs at the earliest, and until the end of observation at the latest", async () => {
    await expectModel("timeline.milestones", given([running, started]), [
      { milestone: "container_started", ts: 10 },
      {
        milestone: "ready",
        ts: 12,
        earliest_ts: 11,
        latest_ts: 1000,
        source: "kubelet_log",
        line: running["line"] ?? null,
      },
      { milestone: "running", ts: 12, latest_ts: 12 },
    ]);
  });

  test("from when its last container started where nothing shows that it runs", async () => {
    await expectModel("timeline.milestones", given([started]), [
      { milestone: "container_started", ts: 10 },
      { milestone: "ready", ts: 10, earliest_ts: 10, latest_ts: 1000, source: "runtime_log" },
    ]);
  });

  test("where something does, a pod that runs is not Ready for that", async () => {
    await expectModel("timeline.milestones", given([running], [{ run_id: "r" }]), [{ milestone: "running" }]);
  });

  test.each<readonly [title: string, given: Record<string, readonly Row[]>, expected: readonly Row[]]>([
    ["an audit log tells it", { "staging.audit_events": [{ run_id: "r" }, { run_id: "r" }] }, [{ run_id: "r" }]],
    [
      "an object of a measured pod tells it, one of another pod does not",
      {
        "staging.pods": [
          { run_id: "r", pod_uid: "a" },
          { run_id: "s", pod_uid: "b" },
        ],
        "timeline._pod_scope": [
          { run_id: "r", pod_uid: "a", scope: "measured" },
          { run_id: "s", pod_uid: "b", scope: "system" },
        ],
      },
      [{ run_id: "r" }],
    ],
    [
      "a kubelet that logs the statuses it writes tells it, also of pods that are not Ready",
      {
        "staging.kubelet_logs": [
          { run_id: "r", message: "Status for pod updated successfully" },
          { run_id: "s", message: "SyncLoop ADD" },
        ],
      },
      [{ run_id: "r" }],
    ],
  ])("%s", async (_title, tables, expected) => {
    await expectModel("timeline._ready_told", tables, expected);
  });
});
