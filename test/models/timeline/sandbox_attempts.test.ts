import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const POD = { run_id: "r", node_name: "worker4", pod_uid: "p1" };
let line = 0;

function runtime(step: string, ts: number, more: Row = {}): Row {
  line += 1;
  return { ...POD, step, ts, file_id: 1, line, ...more };
}

const requested = (ts: number, more: Row = {}): Row => runtime("sandbox_requested", ts, { attempt: 0, ...more });
const created = (ts: number, sandbox: string, more: Row = {}): Row =>
  runtime("sandbox_created", ts, { sandbox_id: sandbox, ...more });
const failed = (ts: number, error: string, more: Row = {}): Row => runtime("sandbox_failed", ts, { error, ...more });
const refused = (ts: number, holder: string): Row =>
  failed(ts, `name "p1" is reserved for "${holder}"`, { reserved_for: holder });
const kubeletFailed = (ts: number, error: string, more: Row = {}): Row => ({
  ...POD,
  step: "sandbox_failed",
  ts,
  error,
  file_id: 2,
  line: ts * 10,
  ...more,
});

type Case = readonly [
  title: string,
  given: { runtime?: readonly Row[]; kubelet?: readonly Row[] },
  expected: readonly Row[],
];

const CASES: readonly Case[] = [
  ["no record at all: no attempt", {}, []],
  [
    "a name refused while the first attempt still runs: the refusal ends the second request, the late error the first",
    {
      runtime: [requested(0), requested(240), refused(240.1, "a1"), failed(259, "lease timeout", { sandbox_id: "a1" })],
    },
    [
      { try: 1, started_at: 0, ended_at: 259, outcome: "failed", error: "lease timeout", reserved_for: null },
      { try: 2, started_at: 240, ended_at: 240.1, outcome: "failed", reserved_for: "a1" },
    ],
  ],
  [
    "three refusals in a row before the holder answers: each ends the request just before it",
    {
      runtime: [
        requested(0),
        requested(240),
        refused(240.1, "a1"),
        requested(250),
        refused(250.1, "a1"),
        requested(260),
        refused(260.1, "a1"),
        created(300, "a1"),
      ],
    },
    [
      { try: 1, started_at: 0, ended_at: 300, outcome: "created", sandbox_id: "a1" },
      { try: 2, started_at: 240, ended_at: 240.1, outcome: "failed", sandbox_id: null },
      { try: 3, started_at: 250, ended_at: 250.1, outcome: "failed", sandbox_id: null },
      { try: 4, started_at: 260, ended_at: 260.1, outcome: "failed", sandbox_id: null },
    ],
  ],
  [
    "an answer before any request of the log (it was cut off): an attempt whose start is unknown",
    { runtime: [failed(1, "from before the log"), requested(5), created(7, "a1")] },
    [
      { try: 1, started_at: null, ended_at: 1, outcome: "failed", error: "from before the log" },
      { try: 2, started_at: 5, ended_at: 7, outcome: "created", error: null },
    ],
  ],
  [
    "a second answer after one request: the request of its own attempt was lost",
    { runtime: [requested(0), failed(2, "first"), created(9, "a2")] },
    [
      { try: 1, started_at: 0, ended_at: 2, outcome: "failed", error: "first" },
      { try: 2, started_at: null, ended_at: 9, outcome: "created", sandbox_id: "a2", end_line: 18 },
    ],
  ],
  [
    "a refused name without a request is an attempt too",
    { runtime: [refused(240.1, "a1")] },
    [{ try: 1, started_at: null, ended_at: 240.1, outcome: "failed", reserved_for: "a1" }],
  ],
  [
    "a request without an answer is open, and its retry keeps its own answer",
    { runtime: [requested(0), requested(30), created(33, "a2")] },
    [
      { try: 1, started_at: 0, ended_at: null, outcome: "open", end_line: null },
      { try: 2, started_at: 30, ended_at: 33, outcome: "created" },
    ],
  ],
  [
    "the runtime was killed and never answered: the kubelet's own failure ends the request",
    { runtime: [requested(0), requested(30), created(33, "a2")], kubelet: [kubeletFailed(12, "connection refused")] },
    [
      {
        try: 1,
        started_at: 0,
        ended_at: 12,
        outcome: "failed",
        error: "connection refused",
        end_file_id: 2,
        end_line: 120,
      },
      { try: 2, started_at: 30, ended_at: 33, outcome: "created", error: null },
    ],
  ],
  [
    "an answer and the next request are lost: what the kubelet was told of ends the first, and the second has no start",
    {
      runtime: [requested(0), failed(30, "full", { sandbox_id: "a2" })],
      kubelet: [kubeletFailed(12, "full", { sandbox_id: "a1" }), kubeletFailed(30.1, "full", { sandbox_id: "a2" })],
    },
    [
      { try: 1, started_at: 0, ended_at: 12, outcome: "failed", sandbox_id: "a1", end_file_id: 2 },
      { try: 2, started_at: null, ended_at: 30, outcome: "failed", sandbox_id: "a2", end_file_id: 1 },
    ],
  ],
  [
    "request and answer are lost: a sandbox that only the kubelet says failed is an attempt whose start is unknown",
    {
      runtime: [requested(30), created(33, "a2")],
      kubelet: [kubeletFailed(12, "full", { sandbox_id: "a1" })],
    },
    [
      { try: 1, started_at: null, ended_at: 12, outcome: "failed", sandbox_id: "a1", file_id: 2, attempt: null },
      { try: 2, started_at: 30, ended_at: 33, outcome: "created", sandbox_id: "a2" },
    ],
  ],
  [
    "the kubelet's copy of a refusal does not end the request that holds the name",
    {
      runtime: [requested(0), requested(240), refused(240.1, "a1")],
      kubelet: [kubeletFailed(240.2, 'name "p1" is reserved for "a1"')],
    },
    [
      { try: 1, started_at: 0, ended_at: null, outcome: "open" },
      { try: 2, started_at: 240, ended_at: 240.1, outcome: "failed" },
    ],
  ],
  [
    "kubelet and runtime log one failure: one attempt, the runtime's",
    { runtime: [requested(0), failed(2, "no address")], kubelet: [kubeletFailed(2.1, "rpc error: no address")] },
    [{ try: 1, started_at: 0, ended_at: 2, outcome: "failed", error: "no address", end_file_id: 1 }],
  ],
  [
    "a node without runtime log: the kubelet's failures are attempts whose start is unknown",
    { kubelet: [kubeletFailed(2, "no address"), kubeletFailed(14, "no address")] },
    [
      { try: 1, started_at: null, ended_at: 2, outcome: "failed", attempt: null },
      { try: 2, started_at: null, ended_at: 14, outcome: "failed", attempt: null },
    ],
  ],
  [
    "the node with a runtime log does not hide the failures of the node without one",
    {
      runtime: [
        requested(0, { pod_uid: "p2", node_name: "worker5" }),
        created(1, "b1", { pod_uid: "p2", node_name: "worker5" }),
      ],
      kubelet: [kubeletFailed(2, "no address")],
    },
    [
      { pod_uid: "p1", outcome: "failed", started_at: null },
      { pod_uid: "p2", outcome: "created", started_at: 0 },
    ],
  ],
  [
    "an answer on another node does not end the request",
    { runtime: [requested(0), created(1, "b1", { node_name: "worker5" })] },
    [
      { try: 1, outcome: "open", ended_at: null },
      { try: 2, outcome: "created", started_at: null, node_name: "worker5" },
    ],
  ],
  [
    "records without a node are paired among themselves",
    { runtime: [requested(0, { node_name: null }), created(1, "a1", { node_name: null })] },
    [{ try: 1, outcome: "created", ended_at: 1, node_name: null }],
  ],
  [
    "the same instant: the order in the file decides",
    { runtime: [requested(0), failed(0, "first"), requested(0), created(0, "a2")] },
    [
      { try: 1, outcome: "failed", error: "first" },
      { try: 2, outcome: "created", error: null },
    ],
  ],
];

