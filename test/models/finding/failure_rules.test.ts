import { describe, expect, test } from "vitest";

import { expectModel, modelRows, type Row } from "../expect_model.ts";

const HOLDER = "a".repeat(64);
const LATER = "b".repeat(64);

/** A failure of pod p on node n of run r; whatever matters to a test is given. */
function failure(failure_id: string, columns: Row = {}): Row {
  return { run_id: "r", failure_id, kind: "attempt", pod_uid: "p", node_name: "n", role: "symptom", ...columns };
}

function attempt(tryNumber: number, columns: Row = {}): Row {
  return { run_id: "r", pod_uid: "p", node_name: "n", try: tryNumber, outcome: "failed", ...columns };
}

describe("a reserved name is a symptom of the attempt that holds it", () => {
  const refused = failure("attempt/p/2", { try: 2, reserved_for: HOLDER, class: "sandbox_name_reserved" });

  test.each<[string, Row[], Row[], string[]]>([
    [
      "by its sandbox id, although its own error came later",
      [failure("attempt/p/1", { try: 1, first_at: 265, sandbox_id: HOLDER }), { ...refused, first_at: 254 }],
      [attempt(1, { sandbox_id: HOLDER, started_at: 0 }), attempt(2, { reserved_for: HOLDER, started_at: 254 })],
      ["r,attempt/p/2,attempt/p/1"],
    ],
    [
      "not of an attempt in between that was refused as well",
      [
        failure("attempt/p/1", { try: 1 }),
        failure("attempt/p/2", { try: 2, reserved_for: HOLDER }),
        failure("attempt/p/3", { try: 3, reserved_for: HOLDER }),
      ],
      [attempt(1), attempt(2, { reserved_for: HOLDER }), attempt(3, { reserved_for: HOLDER })],
      ["r,attempt/p/2,attempt/p/1", "r,attempt/p/3,attempt/p/1"],
    ],
    [
      "a holder that is still open has no error: then what it waits for is the cause",
      [failure("wait/p/1", { kind: "wait", try: 1, role: "root" }), refused],
      [attempt(1, { outcome: "open" }), attempt(2, { reserved_for: HOLDER })],
      ["r,attempt/p/2,wait/p/1"],
    ],
    [
      "an open holder of which nothing is known gives no cause",
      [refused],
      [attempt(1, { outcome: "open" }), attempt(2, { reserved_for: HOLDER })],
      [],
    ],
    [
      "the same sandbox id in another run is another sandbox",
      [refused, failure("attempt/q/1", { run_id: "other", pod_uid: "q", try: 1 })],
      [{ ...attempt(1, { sandbox_id: HOLDER }), run_id: "other", pod_uid: "q" }],
      [],
    ],
  ])("%s", async (_title, candidates, attempts, expected) => {
    await expectModel(
      "finding._rule_reserved_name",
      { "finding._failure_candidates": candidates, "timeline.sandbox_attempts": attempts },
      expected,
    );
  });
});

describe("a request given up is a symptom of its attempt", () => {
  test.each<[string, Row[], string[]]>([
    [
      "of the error the attempt ended with later",
      [failure("request/p/1", { kind: "request", try: 1 }), failure("attempt/p/1", { try: 1 })],
      ["r,request/p/1,attempt/p/1"],
    ],
    [
      "of what it waited for when it never ended",
      [failure("request/p/1", { kind: "request", try: 1 }), failure("wait/p/1", { kind: "wait", try: 1 })],
      ["r,request/p/1,wait/p/1"],
    ],
    [
      "of nothing when only another attempt is known",
      [failure("request/p/1", { kind: "request", try: 1 }), failure("attempt/p/2", { try: 2 })],
      [],
    ],
  ])("%s", async (_title, candidates, expected) => {
    await expectModel("finding._rule_given_up", { "finding._failure_candidates": candidates }, expected);
  });
});

describe("the kubelet's report of a failed sandbox", () => {
  test.each<[string, Row, Row]>([
    ["is the attempt's own end when the runtime answered before it", { ended_at: 9.999 }, { try: 1, gave_up: false }],
    ["is given up when the runtime's answer came later", { ended_at: 29 }, { try: 1, gave_up: true }],
    ["is given up when the runtime never answered", { outcome: "open" }, { try: 1, gave_up: true }],
    ["has no attempt when none began before it", { started_at: 11 }, { try: null, gave_up: true }],
  ])("%s", async (_title, columns, expected) => {
    const report = { run_id: "r", node_name: "n", pod_uid: "p", file_id: 1, line: 5, ts: 10, step: "sandbox_failed" };
    await expectModel(
      "finding._kubelet_failures",
      { "timeline._kubelet_steps": [report], "timeline.sandbox_attempts": [attempt(1, { started_at: 0, ...columns })] },
      [expected],
    );
  });
});

