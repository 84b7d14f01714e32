import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const RUN = { run_id: "r" };
const LEASE = {
  ...RUN,
  system: "whereabouts",
  ip: "10.0.0.1",
  ip_family: "IPv4",
  holder_id: "s1",
  holder_kind: "pod",
  pool: "p",
  namespace: "default",
  pod_name: "a",
  pod_uid: "ua",
  sandbox_id: "s1",
  is_reserved: false,
  allocated_at: 10,
  certainty: "proved",
  last_snapshot: "end",
  last_seen_at: 100,
  last_seen_latest_at: 101,
};
/** A record that names its sandbox alone, as host-local's do. */
const UNKNOWN = {
  ...LEASE,
  namespace: null,
  pod_name: null,
  pod_uid: null,
  node_name: "worker4",
  record_file_id: 6,
  record_line: 1,
};
const over = (more: Row = {}): Row => ({ ...RUN, sandbox_id: "s1", stopped_at: 50, ended_at: 50, ...more });
const outcome = (name: string, ts: number): Row => ({
  ...RUN,
  sandbox_id: "s1",
  outcome: name,
  ts,
  message: `DEL ${name}`,
  file_id: 5,
  line: 6,
});
const ATTEMPT = {
  ...RUN,
  pod_uid: "ua",
  try: 3,
  sandbox_id: "s1",
  started_at: 5,
  outcome: "failed",
  file_id: 1,
  line: 2,
  end_file_id: 1,
  end_line: 9,
};

