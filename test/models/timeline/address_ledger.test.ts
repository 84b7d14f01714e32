import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const RUN = { run_id: "r" };
const manifest = (marks: Row): Row => ({ ...RUN, started_at: 100, ended_at: 300, manifest: { marks } });
const file = (file_id: number, path: string, snapshot: string): Row => ({
  ...RUN,
  file_id,
  path,
  kind: "ipam",
  snapshot,
});
const listed = (resource: string, ts: number, username = "kubernetes-admin"): Row => ({
  ...RUN,
  resource,
  verb: "list",
  username,
  response_code: 200,
  received_at: ts - 0.5,
  ts,
});
const MARKS = {
  midCapture: "2026-11-23T12:03:20Z",
  conditionMetOrTimeout: "2026-11-23T12:05:00Z",
  captureEnd: "2026-11-23T12:05:30Z",
};

describe("timeline._object_snapshots", () => {
  test.each<Case>([
    [
      "without manifest and audit log the time is unknown, not guessed from the suffix",
      { "raw.runs": [RUN], "raw.sources": [file(1, "cluster/ippools-mid.json", "mid")] },
      [{ snapshot: "mid", resource: "ippools", earliest_at: null, latest_at: null, source: null }],
    ],
    [
      "the manifest's marks bound it",
      { "raw.runs": [manifest(MARKS)], "raw.sources": [file(1, "cluster/ippools-mid.json", "mid")] },
      [{ earliest_at: 200, latest_at: 300, source: "manifest" }],
    ],
    [
      "a list within the bounds narrows it; the system's own lists and those of other times do not",
      {
        "raw.runs": [manifest(MARKS)],
        "raw.sources": [file(1, "cluster/ippools-mid.json", "mid")],
        "staging.audit_events": [
          listed("ippools", 90),
          listed("ippools", 210),
          listed("ippools", 250, "system:serviceaccount:kube-system:whereabouts"),
          listed("pods", 220),
        ],
      },
      [{ earliest_at: 209.5, latest_at: 210, source: "audit" }],
    ],
    [
      "two lists within the bounds: it is not known which of them gave the file",
      {
        "raw.runs": [manifest(MARKS)],
        "raw.sources": [file(1, "cluster/ips.kubeovn.io-end.json", "end")],
        "staging.audit_events": [listed("ips", 302), listed("ips", 309)],
      },
      [{ resource: "ips", earliest_at: 301.5, latest_at: 309, source: "audit" }],
    ],
    [
      "a final file whose list is not in the log, though others are, was read after the log's end",
      {
        "raw.runs": [manifest(MARKS)],
        "raw.sources": [file(1, "cluster/ipamblocks-end.json", "end")],
        "staging.audit_events": [listed("ipamblocks", 90), listed("pods", 312)],
      },
      [{ earliest_at: 312, latest_at: 330, source: "manifest" }],
    ],
    [
      "a file that was copied under another name is not read twice",
      {
        "raw.runs": [manifest(MARKS)],
        "raw.sources": [{ ...file(2, "cluster/ippools-end.json", "end"), duplicate_of: 1 }],
      },
      [],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("timeline._object_snapshots", given, expected);
  });
});

const HOLDING = {
  ...RUN,
  system: "whereabouts",
  ip: "10.0.0.1",
  ip_family: "IPv4",
  holder_id: "s1",
  holder_kind: "pod",
  sandbox_id: "s1",
  logged_at: 10,
  resolution_ns: 1e9,
  is_confirmed: true,
};
const ALLOCATIONS = { ...RUN, system: "whereabouts", resource: "ippools", role: "allocation" };
const release = (ts: number, more: Row = {}): Row => ({
  ...RUN,
  system: "whereabouts",
  event: "released",
  ip: "10.0.0.1",
  ts,
  ts_resolution_ns: 1000,
  source: "audit",
  file_id: 7,
  line: 8,
  ...more,
});

describe("timeline._ip_releases", () => {
  test.each<Case>([
    ["nothing tells of a release: none", { "timeline._ip_holdings": [HOLDING] }, []],
    [
      "a release by address is of the last holder before it",
      {
        "timeline._ip_holdings": [HOLDING, { ...HOLDING, holder_id: "s2", sandbox_id: "s2", logged_at: 30 }],
        "timeline._ip_events": [release(20)],
      },
      [{ holder_id: "s1", ts: 20, source: "audit", line: 8 }],
    ],
    [
      "of two holders since the same second it is of the one on the node that released it",
      {
        "timeline._ip_holdings": ["s1", "s2", "s3"].map((id, index) => ({
          ...HOLDING,
          holder_id: id,
          sandbox_id: id,
          node_name: `worker${index + 4}`,
        })),
        "timeline._ip_events": [release(10.5, { node_name: "worker5" })],
      },
      [{ holder_id: "s2", ts: 10.5 }],
    ],
    [
      "a release before a snapshot that still shows the record was none",
      {
        "timeline._ip_holdings": [{ ...HOLDING, last_sequence: 2, last_seen_at: 40 }],
        "timeline._ip_events": [release(20)],
      },
      [],
    ],
    [
      "a write of the release that was retried is stored by the last of its tries",
      {
        "timeline._ip_holdings": [HOLDING],
        "timeline._ip_events": [release(20, { event: "release_tried" }), release(22, { event: "release_tried" })],
      },
      [{ ts: 22 }],
    ],
    [
      "a handle's release ends the sandbox's address and no other's",
      {
        "timeline._ip_holdings": [HOLDING, { ...HOLDING, ip: "10.0.0.2", holder_id: "s2", sandbox_id: "s2" }],
        "timeline._ip_events": [release(20, { ip: null, sandbox_id: "s2", holder_id: "s2" })],
      },
      [{ ip: "10.0.0.2", holder_id: "s2", ts: 20 }],
    ],
    [
      "a later snapshot without the record: released by then",
      {
        "timeline._ip_holdings": [{ ...HOLDING, last_sequence: 1, last_seen_at: 15 }],
        "timeline._ipam_resources": [ALLOCATIONS],
        "timeline._resource_readings": [
          { ...RUN, resource: "ippools", sequence: 2, file_id: 3, earliest_at: 50, latest_at: 51 },
        ],
      },
      [{ ts: 51, source: "snapshot", file_id: 3 }],
    ],
    [
      "the files of another node say nothing of this node's addresses",
      {
        "timeline._ip_holdings": [
          { ...HOLDING, system: "host-local", node_name: "worker4", last_sequence: 0, last_seen_at: 15 },
        ],
        "timeline._ipam_resources": [{ ...ALLOCATIONS, system: "host-local", resource: "cni-networks" }],
        "timeline._resource_readings": [
          {
            ...RUN,
            resource: "cni-networks",
            node_name: "worker5",
            sequence: 2,
            file_id: 3,
            earliest_at: 50,
            latest_at: 51,
          },
        ],
      },
      [],
    ],
    [
      "the next holder's allocation proves the release, unless a snapshot after it still shows the first",
      {
        "timeline._ip_holdings": [
          HOLDING,
          { ...HOLDING, holder_id: "s2", sandbox_id: "s2", logged_at: 30, log_file_id: 4, log_line: 5 },
          { ...HOLDING, ip: "10.0.0.2", last_sequence: 2, last_seen_at: 60 },
          { ...HOLDING, ip: "10.0.0.2", holder_id: "s3", sandbox_id: "s3", logged_at: 30 },
        ],
      },
      [{ ip: "10.0.0.1", holder_id: "s1", ts: 30, source: "reallocation", file_id: 4, line: 5 }],
    ],
    [
      "a node's own address is never released by these rules",
      {
        "timeline._ip_holdings": [{ ...HOLDING, holder_kind: "router", holder_id: "router/ci1" }],
        "timeline._ip_events": [release(20)],
      },
      [],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("timeline._ip_releases", given, expected);
  });
});

describe("timeline._ip_pools", () => {
  const input = (first: string, last: string, network: string, times = 1): readonly Row[] =>
    Array.from({ length: times }, () => ({
      ...RUN,
      component: "whereabouts",
      message: `IterateForAssignment input >> range_start: x | range_end: y | ipnet: {${network}} | first IP: ${first} | last IP: ${last}`,
    }));
  const pool = (name: string, ip_family = "IPv4"): Row => ({
    ...RUN,
    system: "whereabouts",
    kind: "IPPool",
    pool: name,
    ip_family,
    file_id: 1,
    item: 0,
  });
  test.each<Case>([
    [
      "Whereabouts' own line gives the capacity that its object cannot, also of a mask that ends within a digit",
      {
        "staging.ipam_pools": [pool("10.20.0.0-25")],
        "staging.cni_logs": input("10.20.0.1", "10.20.0.126", "10.20.0.0 ffffff80"),
      },
      [{ pool: "10.20.0.0-25", capacity: 126 }],
    ],
    [
      "the addresses of a /8 are counted, not listed",
      {
        "staging.ipam_pools": [pool("10.0.0.0-8")],
        "staging.cni_logs": input("10.0.0.1", "10.255.255.254", "10.0.0.0 ff000000"),
      },
      [{ capacity: 16777214 }],
    ],
    [
      "IPv6 within its last group",
      {
        "staging.ipam_pools": [pool("fd00-20---112", "IPv6")],
        "staging.cni_logs": input("fd00:20::1", "fd00:20::fffe", "fd00:20:: ffffffffffffffffffffffffffff0000"),
      },
      [{ capacity: 65534 }],
    ],
    [
      "two ranges in effect: the one that most allocations used",
      {
        "staging.ipam_pools": [pool("10.20.0.0-16")],
        "staging.cni_logs": [
          ...input("10.20.0.1", "10.20.255.254", "10.20.0.0 ffff0000"),
          ...input("10.20.0.1", "10.20.3.232", "10.20.0.0 ffff0000", 3),
        ],
      },
      [{ capacity: 1000 }],
    ],
    [
      "ranges left out: the capacity is unknown",
      {
        "staging.ipam_pools": [pool("10.20.0.0-16")],
        "staging.cni_logs": [
          ...input("10.20.0.1", "10.20.255.254", "10.20.0.0 ffff0000"),
          {
            ...RUN,
            component: "whereabouts",
            message:
              "ADD - IPAM configuration successfully read: {Name:n OmitRanges:[10.20.1.0/24] Range:10.20.0.0/16}",
          },
        ],
      },
      [{ capacity: null }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("timeline._ip_pools", given, expected);
  });
});