describe("what an attempt without an error of its own waited for", () => {
  const bounds = [{ run_id: "r", observed_until_at: 600 }];
  const operation = {
    run_id: "r",
    operation_id: "o",
    command: "ADD",
    component: "whereabouts",
    sandbox_id: HOLDER,
    started_at: 5,
    outcome: "open",
  };
  const served = { ...operation, operation_id: "s", sandbox_id: LATER, started_at: 1, acquired_at: 2, allocated_at: 3 };
  const cut = attempt(1, { sandbox_id: HOLDER, started_at: 0, ended_at: 100 });
  const symptom = { run_id: "r", kind: "attempt", pod_uid: "p", try: 1, role: "symptom", class: "cni_plugin_killed" };

  test.each<[string, Row[], Row[], Row[], Row[]]>([
    [
      "the lock, when the operation never got it",
      [cut],
      [operation, served],
      [symptom],
      [{ failure_id: "wait/p/1", class: "ipam_lock_wait", started_at: 5, failed_at: 100 }],
    ],
    [
      "the lock, when most of the time went into waiting for it",
      [cut],
      [{ ...operation, wait_started_at: 5, acquired_at: 90 }],
      [symptom],
      [{ class: "ipam_lock_wait" }],
    ],
    [
      "and not of the time that the clean-up took after an allocation that got no address",
      [cut],
      [{ ...operation, wait_started_at: 5, acquired_at: 40, ended_at: 45 }],
      [symptom],
      [{ class: "ipam_lock_wait", failed_at: 100 }],
    ],
    [
      "the allocation, when the lock was there at once",
      [cut],
      [{ ...operation, wait_started_at: 5, acquired_at: 6 }],
      [symptom],
      [{ class: "ipam_slow" }],
    ],
    [
      "but not a controller's work on the pod that failed: its error is the cause",
      [cut],
      [{ ...operation, sandbox_id: null, pod_uid: "p", acquired_at: 6, ended_at: 50, outcome: "failed" }],
      [symptom],
      [],
    ],
    [
      "the queue of an agent",
      [cut],
      [{ ...operation, component: "spiderpool-agent", wait_started_at: 5, acquired_at: 98 }],
      [symptom],
      [{ class: "ipam_queue_wait" }],
    ],
    [
      "nothing, when the address had been handed over before",
      [cut],
      [{ ...operation, acquired_at: 6, allocated_at: 7, ended_at: 7 }],
      [symptom],
      [],
    ],
    [
      "the controller's queue, when it served the pod just after the plugin had stopped waiting",
      [cut],
      [
        {
          ...operation,
          component: "kube-ovn-controller",
          pod_uid: "p",
          sandbox_id: null,
          wait_started_at: 1,
          acquired_at: 98,
          allocated_at: 99,
          ended_at: 99.5,
        },
        { ...served, component: "kube-ovn-controller" },
      ],
      [{ ...symptom, class: "ipam_wait_timeout" }],
      [{ class: "ipam_queue_wait" }],
    ],
    ["nothing, when no log tells of an operation", [cut], [served], [symptom], []],
    [
      "an attempt without an answer is seen at the end of observation",
      [attempt(1, { outcome: "open", sandbox_id: HOLDER, started_at: 0 })],
      [operation, served],
      [],
      [{ class: "ipam_lock_wait", failed_at: 600 }],
    ],
    [
      "an attempt with an error of its own needs no wait",
      [cut],
      [operation, served],
      [{ ...symptom, role: "root", class: "ipam_lock_timeout" }],
      [],
    ],
    [
      "a time-out of the API server after the plugin's limit went into the wait for the lock",
      [cut],
      [{ ...operation, component: "calico-cni", wait_started_at: 5, acquired_at: 90 }],
      [{ ...symptom, role: "root", class: "apiserver_timeout" }],
      [{ class: "ipam_lock_wait" }],
    ],
    [
      "a lock that is not known to have been got was had when the address was chosen",
      [cut],
      [{ ...operation, component: "calico-cni", wait_started_at: 5, acquired_at: null, allocated_at: 8 }, served],
      [{ ...symptom, role: "root", class: "apiserver_timeout" }],
      [],
    ],
    [
      "a time-out of the API server while the lock was held is its own cause",
      [cut],
      [{ ...operation, component: "calico-cni", wait_started_at: 5, acquired_at: 6 }],
      [{ ...symptom, role: "root", class: "apiserver_timeout" }],
      [],
    ],
  ])("%s", async (_title, attempts, operations, failures, expected) => {
    await expectModel(
      "finding._waits",
      {
        "timeline.sandbox_attempts": attempts,
        "timeline._run_bounds": bounds,
        "timeline.ipam_operations": operations,
        "finding._sandbox_failures": failures,
      },
      expected,
    );
  });

  test("an open attempt is found by the sandbox id that a later refusal names", async () => {
    const rows = await modelRows("finding._waits", {
      "timeline.sandbox_attempts": [
        attempt(1, { outcome: "open", started_at: 0 }),
        attempt(2, { reserved_for: HOLDER, started_at: 250, ended_at: 250 }),
      ],
      "timeline._run_bounds": bounds,
      "timeline.ipam_operations": [operation, served],
    });
    expect(rows.map((row) => [row["try"], row["sandbox_id"]])).toEqual([[1, HOLDER]]);
  });
});

