import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { collectCaptures } from "../../collectors/collect.ts";
import { buildTables } from "../../src/analysis/build_tables.ts";
import { type JsonRow, withDatabase } from "../../src/store/database.ts";
import {
  failedSandboxLines,
  listOf,
  podUid,
  sandboxId,
  sandboxLines,
  type SmallCapture,
  stored,
  writeCapture,
} from "./small_capture.ts";

const addressFile = (id: string): string => `${id}\r\neth0`;
const BRIDGE = {
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [{ type: "bridge", ipam: { type: "host-local", subnet: "10.244.1.0/29" } }],
};
const NETWORKS = "nodes/n1/var/lib/cni/networks/cbr0";
const [A, B, C, D] = ["a1", "b2", "c3", "d4"].map(sandboxId) as [string, string, string, string];

function cachedResult(pod: string, id: string, ip: string): string {
  return JSON.stringify({
    kind: "cniCacheV1",
    containerId: id,
    config: Buffer.from(JSON.stringify(BRIDGE)).toString("base64"),
    ifName: "eth0",
    networkName: "cbr0",
    cniArgs: [
      ["K8S_POD_NAMESPACE", "default"],
      ["K8S_POD_NAME", pod],
      ["K8S_POD_UID", podUid(pod)],
    ],
    result: { cniVersion: "1.0.0", ips: [{ address: `${ip}/29` }] },
  });
}

