import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

let line = 0;
function calico(pid: string, message: string, more: Row = {}): Row {
  line += 1;
  return {
    run_id: "r",
    node_name: "worker4",
    component: "calico-cni",
    file_id: 1,
    line,
    ts: line,
    ts_resolution_ns: 1e6,
    message,
    fields: { pid },
    ...more,
  };
}

const LOCK_ASKED = "About to acquire host-wide IPAM lock.";
const LOCK_GOT = "Acquired host-wide IPAM lock.";

describe("timeline._cni_steps", () => {
  test.each<readonly [title: string, logs: readonly Row[], expected: readonly Row[]]>([
    [
      "a line without id takes that of the nearest line before it in the same process, not of another process",
      [
        calico("7", "with an id", { sandbox_id: "s7" }),
        calico("8", "with an id", { sandbox_id: "s8" }),
        calico("7", LOCK_ASKED),
        calico("8", LOCK_ASKED),
        calico("8", LOCK_GOT),
        calico("7", LOCK_GOT),
      ],
      [
        { line: 3, step: "ipam_lock_requested", sandbox_id: "s7" },
        { line: 4, step: "ipam_lock_requested", sandbox_id: "s8" },
        { line: 5, step: "ipam_lock_acquired", sandbox_id: "s8" },
        { line: 6, step: "ipam_lock_acquired", sandbox_id: "s7" },
      ],
    ],
    [
      "the same pid on another node is another process",
      [calico("7", "with an id", { sandbox_id: "s7" }), calico("7", LOCK_ASKED, { node_name: "worker5", file_id: 2 })],
      [{ line: 8, sandbox_id: null }],
    ],
    [
      "with no id before it, the first id after it in that process",
      [calico("9", LOCK_ASKED), calico("9", "with an id", { sandbox_id: "s9" })],
      [{ line: 9, sandbox_id: "s9" }],
    ],
    [
      "a line without pid and id stays without",
      [calico("9", LOCK_ASKED, { fields: null })],
      [{ line: 11, sandbox_id: null }],
    ],
    [
      "an address that its line does not close may be a part of one",
      [
        calico("7", "Successfully claimed IPs: [10.244.58.140/26]"),
        calico("7", "Successfully claimed IPs: [10.244.58.14"),
        calico("7", "Successfully claimed IPs: [10.244.58.14\n58.9/26]"),
        calico("1", "allocate v4 10.16.0.5, v6 fd00:10::5, mac 00:00:00:9B:3C:E1 for default/a", {
          component: "kube-ovn-controller",
        }),
        calico("1", "Deallocating given previously used IP: 10.6.0.7", { component: "whereabouts" }),
      ],
      [
        { line: 12, ips: ["10.244.58.140"], ip: "10.244.58.140" },
        { line: 13, ips: [], ip: null },
        { line: 14, ips: [], ip: null },
        { line: 15, ips: ["10.16.0.5", "fd00:10::5"], ip: "10.16.0.5" },
        { line: 16, ips: ["10.6.0.7"] },
      ],
    ],
    [
      "Kube-OVN says that it allocated also when there was no address",
      [
        "allocate v4 , v6 , mac  for default/a from subnet s",
        "allocate v4 10.16.0.5, v6 , mac m for default/a from subnet s",
      ].map((message) => calico("1", message, { component: "kube-ovn-controller" })),
      [
        { step: "ipam_failed", ip: null },
        { step: "ip_allocated", ip: "10.16.0.5" },
      ],
    ],
  ])("%s", async (_title, logs, expected) => {
    await expectModel("timeline._cni_steps", { "staging.cni_logs": logs }, expected);
  });

  test("a line that names only the pod belongs to the attempt that was its last on that node", async () => {
    const named: Row = {
      run_id: "r",
      node_name: "worker4",
      component: "multus",
      file_id: 1,
      line: 1,
      ts: 20,
      ts_resolution_ns: 1e9,
      namespace: "default",
      pod_name: "web",
      message: 'Add: default:web:p:net1 {"cniVersion"}',
      fields: {},
    };
    await expectModel(
      "timeline._cni_steps",
      {
        "staging.cni_logs": [named],
        "timeline._pod_names": [
          { run_id: "r", namespace: "default", pod_name: "web", pod_uid: "p", valid_from: -1000, valid_until: 1000 },
        ],
        "timeline.sandbox_attempts": [
          {
            run_id: "r",
            node_name: "worker4",
            pod_uid: "p",
            sandbox_id: "s1",
            started_at: 1,
            ended_at: 3,
            outcome: "failed",
          },
          { run_id: "r", node_name: "worker4", pod_uid: "p", sandbox_id: "s2", started_at: 20.4, ended_at: 21 },
          { run_id: "r", node_name: "worker4", pod_uid: "p", sandbox_id: "s3", started_at: 30, ended_at: 31 },
          { run_id: "r", node_name: "worker5", pod_uid: "p", sandbox_id: "s4", started_at: 20.5, ended_at: 21 },
        ],
      },
      [{ pod_uid: "p", sandbox_id: "s2" }],
    );
  });
});