describe("a plugin that waited in vain for an address is a symptom of why the pod got none", () => {
  const waited = failure("attempt/p/1", { class: "ipam_wait_timeout" });
  const told = failure("step/p/ip_pool_exhausted", { kind: "step", class: "ip_pool_exhausted", role: "root" });

  test.each<[string, Row[], string[]]>([
    ["as a controller told for that pod", [waited, told], ["r,attempt/p/1,step/p/ip_pool_exhausted"]],
    ["not as it told for another pod", [waited, { ...told, pod_uid: "q" }], []],
    ["not by a cause that is none of the IPAM", [waited, { ...told, class: "image_pull_failed" }], []],
  ])("%s", async (_title, candidates, expected) => {
    await expectModel("finding._rule_pod_cause", { "finding._failure_candidates": candidates }, expected);
  });
});

describe("a failure of the kind that an incident brings", () => {
  const restart = failure("incident/runtime_restart/n/1", {
    kind: "incident",
    pod_uid: null,
    class: "runtime_restarted",
    role: "root",
    started_at: 100,
    first_at: 100,
    last_at: 107,
  });
  const stall = {
    ...restart,
    failure_id: "incident/apiserver_stall/cluster/1",
    node_name: null,
    class: "apiserver_stalled",
    last_at: 120,
  };
  const cut = failure("attempt/p/1", { class: "runtime_unreachable", started_at: 60, first_at: 101, last_at: 101 });
  const timeout = failure("attempt/p/1", { class: "apiserver_timeout", started_at: 99, first_at: 170, last_at: 170 });

  test.each<[string, Row[], string[]]>([
    ["at its time and on its node is its symptom", [restart, cut], ["r,attempt/p/1,incident/runtime_restart/n/1"]],
    ["on another node is not", [restart, { ...cut, node_name: "m" }], []],
    ["before it is not", [restart, { ...cut, first_at: 99, last_at: 99 }], []],
    ["long after it is not", [restart, { ...cut, first_at: 113, last_at: 113 }], []],
    ["of another class is not", [restart, { ...cut, class: "ip_pool_exhausted" }], []],
    [
      "a stall strikes every node, and a client notices up to a minute later",
      [stall, timeout],
      ["r,attempt/p/1,incident/apiserver_stall/cluster/1"],
    ],
    ["an attempt begun after the stall has another cause", [stall, { ...timeout, started_at: 121 }], []],
    [
      "an attempt that failed long after it has another cause",
      [stall, { ...timeout, first_at: 181, last_at: 181 }],
      [],
    ],
    [
      "of two stalls the later one counts",
      [
        stall,
        {
          ...stall,
          failure_id: "incident/etcd_stall/cluster/1",
          class: "etcd_stalled",
          started_at: 150,
          first_at: 150,
          last_at: 165,
        },
        timeout,
      ],
      ["r,attempt/p/1,incident/etcd_stall/cluster/1"],
    ],
    [
      "a wait for the IPAM has it for its cause when it covers most of the attempt",
      [stall, { ...timeout, class: "ipam_wait_timeout", started_at: 105, first_at: 126, last_at: 126 }],
      ["r,attempt/p/1,incident/apiserver_stall/cluster/1"],
    ],
    [
      "and another one when it covers less",
      [stall, { ...timeout, class: "ipam_wait_timeout", started_at: 112, first_at: 133, last_at: 133 }],
      [],
    ],
  ])("%s", async (_title, candidates, expected) => {
    await expectModel("finding._rule_incident", { "finding._failure_candidates": candidates }, expected);
  });
});