const CAPTURES: Readonly<Record<string, SmallCapture>> = {
  // One pod lives; the file of a failed set-up stays although its DEL failed loudly; one file is of a sandbox that
  // nothing knows; pod-c is Ready in an address that no file holds.
  "host-local": {
    cni: "bridge",
    pods: [
      { name: "pod-a", ips: ["10.244.1.2"] },
      { name: "pod-b", isReady: false },
      { name: "pod-c", ips: ["10.244.1.5"] },
    ],
    runtime: [
      ...sandboxLines("pod-a", A, 5),
      ...failedSandboxLines(
        "pod-b",
        B,
        6,
        'plugin type="bridge" failed (add): boom',
        'plugin type="bridge" failed (delete): boom',
      ),
      ...failedSandboxLines(
        "pod-b",
        D,
        20,
        'plugin type="bridge" failed (add): no IP addresses available in range set: 10.244.1.1-10.244.1.6',
      ),
    ],
    files: {
      "nodes/n1/etc-cni-net.d/10-bridge.conflist": JSON.stringify(BRIDGE),
      [`${NETWORKS}/10.244.1.2`]: addressFile(A),
      [`${NETWORKS}/10.244.1.3`]: addressFile(B),
      [`${NETWORKS}/10.244.1.4`]: addressFile(C),
      [`${NETWORKS}/last_reserved_ip.0`]: "10.244.1.4",
      [`${NETWORKS}/lock`]: "",
    },
  },
  // No runtime log of the sandboxes: the cached results name the pods, one of which is gone. The address of pod-b has a
  // result and no file: it can be given again while pod-b lives.
  "host-local-results": {
    cni: "bridge",
    pods: [
      { name: "pod-a", ips: ["10.244.1.2"] },
      { name: "pod-b", ips: ["10.244.1.4"] },
    ],
    files: {
      [`${NETWORKS}/10.244.1.2`]: addressFile(A),
      [`${NETWORKS}/10.244.1.3`]: addressFile(B),
      [`nodes/n1/var/lib/cni/results/cbr0-${A}-eth0`]: cachedResult("pod-a", A, "10.244.1.2"),
      [`nodes/n1/var/lib/cni/results/cbr0-${B}-eth0`]: cachedResult("pod-gone", B, "10.244.1.3"),
      [`nodes/n1/var/lib/cni/results/cbr0-${C}-eth0`]: cachedResult("pod-b", C, "10.244.1.4"),
    },
  },
  // Two interfaces of one pod from two pools of Whereabouts, beside a primary network that has no records: no double
  // hold, no leak. The third address is of an earlier sandbox of the same pod and pool.
  "several-networks": {
    cni: "whereabouts",
    pods: [
      {
        name: "pod-a",
        ips: ["10.244.1.2"],
        networks: { eth0: ["10.244.1.2"], net1: ["10.60.0.5"], net2: ["fd00:60::5"] },
      },
    ],
    runtime: sandboxLines("pod-a", A, 15),
    files: {
      "cluster/ippools-end.json": listOf([
        stored("whereabouts.cni.cncf.io/v1alpha1", "IPPool", "10.60.0.0-8", {
          spec: {
            range: "10.60.0.0/8",
            allocations: {
              "5": { id: A, ifname: "net1", podref: "default/pod-a" },
              "9": { id: B, ifname: "net1", podref: "default/pod-a" },
            },
          },
        }),
        stored("whereabouts.cni.cncf.io/v1alpha1", "IPPool", "fd00-60---64", {
          spec: { range: "fd00:60::/64", allocations: { "5": { id: A, ifname: "net2", podref: "default/pod-a" } } },
        }),
      ]),
      "cluster/nodeslicepools.json": listOf([
        stored("whereabouts.cni.cncf.io/v1alpha1", "NodeSlicePool", "net-c", {
          spec: { range: "10.70.0.0/16", sliceSize: "/24" },
          status: { allocations: [{ nodeName: "n1", sliceRange: "10.70.0.0/24" }] },
        }),
      ]),
    },
  },
  // A StatefulSet's pod is gone, its address rightly kept; a Deployment's pod is gone, and its address is not.
  "spiderpool-statefulset": {
    cni: "spiderpool",
    pods: [{ name: "web-0", ips: ["10.80.0.10"], ownerKind: "StatefulSet" }],
    files: {
      "cluster/spiderippools-end.json": listOf([
        stored("spiderpool.spidernet.io/v2beta1", "SpiderIPPool", "v4", {
          spec: { ipVersion: 4, subnet: "10.80.0.0/16", ips: ["10.80.0.10-10.80.0.13"] },
          status: {
            allocatedIPCount: 3,
            allocatedIPs: JSON.stringify({
              "10.80.0.10": { pod: "default/web-0", podUid: podUid("web-0") },
              "10.80.0.11": { pod: "default/web-1", podUid: podUid("web-1") },
              "10.80.0.12": { pod: "default/gone-x", podUid: podUid("gone-x") },
            }),
          },
        }),
      ]),
      "cluster/spiderendpoints-end.json": listOf(
        (
          [
            ["web-0", "10.80.0.10", "StatefulSet"],
            ["web-1", "10.80.0.11", "StatefulSet"],
            ["gone-x", "10.80.0.12", "ReplicaSet"],
          ] as const
        ).map(([name, ip, owner]) =>
          stored("spiderpool.spidernet.io/v2beta1", "SpiderEndpoint", name, {
            metadata: { namespace: "default" },
            status: {
              ownerControllerType: owner,
              ownerControllerName: "app",
              current: {
                uid: podUid(name),
                node: "n1",
                ips: [{ interface: "eth0", ipv4: `${ip}/16`, ipv4Pool: "v4" }],
              },
            },
          }),
        ),
      ),
    },
  },
  // The two older shapes of the pool's map: an object up to v0.3, JSON text with an interface up to v0.8.1.
  "spiderpool-old-shapes": {
    cni: "spiderpool",
    pods: [
      { name: "pod-a", ips: ["10.81.0.10"] },
      { name: "pod-b", ips: ["10.81.0.11"] },
    ],
    files: {
      "cluster/spiderippools-end.json": listOf([
        stored("spiderpool.spidernet.io/v1", "SpiderIPPool", "old", {
          spec: { ipVersion: 4, subnet: "10.81.0.0/16", ips: ["10.81.0.10"] },
          status: {
            allocatedIPCount: 1,
            allocatedIPs: {
              "10.81.0.10": { containerID: A, interface: "eth0", namespace: "default", node: "n1", pod: "pod-a" },
            },
          },
        }),
        stored("spiderpool.spidernet.io/v2beta1", "SpiderIPPool", "middle", {
          spec: { ipVersion: 4, subnet: "10.81.0.0/16", ips: ["10.81.0.11-10.81.0.12"], excludeIPs: ["10.81.0.12"] },
          status: {
            allocatedIPCount: 1,
            allocatedIPs: JSON.stringify({
              "10.81.0.11": { interface: "eth0", pod: "default/pod-b", podUid: podUid("pod-b") },
            }),
          },
        }),
      ]),
    },
  },
  // Kube-OVN keeps a StatefulSet's address and says so in the object.
  "kube-ovn-statefulset": {
    cni: "kube-ovn",
    pods: [],
    files: {
      "cluster/ips.kubeovn.io-end.json": listOf(
        (
          [
            ["web-0", "10.16.0.5", "StatefulSet"],
            ["gone-x", "10.16.0.6", ""],
          ] as const
        ).map(([name, ip, podType]) =>
          stored("kubeovn.io/v1", "IP", `${name}.default`, {
            spec: {
              namespace: "default",
              podName: name,
              podType,
              subnet: "ovn-default",
              ipAddress: ip,
              v4IpAddress: ip,
              nodeName: "n1",
            },
          }),
        ),
      ),
    },
  },
  // Endpoint slices instead of endpoints: no object holds an address as its IPAM does, the slices still name holders.
  "cilium-slices": {
    cni: "cilium",
    pods: [{ name: "pod-a", ips: ["10.79.0.5", "fd00:79::5"] }],
    files: {
      "cluster/ciliumnodes-end.json": listOf([
        stored("cilium.io/v2", "CiliumNode", "n1", {
          spec: {
            ipam: { podCIDRs: ["10.79.0.0/27", "fd00:79::/64"] },
            addresses: [{ type: "CiliumInternalIP", ip: "10.79.0.2" }],
          },
        }),
      ]),
      "cluster/ciliumendpointslices-end.json": listOf([
        stored("cilium.io/v2alpha1", "CiliumEndpointSlice", "ces-1", {
          namespace: "default",
          endpoints: [
            {
              id: 7,
              name: "pod-a",
              networking: { addressing: [{ ipv4: "10.79.0.5", ipv6: "fd00:79::5" }], node: "10.0.0.1" },
            },
          ],
        }),
      ]),
    },
  },
};