test("timeline._ip_events: the head of an address that a tear cut off is none", async () => {
  const allocated: Row = { run_id: "r", component: "calico-cni", step: "ip_allocated", sandbox_id: "s1", file_id: 1 };
  await expectModel(
    "timeline._ip_events",
    {
      "timeline._cni_steps": [
        { ...allocated, line: 1, ips: ["10.244.58.140"] },
        { ...allocated, line: 2, ips: ["10.244.2024-01-15", "10.244.58.2024-01-15", "10.244."] },
        { ...allocated, line: 3, ips: ["fd00:10::5"] },
      ],
    },
    [
      { line: 1, ip: "10.244.58.140" },
      { line: 3, ip: "fd00:10::5" },
    ],
  );
});

const step = (name: string, ts: number, more: Row = {}): Row => ({
  run_id: "r",
  node_name: "worker4",
  component: "whereabouts",
  file_id: 1,
  line: ts,
  ts,
  ts_resolution_ns: 1e9,
  sandbox_id: "s1",
  pod_uid: "p",
  command: "ADD",
  step: name,
  ...more,
});

describe("timeline.ipam_operations", () => {
  test.each<readonly [title: string, steps: readonly Row[], expected: readonly Row[]]>([
    [
      "a request without an end is open, and its wait without an end is unknown",
      [step("ipam_requested", 1)],
      [
        {
          outcome: "open",
          started_at: 1,
          ended_at: null,
          wait_started_at: null,
          lock_wait_ns: null,
          allocated_at: null,
        },
      ],
    ],
    [
      "asking is not logged: the wait begins with the request",
      [step("ipam_requested", 1), step("ipam_lock_acquired", 41), step("ip_allocated", 42, { ip: "10.0.0.1" })],
      [{ outcome: "allocated", wait_started_at: 1, acquired_at: 41, lock_wait_ns: 40e9, ended_at: 42, ip: "10.0.0.1" }],
    ],
    [
      "asking is logged: the wait begins there",
      [
        step("ipam_requested", 1),
        step("ipam_lock_requested", 5),
        step("ipam_lock_acquired", 6),
        step("ipam_finished", 7),
      ],
      [{ outcome: "allocated", started_at: 1, wait_started_at: 5, lock_wait_ns: 1e9, ended_at: 7 }],
    ],
    [
      "asked for and never got: waited from then on, for how long is unknown, and it failed",
      [step("ipam_lock_requested", 5), step("ipam_failed", 60)],
      [{ outcome: "failed", started_at: 5, wait_started_at: 5, acquired_at: null, lock_wait_ns: null, ended_at: 60 }],
    ],
    [
      "a line about the lock that comes after what it is asked for is of a later request",
      [
        step("ipam_requested", 1),
        step("ipam_lock_requested", 50),
        step("ipam_lock_acquired", 41),
        step("ipam_finished", 42),
      ],
      [{ wait_started_at: 1, acquired_at: 41, lock_wait_ns: 40e9 }],
    ],
    [
      "and so is a lock got after the address",
      [step("ipam_requested", 1), step("ip_allocated", 42), step("ipam_lock_acquired", 50)],
      [{ wait_started_at: null, acquired_at: null, lock_wait_ns: null, allocated_at: 42 }],
    ],
    [
      "a DEL of the same sandbox is another operation",
      [step("ip_allocated", 2), step("ipam_finished", 90, { command: "DEL" })],
      [
        { operation_id: "whereabouts/ADD/s1", outcome: "allocated" },
        { operation_id: "whereabouts/DEL/s1", outcome: "released", ended_at: 90 },
      ],
    ],
    [
      "a retried request of one sandbox is one row with its conflicts, its first address and the last end",
      [
        step("ipam_requested", 1),
        step("ip_conflict", 2),
        step("ip_conflict", 3),
        step("ip_allocated", 4, { ip: "10.0.0.9" }),
        step("ip_allocated", 5, { ip: "10.0.0.1" }),
        step("ipam_finished", 6),
      ],
      [{ started_at: 1, conflict_count: 2, ip: "10.0.0.9", allocated_at: 4, ended_at: 6, file_id: 1, line: 1 }],
    ],
    [
      "until a try has failed it waits for the next one",
      [
        step("ipam_requested", 1),
        step("ipam_lock_acquired", 2),
        step("ipam_failed", 3),
        step("ipam_lock_acquired", 33),
        step("ip_allocated", 34, { ip: "10.0.0.9" }),
        step("ipam_finished", 35),
      ],
      [{ outcome: "allocated", acquired_at: 33, lock_wait_ns: 32e9, allocated_at: 34, ended_at: 35, ip: "10.0.0.9" }],
    ],
    [
      "with no address in the end it failed, and its first try tells how long the work takes",
      [step("ipam_requested", 1), step("ipam_lock_acquired", 2), step("ipam_failed", 3), step("ipam_failed", 43)],
      [{ outcome: "failed", acquired_at: 2, allocated_at: null, ended_at: 3, ip: null }],
    ],
    [
      "an IPAM that knows only the pod has one row a pod",
      [step("ip_allocated", 2, { sandbox_id: null }), step("ip_allocated", 3, { sandbox_id: null, pod_uid: "q" })],
      [
        { operation_id: "whereabouts/ADD/p", sandbox_id: null },
        { operation_id: "whereabouts/ADD/q", sandbox_id: null },
      ],
    ],
  ])("%s", async (_title, steps, expected) => {
    await expectModel("timeline.ipam_operations", { "timeline._ipam_steps": steps }, expected);
  });
});

describe("timeline._ipam_steps", () => {
  const attempts = [{ run_id: "r", sandbox_id: "s1", ended_at: 10 }];
  test.each<readonly [title: string, steps: readonly Row[], expected: readonly Row[]]>([
    [
      "a step that tells no command after its attempt ended is a DEL",
      [step("ipam_requested", 11, { command: null })],
      [{ command: "DEL" }],
    ],
    [
      "at the end of its attempt it is still the ADD",
      [step("ipam_requested", 10, { command: null })],
      [{ command: "ADD" }],
    ],
    ["a step that tells its command keeps it", [step("ip_allocated", 11)], [{ command: "ADD" }]],
    ["a step of nobody is left out", [step("ip_allocated", 11, { sandbox_id: null, pod_uid: null })], []],
    ["steps of the plugin that are not IPAM are left out", [step("cni_started", 1)], []],
  ])("%s", async (_title, steps, expected) => {
    await expectModel(
      "timeline._ipam_steps",
      { "timeline._cni_steps": steps, "timeline.sandbox_attempts": attempts },
      expected,
    );
  });
});