describe("an exhausted pool", () => {
  const pool = { run_id: "r", system: "whereabouts", pool: "x", snapshot: "end", file_id: 1, line: 1, item: 0 };
  const held = (ip: string, pod_name: string, columns: Row = {}): Row => ({
    ...pool,
    ip,
    ip_family: "IPv4",
    namespace: "default",
    pod_name,
    holder_kind: "pod",
    ...columns,
  });
  const pod = { run_id: "r", namespace: "default", pod_name: "a", phase: "Running" };

  test.each<[string, Row[], Row[], Row[]]>([
    [
      "held by live pods is a root",
      [{ ...pool, capacity: 1 }],
      [held("10.0.0.1", "a")],
      [{ live_count: 1, stale_count: 0 }],
    ],
    [
      "held for a pod that is gone is a leak",
      [{ ...pool, capacity: 1 }],
      [held("10.0.0.1", "gone")],
      [{ live_count: 0, stale_count: 1, example_ip: "10.0.0.1" }],
    ],
    [
      "held twice by one pod is a leak",
      [{ ...pool, capacity: 2 }],
      [held("10.0.0.1", "a"), held("10.0.0.2", "a")],
      [{ live_count: 1, stale_count: 1 }],
    ],
    ["with room left is not the exhausted one", [{ ...pool, capacity: 3 }], [held("10.0.0.1", "gone")], []],
    [
      "is judged by its last snapshot",
      [pool],
      [held("10.0.0.1", "gone", { snapshot: "mid" }), held("10.0.0.2", "a")],
      [{ held_count: 1, stale_count: 0 }],
    ],
  ])("%s", async (_title, pools, records, expected) => {
    await expectModel(
      "finding._full_pools",
      { "staging.ipam_pools": pools, "staging.ipam_records": records, "staging.pods": [pod] },
      expected,
    );
  });

  test("of a capture without a list of pods is held by nobody knows whom", async () => {
    await expectModel(
      "finding._full_pools",
      { "staging.ipam_pools": [{ ...pool, capacity: 1 }], "staging.ipam_records": [held("10.0.0.1", "gone")] },
      [{ held_count: 1, stale_count: null }],
    );
  });

  test("is a symptom of the leak where there is one", async () => {
    const exhausted = failure("attempt/p/1", { class: "ip_pool_exhausted", role: "root" });
    const leak = failure("leak/whereabouts/x", {
      kind: "leak",
      pod_uid: null,
      class: "ip_leak",
      role: "root",
      occurrence_count: 3,
    });
    await expectModel("finding._rule_pool_leak", { "finding._failure_candidates": [exhausted, leak] }, [
      "r,attempt/p/1,leak/whereabouts/x",
    ]);
    await expectModel("finding._rule_pool_leak", { "finding._failure_candidates": [exhausted] }, []);
  });
});

describe("Spiderpool's `exhaust all retries`", () => {
  const given = (conflict_count: number, ended_at: number): Record<string, readonly Row[]> => ({
    "finding._sandbox_failures": [
      {
        run_id: "r",
        failure_id: "attempt/p/1",
        kind: "attempt",
        pod_uid: "p",
        sandbox_id: HOLDER,
        failed_at: ended_at,
        text: "exhaust all retries (5 times), failed to allocate IP from IPPool v4",
        class: "ipam_conflict",
        role: "root",
      },
    ],
    "timeline.ipam_operations": [
      { run_id: "r", operation_id: "o", command: "ADD", sandbox_id: HOLDER, started_at: 0, ended_at, conflict_count },
    ],
  });

  test.each([
    ["after five conflicts is contention, however long it took", 5, 100, "ipam_conflict"],
    ["after 100 s with fewer conflicts is the wait in the queue", 1, 100, "ipam_queue_wait"],
    ["with fewer conflicts but no long wait stays what it says", 4, 20, "ipam_conflict"],
  ])("%s", async (_title, conflicts, seconds, expected) => {
    await expectModel("finding._failure_candidates", given(conflicts, seconds), [{ class: expected }]);
  });
});