describe("timeline.sandbox_attempts", () => {
  test.each(CASES)("%s", async (_title, given, expected) => {
    await expectModel(
      "timeline.sandbox_attempts",
      { "timeline._runtime_steps": given.runtime ?? [], "timeline._kubelet_steps": given.kubelet ?? [] },
      expected,
    );
  });
});

describe("the pod of a container", () => {
  const container = runtime("container_created", 5, { sandbox_id: "a1", container_id: "c1", pod_uid: null });
  const seen = { ...POD, pod_uid: "p2", step: "container_started", container_id: "c1", ts: 6, file_id: 2, line: 1 };

  test("is that of its sandbox", async () => {
    await expectModel(
      "timeline._container_sandboxes",
      {
        "timeline._runtime_steps": [container],
        "timeline.sandbox_attempts": [{ run_id: "r", pod_uid: "p1", sandbox_id: "a1" }],
        "timeline._kubelet_steps": [seen],
      },
      [{ container_id: "c1", sandbox_id: "a1", pod_uid: "p1" }],
    );
  });

  test("is what the kubelet saw it start in where no attempt has the sandbox", async () => {
    await expectModel(
      "timeline._container_sandboxes",
      { "timeline._runtime_steps": [container], "timeline._kubelet_steps": [seen] },
      [{ container_id: "c1", sandbox_id: "a1", pod_uid: "p2" }],
    );
  });

  test("is not known where nothing tells it", async () => {
    await expectModel("timeline._container_sandboxes", { "timeline._runtime_steps": [container] }, []);
  });

  test("is known by the kubelet where only the start of the container is left", async () => {
    const started = runtime("container_started", 6, { sandbox_id: null, container_id: "c1", pod_uid: null });
    await expectModel(
      "timeline._container_sandboxes",
      { "timeline._runtime_steps": [started], "timeline._kubelet_steps": [seen] },
      [{ container_id: "c1", sandbox_id: null, pod_uid: "p2" }],
    );
  });
});

