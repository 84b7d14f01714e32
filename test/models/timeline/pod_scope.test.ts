import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

const UID = "00000000-0000-4000-8000-00000000000";

/** A run whose measured change began 100 s after EPOCH, unless `run` says otherwise. */
function given(run: Row, pods: readonly Row[], more: Given = {}): Given {
  const named = pods.map((pod) => ({
    run_id: "r",
    namespace: "default",
    pod_name: `web-${String(pod["pod_uid"])}`,
    ...pod,
  }));
  return {
    "staging.runs": [{ run_id: "r", phase: "create", started_at: 100, workload_namespace: "default", ...run }],
    "timeline._pod_identities": named.map(({ run_id, pod_uid, namespace, pod_name, created_at = null }: Row) => ({
      run_id: run_id ?? null,
      pod_uid: pod_uid ?? null,
      namespace: namespace ?? null,
      pod_name: pod_name ?? null,
      created_at,
    })),
    "staging.pods": named.filter((pod: Row) => pod["created_at"] !== undefined),
    ...more,
  };
}

const scheduled = (uid: string, ts: number): Row => ({
  run_id: "r",
  object_kind: "Pod",
  object_uid: uid,
  reason: "Scheduled",
  event_time: ts,
});

const seen = (uid: string, ts: number): Row => ({ run_id: "r", pod_uid: uid, step: "seen", ts });

const sandboxes = (uid: string, ...requests: (readonly [ts: number, attempt: number])[]): Row[] =>
  requests.map(([ts, attempt]) => ({
    run_id: "r",
    file_id: 1,
    line: ts,
    pod_uid: uid,
    step: "sandbox_requested",
    attempt,
    ts,
  }));

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const CREATE: readonly Case[] = [
  [
    "a pod stamped up to 5 s before startedAt is measured (1-s stamp, another clock), one before that is earlier",
    given({}, [
      { pod_uid: "a", created_at: 94 },
      { pod_uid: "b", created_at: 95 },
      { pod_uid: "c", created_at: 100 },
    ]),
    [
      { pod_uid: "a", scope: "earlier" },
      { pod_uid: "b", scope: "measured" },
      { pod_uid: "c", scope: "measured" },
    ],
  ],
  [
    "a pod without object and without sign of its creation is of an earlier run; one seen scheduled in the run is not",
    given({}, [{ pod_uid: "a" }, { pod_uid: "b" }, { pod_uid: "c" }], {
      "staging.kube_events": [scheduled("b", 130), scheduled("c", 20)],
    }),
    [
      { pod_uid: "a", scope: "earlier" },
      { pod_uid: "b", scope: "measured" },
      { pod_uid: "c", scope: "earlier" },
    ],
  ],
  [
    "a binding in the audit log dates a pod without object",
    given({}, [{ pod_uid: "a" }], { "timeline._api_steps": [{ run_id: "r", pod_uid: "a", step: "bound", ts: 101 }] }),
    [{ pod_uid: "a", scope: "measured" }],
  ],
  [
    "an event of its creation dates a pod without object",
    given({}, [{ pod_uid: "a" }, { pod_uid: "b" }], {
      "staging.kube_events": [
        { run_id: "r", namespace: "default", reason: "SuccessfulCreate", message: "Created pod: web-a", name_ts: 101 },
      ],
    }),
    [
      { pod_uid: "a", scope: "measured" },
      { pod_uid: "b", scope: "earlier" },
    ],
  ],
  [
    "so does a kubelet that was told of it and then asked for its first sandbox, and for no later one",
    given({}, [{ pod_uid: "a" }, { pod_uid: "b" }, { pod_uid: "c" }, { pod_uid: "d" }, { pod_uid: "e" }], {
      "timeline._kubelet_steps": [seen("a", 101), seen("b", 101), seen("c", 103), seen("e", 20)],
      "timeline._runtime_steps": [
        ...sandboxes("a", [102, 0], [110, 1]),
        ...sandboxes("b", [102, 1], [110, 0]),
        // told of again, as a kubelet is that starts anew
        ...sandboxes("c", [102, 0]),
        ...sandboxes("d", [102, 0]),
        ...sandboxes("e", [21, 0]),
      ],
    }),
    [
      { pod_uid: "a", scope: "measured" },
      { pod_uid: "b", scope: "earlier" },
      { pod_uid: "c", scope: "earlier" },
      { pod_uid: "d", scope: "earlier" },
      { pod_uid: "e", scope: "earlier" },
    ],
  ],
  [
    "a kubelet that tells when it was created dates a pod without object, unless that was before its log begins",
    given({ started_at: null }, [{ pod_uid: "a" }, { pod_uid: "b" }, { pod_uid: "c" }], {
      "timeline._kubelet_steps": [
        { run_id: "r", node_name: "n", pod_uid: "c", step: "removed", ts: 100.5 },
        { run_id: "r", node_name: "n", pod_uid: "a", step: "startup_observed", ts: 110, created_at: 100 },
        { run_id: "r", node_name: "n", pod_uid: "b", step: "startup_observed", ts: 110, created_at: 99 },
      ],
    }),
    [
      { pod_uid: "a", scope: "measured" },
      { pod_uid: "b", scope: "earlier" },
      { pod_uid: "c", scope: "earlier" },
    ],
  ],
  [
    "the cluster's own pods: system namespace, DaemonSet, host network, static",
    given({ workload_namespace: null }, [
      { pod_uid: `${UID}1`, created_at: 101, namespace: "kube-system" },
      { pod_uid: `${UID}2`, created_at: 101, owner_kind: "DaemonSet" },
      { pod_uid: `${UID}3`, created_at: 101, host_network: true },
      { pod_uid: `${UID}4`, created_at: 101, owner_kind: "Node" },
      { pod_uid: `${UID}5`, created_at: 101, owner_kind: "ReplicaSet", host_network: false },
      { pod_uid: "0123456789abcdef0123456789abcdef", created_at: 101 },
    ]),
    [
      { pod_uid: `${UID}1`, scope: "system" },
      { pod_uid: `${UID}2`, scope: "system" },
      { pod_uid: `${UID}3`, scope: "system" },
      { pod_uid: `${UID}4`, scope: "system" },
      { pod_uid: `${UID}5`, scope: "measured" },
      { pod_uid: "0123456789abcdef0123456789abcdef", scope: "system" },
    ],
  ],
  [
    "the manifest's namespace and prefix are respected",
    given({ workload_name_prefix: "load-" }, [
      { pod_uid: "a", created_at: 101, pod_name: "load-1" },
      { pod_uid: "b", created_at: 101, pod_name: "other-1" },
      { pod_uid: "c", created_at: 101, pod_name: "load-2", namespace: "elsewhere" },
    ]),
    [
      { pod_uid: "a", scope: "measured" },
      { pod_uid: "b", scope: "system" },
      { pod_uid: "c", scope: "system" },
    ],
  ],
];

