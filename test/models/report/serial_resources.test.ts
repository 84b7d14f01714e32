import { describe, expect, test } from "vitest";

import { readProgressSteps } from "../../../src/progress/compile.ts";
import { readSerialResources } from "../../../src/progress/serial_resources.ts";
import { expectModel, type Given, type Row } from "../expect_model.ts";

const RUN = { run_id: "r" };
const FACTS: Row = { ...RUN, phase: "create", started_at: 0, observed_until_at: 40 };

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

describe("src/progress/serial_resources.json", () => {
  test("names each program once, and those of IPAM operations log getting the resource", () => {
    const resources = readSerialResources();
    expect(new Set(resources.map(({ component }) => component)).size).toBe(resources.length);
    const logged = new Set(
      readProgressSteps()
        .filter(({ step }) => step === "ipam_lock_acquired")
        .map(({ component }) => component),
    );
    expect(
      new Set(resources.filter(({ requests }) => requests === "ipam_operations").map((each) => each.component)),
    ).toEqual(logged);
  });
});

describe("timeline.serial_requests", () => {
  const operation = (id: string, more: Row): Row => ({
    ...RUN,
    operation_id: id,
    component: "whereabouts",
    command: "ADD",
    node_name: "worker4",
    outcome: "allocated",
    resolution_ns: 1e9,
    ...more,
  });
  const BOUNDS = { "timeline._run_bounds": [{ ...RUN, observed_until_at: 40 }] };
  test.each<Case>([
    [
      "an IPAM that never hands out a resource is asked for none",
      { ...BOUNDS, "timeline.ipam_operations": [operation("a", { wait_started_at: 1, started_at: 1 })] },
      [],
    ],
    [
      "one that got it, one whose sandbox failed while it waited, and one that still waits",
      {
        ...BOUNDS,
        "timeline.ipam_operations": [
          operation("a", { wait_started_at: 1, acquired_at: 3, ended_at: 4 }),
          operation("b", { wait_started_at: 2, sandbox_id: "s", outcome: "open" }),
          operation("c", { wait_started_at: 5, outcome: "open" }),
        ],
        "timeline.sandbox_attempts": [{ ...RUN, sandbox_id: "s", started_at: 1, ended_at: 9, outcome: "failed" }],
      },
      [
        { request_id: "a", server: "cluster", wait_started_at: 1, acquired_at: 3, released_at: 4, gave_up_at: null },
        { request_id: "b", acquired_at: null, gave_up_at: 9 },
        { request_id: "c", acquired_at: null, gave_up_at: 40 },
      ],
    ],
    [
      "a resource of each node is one server a node",
      {
        ...BOUNDS,
        "timeline.ipam_operations": [
          operation("a", { component: "calico-cni", wait_started_at: 1, acquired_at: 3, ended_at: 4 }),
        ],
      },
      [{ resource: "host_lock", server: "worker4" }],
    ],
    [
      "Cilium's limiter is waited for from the begin of the attempt until the agent begins",
      {
        ...BOUNDS,
        "timeline.sandbox_attempts": [
          {
            ...RUN,
            pod_uid: "p",
            try: 1,
            node_name: "n1",
            sandbox_id: "s",
            started_at: 1,
            ended_at: 9,
            outcome: "created",
          },
        ],
        "timeline.cni_operations": [
          {
            ...RUN,
            sandbox_id: "s",
            command: "ADD",
            component: "cilium-agent",
            node_name: "n1",
            started_at: 6,
            ended_at: 8,
          },
        ],
      },
      [{ component: "cilium-agent", server: "n1", wait_started_at: 1, acquired_at: 6, released_at: 8 }],
    ],
    [
      "the scheduler is asked with the creation of a pod in scope; one on a node has been served, though nothing tells when",
      {
        ...BOUNDS,
        "timeline.pods": [
          { ...RUN, pod_uid: "p", in_scope: true, created_at: 1, scheduled_at: 2 },
          { ...RUN, pod_uid: "q", in_scope: true, created_at: 1 },
          { ...RUN, pod_uid: "n", in_scope: true, created_at: 1, node_name: "worker" },
          { ...RUN, pod_uid: "x", in_scope: false, created_at: 1, scheduled_at: 2 },
        ],
      },
      [
        { component: "kube-scheduler", request_id: "p", acquired_at: 2, gave_up_at: null, is_served_only: true },
        { component: "kube-scheduler", request_id: "q", acquired_at: null, gave_up_at: 40 },
      ],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("timeline.serial_requests", given, expected);
  });
});

describe("report.resource_use", () => {
  const request = (id: string, more: Row): Row => ({
    ...RUN,
    component: "whereabouts",
    resource: "lease",
    server: "cluster",
    request_id: id,
    is_served_only: false,
    ...more,
  });
  test.each<Case>([
    [
      "a request without a known end is served, and neither waits nor holds for ever",
      { "timeline._run_facts": [FACTS], "timeline.serial_requests": [request("a", { acquired_at: 5 })] },
      [{ t_s: 0, waiting_mean: 0, queued_ratio: 0, held_ratio: 0, served_count: 1, service_mean_s: null }],
    ],
    [
      "waits and holds are shared out over the windows they lie in",
      {
        "timeline._run_facts": [FACTS],
        "timeline.serial_requests": [
          request("a", { wait_started_at: 0, acquired_at: 0, released_at: 8 }),
          request("b", { wait_started_at: 0, acquired_at: 12, released_at: 14 }),
          request("c", { wait_started_at: 0, gave_up_at: 15 }),
        ],
      },
      [
        {
          t_s: 0,
          waiting_mean: 2,
          queued_ratio: 1,
          held_ratio: 0.8,
          served_count: 1,
          service_mean_s: 8,
          is_saturated: true,
        },
        { t_s: 10, waiting_mean: 0.7, queued_ratio: 0.5, held_ratio: 0.2, served_count: 1, is_saturated: false },
      ],
    ],
    [
      "servers of nodes count each; the last window ends with the observation",
      {
        "timeline._run_facts": [{ ...FACTS, observed_until_at: 4 }],
        "timeline.serial_requests": [
          request("a", { component: "calico-cni", server: "n1", wait_started_at: 0, acquired_at: 4, released_at: 9 }),
          request("b", { component: "calico-cni", server: "n2", wait_started_at: 0, acquired_at: 0, released_at: 2 }),
        ],
      },
      [{ window_s: 4, server_count: 2, waiting_mean: 1, queued_ratio: 0.5, held_ratio: 0.25, is_saturated: false }],
    ],
    [
      "a queue with workers is full when all of them work; a moment of overlap makes no worker",
      {
        "timeline._run_facts": [{ ...FACTS, observed_until_at: 10 }],
        "timeline.serial_requests": [
          request("a", { component: "kube-ovn-controller", acquired_at: 0, released_at: 5 }),
          request("b", { component: "kube-ovn-controller", acquired_at: 0, released_at: 5 }),
          request("c", { component: "kube-ovn-controller", acquired_at: 4.9, released_at: 10 }),
        ],
      },
      [{ parallel_count: 2, held_ratio: 0.75 }],
    ],
    [
      "of the scheduler only the queue is known",
      {
        "timeline._run_facts": [{ ...FACTS, observed_until_at: 10 }],
        "timeline.serial_requests": [
          request("a", {
            component: "kube-scheduler",
            wait_started_at: 0,
            acquired_at: 10,
            released_at: 10,
            is_served_only: true,
          }),
        ],
      },
      [{ queued_ratio: 1, held_ratio: null, is_saturated: null }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("report.resource_use", given, expected);
  });
});

describe("report.serial_resources", () => {
  const window = (t_s: number, more: Row): Row => ({
    ...RUN,
    component: "whereabouts",
    resource: "lease",
    t_s,
    window_s: 10,
    server_count: 1,
    parallel_count: 1,
    waiting_mean: 5,
    queued_ratio: 1,
    held_ratio: 0.5,
    served_count: 10,
    is_saturated: true,
    ...more,
  });
  const done = {
    "timeline._measured_pods": [{ ...RUN, pod_uid: "p", run_started_at: 0, observed_until_at: 90, done_at: 40 }],
  };
  const held = (id: string, seconds: number, resolution_ns = 1): Row => ({
    ...RUN,
    component: "whereabouts",
    request_id: id,
    acquired_at: 0,
    released_at: seconds,
    is_served_only: false,
    resolution_ns,
  });
  test.each<Case>([
    [
      "what it allows stands beside what it served while it was saturated",
      {
        ...done,
        "report.resource_use": [window(0, {}), window(10, {}), window(20, { is_saturated: false, served_count: 2 })],
        "timeline.serial_requests": [held("a", 0.4), held("b", 0.6)],
      },
      [
        {
          served_count: 22,
          saturated_s: 20,
          saturated_ratio: 0.5,
          held_saturated_ratio: 0.5,
          service_mean_s: 0.5,
          allowed_per_s: 2,
          served_saturated_per_s: 1,
          is_bottleneck: true,
        },
      ],
    ],
    [
      "a mean below the resolution of the log is unknown; one that was saturated for less than half is no bottleneck",
      {
        ...done,
        "report.resource_use": [window(0, {})],
        "timeline.serial_requests": [held("a", 0, 1e9), held("b", 1, 1e9)],
      },
      [{ service_mean_s: null, allowed_per_s: null, saturated_ratio: 0.25, is_bottleneck: false }],
    ],
    [
      "where the work is unknown nothing is said of saturation",
      {
        ...done,
        "report.resource_use": [window(0, { component: "kube-scheduler", held_ratio: null, is_saturated: null })],
      },
      [{ saturated_s: null, saturated_ratio: null, is_bottleneck: false }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("report.serial_resources", given, expected);
  });
});