const TABLES = [
  "timeline.ip_leases",
  "timeline._ip_pools",
  "finding.ip_leaks",
  "finding.ip_conflicts",
  "finding.ip_exhaustions",
  "finding.ip_ledger_differences",
  "report.ip_audit",
  "report.ip_ledger_checks",
] as const;

const tables = new Map<string, readonly JsonRow[]>();
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cnitrace-addresses-"));
  const captures = Object.entries(CAPTURES).map(([runId, capture]) => writeCapture(folder, runId, capture));
  await collectCaptures(captures, { outDir: join(folder, "out"), workers: 0 });
  await withDatabase({}, async (db) => {
    await buildTables(db, join(folder, "out"));
    for (const table of TABLES) tables.set(table, await db.rows(`select * from ${table} order by all`));
  });
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Values of some columns of a run's rows, as text, each row's joined by spaces. */
function found(table: (typeof TABLES)[number], runId: string, ...columns: readonly string[]): string[] {
  return (tables.get(table) ?? [])
    .filter((row) => row["run_id"] === runId)
    .map((row) => columns.map((column) => String(row[column] ?? "-")).join(" "))
    .sort();
}

describe("host-local", () => {
  test("each file is a lease of its sandbox, in the pool of its node", () => {
    expect(found("timeline.ip_leases", "host-local", "ip", "system", "pool", "pod_name", "certainty")).toEqual([
      "10.244.1.2 host-local n1/cbr0 pod-a proved",
      "10.244.1.3 host-local n1/cbr0 pod-b proved",
      "10.244.1.4 host-local n1/cbr0 - proved",
      "10.244.1.5 host-local - pod-c likely",
    ]);
  });

  test("a file whose sandbox is over is a leak with its failed DEL; one that nothing knows is possible", () => {
    expect(found("finding.ip_leaks", "host-local", "ip", "certainty", "cause", "try", "del_path")).toEqual([
      "10.244.1.3 leak failed_del 1 nodes/n1/containerd.log",
      "10.244.1.4 possible unknown_sandbox - -",
    ]);
  });

  test("a Ready pod's address without a file is missing", () => {
    expect(found("finding.ip_conflicts", "host-local", "kind", "ip", "pod_uid")).toEqual([
      `missing 10.244.1.5 ${podUid("pod-c")}`,
    ]);
  });

  test("the pool's capacity comes from the configuration, without gateway, network and broadcast", () => {
    expect(found("timeline._ip_pools", "host-local", "pool", "node_name", "capacity")).toEqual(["n1/cbr0 n1 5"]);
  });

  test("a refusal of a pool that was not full is of unknown cause", () => {
    expect(found("finding.ip_exhaustions", "host-local", "pool", "kind", "refusal_count", "blocked_pod_count")).toEqual(
      ["n1/cbr0 unknown 1 1"],
    );
  });

  test("cached results name the holder where no log does, and give the pool in effect", () => {
    const run = "host-local-results";
    expect(found("timeline.ip_leases", run, "ip", "pod_name", "certainty")).toEqual([
      "10.244.1.2 pod-a proved",
      "10.244.1.3 pod-gone proved",
      "10.244.1.4 pod-b likely",
    ]);
    expect(found("finding.ip_leaks", run, "ip", "certainty", "cause", "pod_name")).toEqual([
      "10.244.1.3 possible pod_gone pod-gone",
    ]);
    expect(found("timeline._ip_pools", run, "pool", "capacity")).toEqual(["n1/cbr0 5"]);
  });

  test("a result without a file is a half state: the address can be given to another pod", () => {
    expect(found("finding.ip_conflicts", "host-local-results", "kind", "detail", "ip")).toEqual([
      "half_state companion_only 10.244.1.4",
    ]);
  });
});