const NO_START: readonly Case[] = [
  [
    "the run is the largest group of creations without a gap of more than 60 s, and what came before it is earlier",
    given({ started_at: null, phase: null }, [
      { pod_uid: "a", created_at: 0 },
      { pod_uid: "b", created_at: 500 },
      { pod_uid: "c", created_at: 560 },
      { pod_uid: "d", created_at: 621 },
    ]),
    [
      { pod_uid: "a", scope: "earlier" },
      { pod_uid: "b", scope: "measured" },
      { pod_uid: "c", scope: "measured" },
      { pod_uid: "d", scope: "measured" },
    ],
  ],
  [
    "two groups of the same size: the later one",
    given({ started_at: null, phase: null }, [
      { pod_uid: "a", created_at: 0 },
      { pod_uid: "b", created_at: 500 },
    ]),
    [
      { pod_uid: "a", scope: "earlier" },
      { pod_uid: "b", scope: "measured" },
    ],
  ],
  [
    "system pods do not make a group",
    given({ started_at: null, phase: null, workload_namespace: null }, [
      { pod_uid: "a", created_at: 0, namespace: "kube-system" },
      { pod_uid: "b", created_at: 1, namespace: "kube-system" },
      { pod_uid: "c", created_at: 500 },
    ]),
    [
      { pod_uid: "a", scope: "system" },
      { pod_uid: "b", scope: "system" },
      { pod_uid: "c", scope: "measured" },
    ],
  ],
];

const OTHER_PHASES: readonly Case[] = [
  [
    "delete measures the pods that were there, not those created after its begin",
    given({ phase: "delete" }, [{ pod_uid: "a", created_at: 0 }, { pod_uid: "b", created_at: 150 }, { pod_uid: "c" }]),
    [
      { pod_uid: "a", scope: "measured" },
      { pod_uid: "b", scope: "later" },
      { pod_uid: "c", scope: "measured" },
    ],
  ],
  ...(["recreate", "recover"] as const).map((phase): Case => [
    `${phase} measures the new pods, not the deleted ones before them`,
    given({ phase }, [
      { pod_uid: "a", created_at: 0 },
      { pod_uid: "b", created_at: 150 },
    ]),
    [
      { pod_uid: "a", scope: "earlier" },
      { pod_uid: "b", scope: "measured" },
    ],
  ]),
];

describe("timeline._pod_scope", () => {
  test.each(CREATE)("create: %s", async (_title, rows, expected) => {
    await expectModel("timeline._pod_scope", rows, inOrder(expected));
  });

  test.each(NO_START)("no startedAt: %s", async (_title, rows, expected) => {
    await expectModel("timeline._pod_scope", rows, inOrder(expected));
  });

  test.each(OTHER_PHASES)("%s", async (_title, rows, expected) => {
    await expectModel("timeline._pod_scope", rows, inOrder(expected));
  });
});

function inOrder(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (String(a["pod_uid"]) < String(b["pod_uid"]) ? -1 : 1));
}
