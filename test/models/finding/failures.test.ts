import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

function candidate(failure_id: string, columns: Row = {}): Row {
  return {
    run_id: "r",
    failure_id,
    kind: "attempt",
    pod_uid: "p",
    class: "cni_timeout",
    role: "symptom",
    occurrence_count: 1,
    ...columns,
  };
}

const PATHS: readonly Row[] = [
  { run_id: "r", start_failure_id: "attempt/p/2", position: 0, failure_id: "attempt/p/2" },
  { run_id: "r", start_failure_id: "attempt/p/2", position: 1, failure_id: "attempt/p/1", rule: "reserved_name" },
  { run_id: "r", start_failure_id: "attempt/p/1", position: 0, failure_id: "attempt/p/1" },
];
const CAUSES: readonly Row[] = [
  { run_id: "r", failure_id: "attempt/p/2", cause_failure_id: "attempt/p/1", rule: "reserved_name" },
];
const GOALS: Given = {
  "timeline.pods": [{ run_id: "r", pod_uid: "p", in_scope: true, ready_at: 60 }],
  "staging.runs": [{ run_id: "r", phase: "create" }],
  "timeline._run_bounds": [{ run_id: "r", observed_until_at: 100 }],
};

describe("finding.failures", () => {
  const root = candidate("attempt/p/1", {
    try: 1,
    class: "ipam_lock_timeout",
    role: "root",
    started_at: 0,
    first_at: 20,
    text: "time limit exceeded",
  });
  const symptom = candidate("attempt/p/2", { try: 2, class: "sandbox_name_reserved", started_at: 30, first_at: 31 });
  const given: Given = {
    ...GOALS,
    "finding._failure_candidates": [root, symptom],
    "finding._causes": CAUSES,
    "finding._paths": PATHS,
    "timeline.sandbox_attempts": [
      { run_id: "r", pod_uid: "p", try: 1, started_at: 0 },
      { run_id: "r", pod_uid: "p", try: 2, started_at: 30 },
    ],
  };

  test("a failure with a cause is a symptom and names its root", async () => {
    await expectModel("finding.failures", given, [
      {
        failure_id: "attempt/p/1",
        role: "root",
        root_failure_id: null,
        root_class: "ipam_lock_timeout",
        recovered: true,
        recovered_after_ns: 40e9,
      },
      {
        failure_id: "attempt/p/2",
        role: "symptom",
        cause_failure_id: "attempt/p/1",
        root_failure_id: "attempt/p/1",
        root_class: "ipam_lock_timeout",
      },
    ]);
  });

  test("an attempt takes the pod's time until the next one, the last one until Ready", async () => {
    await expectModel("finding.failures", given, [{ lost_ns: 30e9 }, { lost_ns: 30e9 }]);
  });

  test("a symptom without a cause has the root `unknown`, and no failure to point at", async () => {
    await expectModel(
      "finding.failures",
      { ...GOALS, "finding._failure_candidates": [symptom], "finding._paths": [PATHS[0] ?? {}] },
      [{ role: "symptom", root_failure_id: null, root_class: "unknown", rule: null }],
    );
  });

  test("a pod that is never Ready has not recovered, and loses its time until the end of observation", async () => {
    await expectModel(
      "finding.failures",
      { ...given, "timeline.pods": [{ run_id: "r", pod_uid: "p", in_scope: true }] },
      [
        { recovered: false, recovered_after_ns: null },
        { recovered: false, lost_ns: 70e9 },
      ],
    );
  });

  test("an exhausted pool is proven only by a snapshot", async () => {
    const exhausted = candidate("attempt/p/1", { try: 1, class: "ip_pool_exhausted", role: "root", first_at: 1 });
    await expectModel("finding.failures", { ...GOALS, "finding._failure_candidates": [exhausted] }, [
      { is_proven: false },
    ]);
    await expectModel(
      "finding.failures",
      {
        ...GOALS,
        "finding._failure_candidates": [exhausted],
        "finding._full_pools": [{ run_id: "r", stale_count: 0 }],
      },
      [{ is_proven: true }],
    );
  });
});