describe("several networks", () => {
  test("a pod's addresses of several interfaces, families and pools are neither leaks nor double holds", () => {
    expect(found("finding.ip_leaks", "several-networks", "ip", "certainty", "cause")).toEqual([
      "10.60.0.9 possible other_sandbox",
    ]);
    expect(found("finding.ip_conflicts", "several-networks", "certainty", "kind", "detail")).toEqual([
      // the primary network lies in the second's range, and may be of another IPAM
      `possible missing ${podUid("pod-a")}`,
      "proved double_hold 10.60.0.5,10.60.0.9",
    ]);
  });

  test("pools of a /8 and an IPv6 /64 are counted without listing them; a node's slice is a pool of the node", () => {
    expect(found("timeline._ip_pools", "several-networks", "pool", "node_name")).toEqual([
      "10.60.0.0-8 -",
      "10.70.0.0/24 n1",
      "fd00-60---64 -",
    ]);
    expect(found("report.ip_audit", "several-networks", "pool", "allocated_count", "used_count")).toEqual([
      "10.60.0.0-8 2 1",
      "fd00-60---64 1 1",
    ]);
  });
});

describe("StatefulSets", () => {
  test("Spiderpool: an address kept for a pod of a StatefulSet is no leak, that of a Deployment's pod may be one", () => {
    expect(found("timeline.ip_leases", "spiderpool-statefulset", "ip", "is_reserved")).toEqual([
      "10.80.0.10 true",
      "10.80.0.11 true",
      "10.80.0.12 false",
    ]);
    expect(found("finding.ip_leaks", "spiderpool-statefulset", "ip", "certainty", "cause")).toEqual([
      "10.80.0.12 possible pod_gone",
    ]);
    expect(found("finding.ip_conflicts", "spiderpool-statefulset", "kind")).toEqual([]);
  });

  test("Kube-OVN: the object itself says so", () => {
    expect(found("finding.ip_leaks", "kube-ovn-statefulset", "ip", "certainty")).toEqual(["10.16.0.6 possible"]);
  });
});

describe("shapes of records", () => {
  test("Spiderpool's older maps give the same leases, with the capacity of each pool", () => {
    expect(found("timeline.ip_leases", "spiderpool-old-shapes", "ip", "pool", "pod_name", "interface")).toEqual([
      "10.81.0.10 old pod-a eth0",
      "10.81.0.11 middle pod-b eth0",
    ]);
    expect(
      found("report.ip_audit", "spiderpool-old-shapes", "pool", "capacity", "allocated_count", "used_count"),
    ).toEqual(["middle 1 1 1", "old 1 1 1"]);
    expect(found("finding.ip_conflicts", "spiderpool-old-shapes", "kind")).toEqual([]);
    expect(found("finding.ip_leaks", "spiderpool-old-shapes", "ip")).toEqual([]);
  });

  test("Cilium's endpoint slices name the holders, and nothing is missing for want of endpoints", () => {
    expect(found("timeline.ip_leases", "cilium-slices", "ip", "holder_kind", "pod_name")).toEqual([
      "10.79.0.2 router -",
      "10.79.0.5 pod pod-a",
      "fd00:79::5 pod pod-a",
    ]);
    expect(found("finding.ip_conflicts", "cilium-slices", "kind")).toEqual([]);
    expect(found("finding.ip_leaks", "cilium-slices", "ip")).toEqual([]);
  });
});

describe("ledger against snapshots", () => {
  test("the leases open at the end are the records of the snapshot", () => {
    const rows = Object.keys(CAPTURES).flatMap((runId) =>
      found("report.ip_ledger_checks", runId, "run_id", "record_count", "ledger_count", "changing_count"),
    );
    expect(rows).toEqual([
      "host-local 3 3 0",
      "host-local-results 2 2 0",
      "several-networks 3 3 0",
      "spiderpool-statefulset 3 3 0",
      "spiderpool-old-shapes 2 2 0",
      "kube-ovn-statefulset 2 2 0",
    ]);
    expect(Object.keys(CAPTURES).flatMap((runId) => found("finding.ip_ledger_differences", runId, "ip"))).toEqual([]);
  });
});