describe("a pod's containers had started", () => {
  const start = (id: string, ts: number): Row =>
    runtime("container_started", ts, { sandbox_id: null, container_id: id, pod_uid: null });
  const named = (id: string, name: string, ts: number): Row =>
    runtime("container_created", ts, { sandbox_id: "a1", container_id: id, container_name: name, pod_uid: null });
  const of = (...ids: readonly string[]): readonly Row[] =>
    ids.map((id) => ({ run_id: "r", container_id: id, sandbox_id: null, pod_uid: "p1" }));
  const cases: readonly [what: string, steps: readonly Row[], ids: readonly string[], expected: readonly Row[]][] = [
    ["with its only start, though its name is lost", [start("c1", 6)], ["c1"], [{ pod_uid: "p1", ts: 6 }]],
    [
      "with the named start: one without a name may be a restart",
      [named("c1", "web", 5), start("c1", 6), start("c2", 60)],
      ["c1", "c2"],
      [{ pod_uid: "p1", ts: 6 }],
    ],
    [
      "with the last of two containers, and a restart does not move it",
      [
        named("c1", "web", 5),
        start("c1", 6),
        named("c2", "proxy", 7),
        start("c2", 8),
        named("c3", "web", 59),
        start("c3", 60),
      ],
      ["c1", "c2", "c3"],
      [{ pod_uid: "p1", ts: 8 }],
    ],
    ["at no known instant with two starts whose names are lost", [start("c1", 6), start("c2", 60)], ["c1", "c2"], []],
  ];
  test.each(cases)("%s", async (_, steps, ids, expected) => {
    await expectModel(
      "timeline._container_starts",
      { "timeline._runtime_steps": steps, "timeline._container_sandboxes": of(...ids) },
      expected,
    );
  });
});