describe("finding.failure_chains", () => {
  const measured = [{ run_id: "r", pod_uid: "p" }];

  test("begin at the last failure and end at the root", async () => {
    await expectModel(
      "finding.failure_chains",
      {
        "finding._failure_candidates": [
          candidate("attempt/p/1", { try: 1, last_at: 265, class: "ipam_lock_timeout", role: "root" }),
          candidate("attempt/p/2", { try: 2, last_at: 270, class: "sandbox_name_reserved" }),
        ],
        "finding._paths": PATHS,
        "finding._causes": CAUSES,
        "timeline._measured_pods": measured,
      },
      [
        { position: 0, failure_id: "attempt/p/2", role: "symptom", rule: null },
        { position: 1, failure_id: "attempt/p/1", role: "root", rule: "reserved_name" },
      ],
    );
  });

  test("a symptom of nothing known ends in an explicit unknown", async () => {
    await expectModel(
      "finding.failure_chains",
      {
        "finding._failure_candidates": [candidate("attempt/p/2", { last_at: 1 })],
        "finding._paths": [PATHS[0] ?? {}],
        "timeline._measured_pods": measured,
      },
      [
        { position: 0, failure_id: "attempt/p/2", role: "symptom" },
        { position: 1, failure_id: null, class: "unknown", role: "root" },
      ],
    );
  });

  test("an attempt still open comes before an earlier failure", async () => {
    await expectModel(
      "finding.failure_chains",
      {
        "finding._failure_candidates": [
          candidate("attempt/p/1", { try: 1, last_at: 10, role: "root" }),
          candidate("wait/p/2", { kind: "wait", try: 2, last_at: 100, class: "ipam_lock_wait", role: "root" }),
        ],
        "finding._paths": [
          PATHS[2] ?? {},
          { run_id: "r", start_failure_id: "wait/p/2", position: 0, failure_id: "wait/p/2" },
        ],
        "timeline.sandbox_attempts": [
          { run_id: "r", pod_uid: "p", try: 1, outcome: "failed" },
          { run_id: "r", pod_uid: "p", try: 2, outcome: "open" },
        ],
        "timeline._measured_pods": measured,
      },
      [{ position: 0, failure_id: "wait/p/2", role: "root" }],
    );
  });

  test.each<[string, Row, Row[], Row[]]>([
    [
      "a pod that failed at nothing and never got there is unknown",
      {},
      [],
      [{ failure_id: null, class: "unknown", role: "root" }],
    ],
    ["a pod that got there and failed at nothing has none", { done_at: 5 }, [], []],
    [
      "a pod never scheduled after the scheduler lost its lease",
      { created_at: 10 },
      [
        {
          run_id: "r",
          incident_id: "leader_election_lost/cluster/1",
          kind: "leader_election_lost",
          component: "kube-scheduler",
          started_at: 5,
        },
      ],
      [{ failure_id: "incident/leader_election_lost/cluster/1", class: "leader_election_lost", rule: "unscheduled" }],
    ],
    [
      "a scheduled pod has nothing to do with the scheduler",
      { created_at: 10, scheduled_at: 11 },
      [
        {
          run_id: "r",
          incident_id: "leader_election_lost/cluster/1",
          kind: "leader_election_lost",
          component: "kube-scheduler",
          started_at: 5,
        },
      ],
      [{ class: "unknown" }],
    ],
  ])("%s", async (_title, pod, incidents, expected) => {
    await expectModel(
      "finding.failure_chains",
      { "timeline._measured_pods": [{ run_id: "r", pod_uid: "p", ...pod }], "finding.incidents": incidents },
      expected,
    );
  });
});

describe("finding._paths", () => {
  test("two failures that cause each other do not hang", async () => {
    await expectModel(
      "finding._paths",
      {
        "finding._failure_candidates": [candidate("a"), candidate("b")],
        "finding._causes": [
          { run_id: "r", failure_id: "a", cause_failure_id: "b", rule: "incident" },
          { run_id: "r", failure_id: "b", cause_failure_id: "a", rule: "incident" },
        ],
      },
      Array.from({ length: 18 }, (_, index) => ({ position: index % 9 })),
    );
  });
});

describe("finding.failure_evidence", () => {
  const error = 'failed to setup network for sandbox "x"';
  const line = (number: number, ts: number, message: string, columns: Row = {}): Row => ({
    run_id: "r",
    file_id: 1,
    line: number,
    node_name: "n",
    ts,
    message,
    error,
    ...columns,
  });

  test("one attempt in four kubelet lines, containerd's log and an event is one failure with six pieces", async () => {
    await expectModel(
      "finding.failure_evidence",
      {
        "finding._failure_candidates": [
          candidate("attempt/p/1", { try: 1, source: "runtime_log", file_id: 2, line: 9, first_at: 10 }),
        ],
        "finding._kubelet_failures": [
          { run_id: "r", file_id: 1, line: 2, ts: 10.001, pod_uid: "p", node_name: "n", error, try: 1, gave_up: false },
        ],
        "staging.kubelet_logs": [
          line(1, 10.0005, "RunPodSandbox from runtime service failed"),
          line(3, 10.0011, "CreatePodSandbox for pod failed", { pod_uid: "p" }),
          line(4, 10.0012, "Error syncing pod, skipping", {
            pod_uid: "p",
            error: 'failed to "CreatePodSandbox" for "x"',
          }),
          line(5, 11.5, "CreatePodSandbox for pod failed", { pod_uid: "p" }),
        ],
        "finding._error_records": [
          {
            run_id: "r",
            source: "event",
            file_id: 3,
            line: 7,
            item: 0,
            ts: 10.2,
            pod_uid: "p",
            subject: "FailedCreatePodSandBox",
          },
        ],
      },
      ["event,3,7", "kubelet_log,1,1", "kubelet_log,1,2", "kubelet_log,1,3", "kubelet_log,1,4", "runtime_log,2,9"].map(
        (piece) => {
          const [source = "", file = "", number = ""] = piece.split(",");
          return { failure_id: "attempt/p/1", source, file_id: Number(file), line: Number(number) };
        },
      ),
    );
  });
});