describe("finding.ip_leaks", () => {
  test.each<Case>([
    ["a sandbox that nothing has ended holds its address rightly", { "timeline.ip_leases": [LEASE] }, []],
    [
      "a record seen after its sandbox was torn down is a leak since the DEL that swallowed its failure",
      {
        "timeline.ip_leases": [LEASE],
        "timeline._sandbox_ends": [over()],
        "timeline._release_outcomes": [outcome("swallowed", 48)],
        "timeline.sandbox_attempts": [ATTEMPT],
      },
      [
        {
          certainty: "leak",
          cause: "swallowed_del",
          leaked_at: 48,
          try: 3,
          del_file_id: 5,
          del_line: 6,
          attempt_line: 9,
        },
      ],
    ],
    [
      "a record that was there when the run began, of a pod gone by then: no log of this capture can tell more",
      {
        "timeline.ip_leases": [{ ...LEASE, allocated_at: -50, first_seen_by_at: -1 }],
        "timeline._pod_ends": [
          { ...RUN, system: "whereabouts", ip: "10.0.0.1", holder_id: "s1", gone_at: -2, is_dated: false },
        ],
        "timeline._run_facts": [{ ...RUN, started_at: 0 }],
      },
      [{ certainty: "leak", cause: "before_capture", leaked_at: null, try: null, sandbox_id: "s1" }],
    ],
    [
      "its pod deleted in the run: then it leaked in it",
      {
        "timeline.ip_leases": [{ ...LEASE, allocated_at: -50, first_seen_by_at: -1 }],
        "timeline._pod_ends": [
          { ...RUN, system: "whereabouts", ip: "10.0.0.1", holder_id: "s1", gone_at: 20, is_dated: true },
        ],
        "timeline._run_facts": [{ ...RUN, started_at: 0 }],
      },
      [{ certainty: "leak", cause: "pod_gone", leaked_at: 20 }],
    ],
    [
      "the runtime's word on a DEL that failed names it where the IPAM says nothing",
      {
        "timeline.ip_leases": [LEASE],
        "timeline._sandbox_ends": [over({ failed_at: 50, stopped_at: null })],
        "timeline._release_outcomes": [outcome("failed", 48)],
        "timeline.sandbox_attempts": [ATTEMPT],
      },
      [{ certainty: "leak", cause: "failed_del", del_message: "DEL failed", try: 3 }],
    ],
    [
      "a record of a sandbox that neither runtimes nor pods know: possible, once pods were listed",
      {
        "timeline.ip_leases": [
          UNKNOWN,
          { ...UNKNOWN, run_id: "unlisted" },
          // no record: a write without an answer
          {
            ...UNKNOWN,
            ip: "10.0.0.2",
            holder_id: "s2",
            sandbox_id: "s2",
            record_file_id: null,
            certainty: "possible",
          },
          // it may be that of the attempt under way on its node
          { ...UNKNOWN, ip: "10.0.0.3", holder_id: "s3", sandbox_id: "s3", node_name: "worker5" },
        ],
        "timeline._object_snapshots": [{ ...RUN, source_kind: "pods", sequence: 2, file_id: 4 }],
        "timeline.sandbox_attempts": [
          { ...ATTEMPT, pod_uid: "ub", sandbox_id: null, outcome: "open", node_name: "worker5" },
        ],
      },
      [{ run_id: "r", ip: "10.0.0.1", certainty: "possible", cause: "unknown_sandbox" }],
    ],
    [
      "an address of another pool does not make up for a record of an unknown sandbox",
      {
        "timeline.ip_leases": [
          LEASE,
          { ...LEASE, ip: "10.9.0.1", holder_id: "s9", sandbox_id: "s9", pool: "other", pod_uid: "ua" },
        ],
        "timeline.pods": [{ ...RUN, pod_uid: "ua", ip_addresses: "10.9.0.1" }],
      },
      [],
    ],
    [
      "no snapshot after the end: possible",
      {
        "timeline.ip_leases": [{ ...LEASE, last_snapshot: null, last_seen_at: null }],
        "timeline._sandbox_ends": [over()],
      },
      [{ certainty: "possible" }],
    ],
    [
      "the sandbox ended while the snapshot was read: possible",
      { "timeline.ip_leases": [LEASE], "timeline._sandbox_ends": [over({ ended_at: 100.5 })] },
      [{ certainty: "possible" }],
    ],
    [
      "a snapshot that shows what the node's later attempt got was read after the end, whatever the clocks say; a DEL under way",
      {
        // its node's clock is ahead, and nothing bounds it
        "timeline.ip_leases": ["s1", "s2", "s3", "s4"].map((sandbox, index) => ({
          ...LEASE,
          ip: `10.0.0.${index + 1}`,
          holder_id: sandbox,
          sandbox_id: sandbox,
          node_name: sandbox === "s3" ? "worker2" : "worker1",
          record_file_id: sandbox === "s4" ? 7 : 6,
        })),
        "timeline._sandbox_ends": [
          over({ ended_at: 150 }),
          over({ ended_at: 150, sandbox_id: "s2", unanswered_stop_at: 155 }),
          over({ ended_at: 150, sandbox_id: "s3" }),
          over({ ended_at: 150, sandbox_id: "s4" }),
        ],
        "timeline._ip_records": [{ ...RUN, role: "allocation", sandbox_id: "later", file_id: 6 }],
        "timeline.sandbox_attempts": [{ ...ATTEMPT, node_name: "worker1", sandbox_id: "later", started_at: 160 }],
      },
      [
        { ip: "10.0.0.1", certainty: "leak" },
        { ip: "10.0.0.2", certainty: "possible" },
        // the other node's order says nothing of this one's
        { ip: "10.0.0.3", certainty: "possible" },
        // not in what that file shows
        { ip: "10.0.0.4", certainty: "possible" },
      ],
    ],
    [
      "a DEL under way may still release it: possible; not when an earlier one has said success",
      {
        "timeline.ip_leases": [LEASE, { ...LEASE, ip: "10.0.0.2", holder_id: "s2", sandbox_id: "s2" }],
        "timeline._sandbox_ends": [
          over({ unanswered_stop_at: 90 }),
          over({ sandbox_id: "s2", unanswered_stop_at: 90 }),
        ],
        "timeline._release_outcomes": [{ ...outcome("swallowed", 48), sandbox_id: "s2" }],
      },
      [
        { ip: "10.0.0.1", certainty: "possible" },
        { ip: "10.0.0.2", certainty: "leak" },
      ],
    ],
    [
      "filed by pod: a later attempt may use it; not when the IPAM served one and gave it nothing",
      {
        "timeline.ip_leases": [
          { ...LEASE, system: "spiderpool", holder_id: "ua" },
          { ...LEASE, system: "spiderpool", ip: "10.0.0.2", holder_id: "ub", pod_uid: "ub", sandbox_id: "s2" },
          { ...LEASE, system: "spiderpool", ip: "10.0.0.3", holder_id: "uc", pod_uid: "uc", sandbox_id: "s3" },
        ],
        "timeline._sandbox_ends": [over(), over({ sandbox_id: "s2", failed_at: 50 }), over({ sandbox_id: "s3" })],
        "timeline.ipam_operations": [
          {
            ...RUN,
            command: "ADD",
            outcome: "failed",
            pod_uid: "ub",
            sandbox_id: "s4",
            started_at: 60,
            acquired_at: 61,
          },
          { ...RUN, command: "ADD", outcome: "failed", pod_uid: "uc", sandbox_id: "s5", started_at: 60 },
          {
            ...RUN,
            command: "ADD",
            outcome: "failed",
            pod_uid: "ua",
            sandbox_id: "s1",
            started_at: 10,
            acquired_at: 11,
          },
        ],
      },
      [{ ip: "10.0.0.2", certainty: "leak", cause: "failed_attempt", leaked_at: 50 }],
    ],
    [
      "filed by pod, without the pod's object: lost when the IPAM's own record of the pod names another address",
      {
        "timeline.ip_leases": [{ ...LEASE, system: "spiderpool", holder_id: "ua" }],
        "timeline._sandbox_ends": [over({ failed_at: 50 })],
        "timeline._ip_records": [
          { ...RUN, system: "spiderpool", role: "companion", pod_uid: "ua", ip: "10.0.0.9", ip_family: "IPv4" },
        ],
      },
      [{ ip: "10.0.0.1", certainty: "leak", cause: "failed_attempt" }],
    ],
    [
      "and possible when nothing tells for which sandbox it was made; not where it names this address too, or no other",
      {
        "timeline.ip_leases": ["ua", "ub", "uc"].map((uid, index) => ({
          ...LEASE,
          system: "spiderpool",
          ip: `10.0.0.${index + 1}`,
          holder_id: uid,
          pod_uid: uid,
          sandbox_id: null,
        })),
        "timeline._ip_records": [
          { ...RUN, system: "spiderpool", role: "companion", pod_uid: "ua", ip: "10.0.0.9", ip_family: "IPv4" },
          { ...RUN, system: "spiderpool", role: "companion", pod_uid: "ub", ip: "10.0.0.8", ip_family: "IPv4" },
          { ...RUN, system: "spiderpool", role: "companion", pod_uid: "ub", ip: "10.0.0.2", ip_family: "IPv4" },
          { ...RUN, system: "spiderpool", role: "companion", pod_uid: "uc", ip: "fd00::9", ip_family: "IPv6" },
        ],
      },
      [{ ip: "10.0.0.1", certainty: "possible", cause: "other_sandbox", leaked_at: null }],
    ],
    [
      "or when all attempts of the pod failed and the IPAM refused one; not where one may have got it since",
      {
        "timeline.ip_leases": ["ua", "ub", "uc"].map((uid, index) => ({
          ...LEASE,
          system: "spiderpool",
          ip: `10.0.0.${index + 1}`,
          holder_id: uid,
          pod_uid: uid,
          sandbox_id: null,
        })),
        "timeline.ipam_operations": ["ua", "ub"].map((uid) => ({
          ...RUN,
          command: "ADD",
          outcome: "failed",
          pod_uid: uid,
          sandbox_id: `${uid}-2`,
          started_at: 60,
          acquired_at: 61,
        })),
        "timeline.sandbox_attempts": ["ua", "ub", "uc"].flatMap((uid) => [
          { ...ATTEMPT, pod_uid: uid, sandbox_id: `${uid}-1`, try: 1 },
          { ...ATTEMPT, pod_uid: uid, sandbox_id: `${uid}-2`, try: 2 },
          ...(uid === "ub" ? [{ ...ATTEMPT, pod_uid: uid, sandbox_id: null, try: 3, outcome: "open" }] : []),
        ]),
      },
      [{ ip: "10.0.0.1", certainty: "possible", cause: "failed_attempt", leaked_at: null, try: null }],
    ],
    [
      "a released address is none",
      { "timeline.ip_leases": [{ ...LEASE, released_at: 60 }], "timeline._sandbox_ends": [over()] },
      [],
    ],
    [
      "node, router and a StatefulSet's fixed address are none",
      {
        "timeline.ip_leases": [
          { ...LEASE, holder_kind: "router" },
          { ...LEASE, ip: "10.0.0.2", is_reserved: true },
        ],
        "timeline._sandbox_ends": [over()],
      },
      [],
    ],
    [
      "filed by pod: the pod's own address is not lost with the sandbox of an earlier attempt",
      {
        "timeline.ip_leases": [{ ...LEASE, system: "spiderpool", holder_id: "ua" }],
        "timeline._sandbox_ends": [over()],
        "timeline.pods": [{ ...RUN, pod_uid: "ua", ip_addresses: "10.0.0.1" }],
      },
      [],
    ],
    [
      "filed by pod: a second address that the pod does not use is, since the agent gave up on it",
      {
        "timeline.ip_leases": [{ ...LEASE, system: "spiderpool", holder_id: "ua" }],
        "timeline._sandbox_ends": [over({ ipam_failed_at: 12 })],
        "timeline.pods": [{ ...RUN, pod_uid: "ua", ip_addresses: "10.0.0.9" }],
        "timeline._release_outcomes": [outcome("ignored", 20)],
      },
      [{ certainty: "leak", cause: "lost_answer", leaked_at: 12, del_message: "DEL ignored" }],
    ],
    [
      "the other family of a dual-stack pod is no second address",
      {
        "timeline.ip_leases": [{ ...LEASE, system: "spiderpool", holder_id: "ua", ip: "fd00::1", ip_family: "IPv6" }],
        "timeline._sandbox_ends": [over()],
        "timeline.pods": [{ ...RUN, pod_uid: "ua", ip_addresses: "10.0.0.9" }],
      },
      [],
    ],
    [
      "the pod was gone before a snapshot that shows its record: a leak without a date when the deletion was not seen",
      {
        "timeline.ip_leases": [LEASE],
        "timeline._pod_ends": [
          { ...RUN, system: "whereabouts", ip: "10.0.0.1", holder_id: "s1", gone_at: 80, is_dated: false },
        ],
      },
      [{ certainty: "leak", cause: "pod_gone", leaked_at: null }],
    ],
    [
      "a list that lacks the pod, not known to be read before: possible",
      {
        "timeline.ip_leases": [LEASE],
        "timeline._pod_ends": [
          { ...RUN, system: "whereabouts", ip: "10.0.0.1", holder_id: "s1", gone_at: null, is_dated: false },
        ],
      },
      [{ certainty: "possible", cause: "pod_gone" }],
    ],
    [
      "a runtime that was killed did not say which sandbox the attempt had: the pod's attempt at that time left it",
      {
        "timeline.ip_leases": [LEASE],
        "timeline._sandbox_ends": [over()],
        "timeline.sandbox_attempts": [{ ...ATTEMPT, sandbox_id: null, try: 1 }],
      },
      [{ try: 1, attempt_line: 9 }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding.ip_leaks", given, expected);
  });
});

const FILE = { ...RUN, resource: "ippools", file_id: 1, sequence: 2, earliest_at: 100, latest_at: 101 };
const RESOURCE = { ...RUN, system: "whereabouts", resource: "ippools", role: "allocation" };
const RECORD = {
  ...RUN,
  system: "whereabouts",
  role: "allocation",
  kind: "IPPool",
  file_id: 1,
  line: 1,
  ip: "10.0.0.1",
  ip_family: "IPv4",
  pool: "p",
  holder_kind: "pod",
  holder_id: "s1",
  sandbox_id: "s1",
  pod_uid: "ua",
  earliest_at: 100,
};
const LISTED: Given = { "timeline._object_snapshots": [FILE], "timeline._ipam_resources": [RESOURCE] };
const LIVING = { ...RUN, pod_uid: "ua", ready_at: 20 };
const RUNNING = {
  ...RUN,
  pod_uid: "ua",
  pod_ips: ["10.0.0.1"],
  phase: "Running",
  container_started_at: 15,
  host_network: false,
  file_id: 3,
  line: 4,
};
const OWN = { ...RUN, pod_uid: "ua", ip: "10.0.0.1" };
const BOTH: Given = {
  "timeline._object_snapshots": [FILE, { ...FILE, resource: "overlappingrangeipreservations", file_id: 2 }],
  "timeline._ipam_resources": [
    RESOURCE,
    { ...RESOURCE, resource: "overlappingrangeipreservations", role: "companion" },
  ],
};

describe("finding.ip_conflicts", () => {
  test.each<Case>([
    [
      "two addresses of one family for a living pod are a double hold; one of each family is not",
      {
        ...LISTED,
        "timeline._ip_records": [
          RECORD,
          { ...RECORD, ip: "10.0.0.2", holder_id: "s2", sandbox_id: "s2" },
          { ...RECORD, ip: "fd00::1", ip_family: "IPv6" },
        ],
        "timeline.pods": [LIVING],
      },
      [{ kind: "double_hold", detail: "10.0.0.1,10.0.0.2", pod_uid: "ua" }],
    ],
    [
      "one address in each of two networks is none",
      {
        ...LISTED,
        "timeline._ip_records": [
          { ...RECORD, interface: "eth0" },
          { ...RECORD, ip: "10.0.0.2", interface: "net1" },
        ],
        "timeline.pods": [LIVING],
      },
      [],
    ],
    [
      "the address of a terminating pod may be in use again: no duplicate",
      { "staging.pods": [RUNNING, { ...RUNNING, pod_uid: "ub", deletion_at: 30 }] },
      [],
    ],
    [
      "nor that of one whose containers have ended",
      { "staging.pods": [RUNNING, { ...RUNNING, pod_uid: "ub", container_started_at: null }] },
      [],
    ],
    [
      "two running pods with one address are",
      { "staging.pods": [RUNNING, { ...RUNNING, pod_uid: "ub", container_started_at: 25 }] },
      [{ kind: "duplicate", ip: "10.0.0.1", detail: "ua,ub", since_at: 25 }],
    ],
    [
      "a record without its companion is a half state, proved when nothing changed between the two lists",
      { ...BOTH, "timeline._ip_records": [RECORD] },
      [{ kind: "half_state", detail: "allocation_only", ip: "10.0.0.1", certainty: "proved" }],
    ],
    [
      "and possible when the address was written while they were read",
      {
        ...BOTH,
        "timeline._ip_records": [RECORD],
        "timeline._ip_events": [
          { ...RUN, system: "whereabouts", event: "allocated", ip: "10.0.0.1", ts: 101, ts_resolution_ns: 1000 },
        ],
      },
      [{ kind: "half_state", certainty: "possible" }],
    ],
    ["a companion that was never listed proves nothing", { ...LISTED, "timeline._ip_records": [RECORD] }, []],
    [
      "a Ready pod whose address is in a pool's range but in no record misses it",
      {
        ...LISTED,
        "timeline._ip_pools": [
          { ...RUN, system: "whereabouts", ip_family: "IPv4", pool: "p", ranges: ["10.0.0.0/24"] },
        ],
        "timeline.pods": [LIVING],
        "staging.pods": [RUNNING],
        "timeline._pod_addresses": [OWN],
      },
      [{ kind: "missing", ip: "10.0.0.1", pod_uid: "ua", pool: "p", certainty: "proved" }],
    ],
    [
      "an IPv6 address too, in a CIDR and between limits",
      {
        ...LISTED,
        "timeline._ip_pools": [
          { ...RUN, system: "whereabouts", ip_family: "IPv6", pool: "p", ranges: ["fd00:1::/64"] },
          { ...RUN, system: "whereabouts", ip_family: "IPv6", pool: "q", ranges: ["fd00:2::1-fd00:2::1f"] },
        ],
        "timeline.pods": [LIVING],
        "staging.pods": [RUNNING],
        "timeline._pod_addresses": [
          { ...OWN, ip: "fd00:1::a" },
          { ...OWN, ip: "fd00:2::f" },
          { ...OWN, ip: "fd00:2::20" },
          { ...OWN, ip: "fd00:1:0:1::a" },
        ],
      },
      [
        { kind: "missing", ip: "fd00:1::a", pool: "p" },
        { kind: "missing", ip: "fd00:2::f", pool: "q" },
      ],
    ],
    [
      "another record of the pod in that pool: networks may share the range, so it is only possible",
      {
        ...LISTED,
        "timeline._ip_pools": [
          { ...RUN, system: "whereabouts", ip_family: "IPv4", pool: "p", ranges: ["10.0.0.0/24"] },
        ],
        "timeline.pods": [LIVING],
        "staging.pods": [RUNNING],
        "timeline._pod_addresses": [OWN],
        "timeline._ip_records": [{ ...RECORD, ip: "10.0.0.9", pool: "p", pod_uid: "ua" }],
      },
      [{ kind: "missing", ip: "10.0.0.1", certainty: "possible" }],
    ],
    [
      "an address of another network's range is not missed here",
      {
        ...LISTED,
        "timeline._ip_pools": [
          { ...RUN, system: "whereabouts", ip_family: "IPv4", pool: "p", ranges: ["10.9.0.1-10.9.0.50"] },
        ],
        "timeline.pods": [LIVING],
        "staging.pods": [RUNNING],
        "timeline._pod_addresses": [OWN],
      },
      [],
    ],
    [
      "a pod that got Ready after the list is not missed",
      {
        ...LISTED,
        "timeline._ip_pools": [
          { ...RUN, system: "whereabouts", ip_family: "IPv4", pool: "p", ranges: ["10.0.0.0/24"] },
        ],
        "timeline.pods": [{ ...LIVING, ready_at: 120 }],
        "staging.pods": [RUNNING],
        "timeline._pod_addresses": [OWN],
      },
      [],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding.ip_conflicts", given, expected);
  });
});

const change = (ip: string, ts: number, delta = 1, measure = "allocated"): Row => ({
  ...RUN,
  system: "whereabouts",
  ip_family: "IPv4",
  pool: "p",
  ip,
  holder_id: ip,
  measure,
  delta,
  ts,
});
const POOL = { ...RUN, system: "whereabouts", ip_family: "IPv4", pool: "p", capacity: 2 };
const REFUSED = {
  ...RUN,
  pod_uid: "ub",
  ended_at: 40,
  error: "Could not allocate IP in range: ip: 10.0.0.1 / - 10.0.0.2",
  end_file_id: 8,
  end_line: 9,
};

describe("finding.ip_exhaustions", () => {
  test.each<Case>([
    [
      "a pool that never was full and refused nobody has no row",
      { "timeline._ip_pools": [POOL], "finding._pool_changes": [change("10.0.0.1", 10)] },
      [],
    ],
    [
      "an address given back and taken again in one instant fills it once",
      {
        "timeline._ip_pools": [POOL],
        "finding._pool_changes": [change("10.0.0.1", 10), change("10.0.0.1", 20, -1), change("10.0.0.2", 20)],
      },
      [],
    ],
    [
      "full of rightful holders",
      {
        "timeline._ip_pools": [POOL],
        "finding._pool_changes": [change("10.0.0.1", 10), change("10.0.0.2", 20)],
        "timeline.sandbox_attempts": [REFUSED],
        "timeline.pods": [{ ...RUN, pod_uid: "ub", in_scope: true }],
      },
      [
        {
          kind: "truly_full",
          full_at: 20,
          held_count: 2,
          refusal_count: 1,
          blocked_pod_count: 1,
          first_refused_at: 40,
          line: 9,
        },
      ],
    ],
    [
      "full with a leak among them",
      {
        "timeline._ip_pools": [POOL],
        "finding._pool_changes": [change("10.0.0.1", 10), change("10.0.0.2", 20), change("10.0.0.2", 30, 1, "leaked")],
      },
      [{ kind: "leaked", leaked_count: 1 }],
    ],
    [
      "refusals of a pool of unknown capacity",
      {
        "timeline._ip_pools": [{ ...POOL, capacity: null }],
        "finding._pool_changes": [change("10.0.0.1", 10)],
        "timeline.sandbox_attempts": [REFUSED],
      },
      [{ kind: "unknown", capacity: null, full_at: null, refusal_count: 1 }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding.ip_exhaustions", given, expected);
  });
});

describe("finding._ledger_pairs", () => {
  const READING = { ...RUN, resource: "ippools", sequence: 2, snapshot: "end", earliest_at: 100, latest_at: 101 };
  const LISTING: Given = {
    "timeline._resource_readings": [READING],
    "timeline._ipam_resources": [{ ...RUN, system: "whereabouts", resource: "ippools", role: "allocation" }],
  };
  const recordOf = (more: Row = {}): Row => ({
    ...RUN,
    system: "whereabouts",
    resource: "ippools",
    sequence: 2,
    snapshot: "end",
    ip: "10.0.0.1",
    holder_id: "s1",
    holder_kind: "pod",
    ...more,
  });

  test.each<Case>([
    [
      "a record and its open lease are one pair",
      { ...LISTING, "timeline._ip_records": [recordOf()], "timeline.ip_leases": [LEASE] },
      [{ ip: "10.0.0.1", is_recorded: true, is_in_ledger: true, is_settled: true }],
    ],
    [
      "a lease open long before and after the reading must be in it; one allocated while it was read may be",
      {
        ...LISTING,
        "timeline.ip_leases": [LEASE, { ...LEASE, ip: "10.0.0.2", allocated_at: 100.5 }],
      },
      [
        { ip: "10.0.0.1", is_recorded: false, is_in_ledger: true, is_settled: true },
        { ip: "10.0.0.2", is_recorded: false, is_in_ledger: true, is_settled: false },
      ],
    ],
    [
      "a record whose lease was released before is in the snapshot only",
      { ...LISTING, "timeline._ip_records": [recordOf()], "timeline.ip_leases": [{ ...LEASE, released_at: 50 }] },
      [{ ip: "10.0.0.1", is_recorded: true, is_in_ledger: false }],
    ],
    [
      "a release that only this snapshot's silence tells of is no difference from it",
      { ...LISTING, "timeline.ip_leases": [{ ...LEASE, released_at: 101, released_source: "snapshot" }] },
      [],
    ],
    [
      "what a node keeps itself is compared with the leases of that node",
      {
        "timeline._resource_readings": [{ ...READING, resource: "cni-networks", node_name: "worker4" }],
        "timeline._ipam_resources": [{ ...RUN, system: "host-local", resource: "cni-networks", role: "allocation" }],
        "timeline.ip_leases": [
          { ...LEASE, system: "host-local", node_name: "worker4" },
          { ...LEASE, system: "host-local", node_name: "worker5", holder_id: "s5" },
        ],
      },
      [{ node_name: "worker4", is_recorded: false, is_in_ledger: true }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding._ledger_pairs", given, expected);
  });
});
