import { describe, expect, test } from "vitest";

import { readCniState, sniffCniState } from "../../../collectors/cni_state/cni_state_file.ts";
import { folderSnapshotOf } from "../../../collectors/layouts/snapshot.ts";
import type { ObjectRow } from "../../../collectors/objects/api_object.ts";
import { RAW_TABLES } from "../../../src/schema/raw_tables.ts";

const ID = "5c".repeat(32);
const NETWORKS = "nodes/n1/var/lib/cni/networks/cbr0";
const CONFIG = {
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [{ type: "bridge", ipam: { type: "host-local", ranges: [[{ subnet: "10.244.1.0/24" }]] } }],
};

const sniff = (path: string, content: string) => sniffCniState(Buffer.from(content), path);

function read(path: string, content: string) {
  const rows: { table: string; row: ObjectRow }[] = [];
  const issues: string[] = [];
  readCniState(
    content,
    { path, nodeName: "n1", snapshot: "end" },
    { row: (table, row) => void rows.push({ table, row }) },
    { count: (reason) => void issues.push(reason) },
  );
  return { rows, issues };
}

describe("sniffCniState", () => {
  test.each([
    ["an address with id and interface", `${NETWORKS}/10.244.1.7`, `${ID}\r\neth0`, "host-local"],
    ["of an older version: the id alone", `${NETWORKS}/10.244.1.7`, ID, "host-local"],
    ["at any depth", `cni-networks/cbr0/10.244.1.7`, `${ID}\r\neth0`, "host-local"],
    ["IPv6", `${NETWORKS}/fd00::7`, `${ID}\r\neth0`, "host-local"],
    ["IPv6 as Windows stores it", `${NETWORKS}/fd00__7`, `${ID}\r\neth0`, "host-local"],
    ["the last address given", `${NETWORKS}/last_reserved_ip.0`, "10.244.1.7", "host-local"],
  ])("%s", (_title, path, content, component) => {
    expect(sniff(path, content)).toEqual({ component });
  });

  test.each([
    [
      "a cached result",
      `nodes/n1/var/lib/cni/results/cbr0-${ID}-eth0`,
      JSON.stringify({ kind: "cniCacheV1" }),
      "libcni",
    ],
    ["a configuration with host-local", "nodes/n1/etc-cni-net.d/10-bridge.conflist", JSON.stringify(CONFIG), null],
  ])("%s", (_title, path, content, component) => {
    expect(sniff(path, content)).toEqual({ component });
  });

  test.each([
    ["the lock file", `${NETWORKS}/lock`, ""],
    ["a log named by an address", "nodes/10.0.0.1", "2026-11-23T10:00:00Z started\n2026-11-23T10:00:01Z stopped\n"],
    ["a word in a file named by an address", "reports/10.0.0.1", "ok"],
    [
      "a configuration without host-local",
      "etc-cni-net.d/10-calico.conflist",
      '{"name":"k8s","plugins":[{"type":"calico","ipam":{"type":"calico-ipam"}}]}',
    ],
    ["broken JSON", `results/cbr0-${ID}-eth0`, '{"kind":"cniCacheV1"'],
  ])("not %s", (_title, path, content) => {
    expect(sniff(path, content)).toBeNull();
  });
});

describe("readCniState", () => {
  test("an address file is a record of its network on its node", () => {
    const { rows, issues } = read(`${NETWORKS}/10.244.1.7`, `${ID}\r\neth0`);
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      table: "ipam_records",
      row: { system: "host-local", kind: "AddressFile", name: "10.244.1.7", pool: "n1/cbr0", ip: "10.244.1.7" },
    });
    expect(rows[0]?.row).toMatchObject({ sandbox_id: ID, interface: "eth0", node_name: "n1", snapshot: "end" });
  });

  test("the last address given tells that the network was used, of no holder", () => {
    const { rows } = read(`${NETWORKS}/last_reserved_ip.0`, "10.244.1.7");
    expect(rows.map(({ table, row }) => [table, row["pool"], row["capacity"]])).toEqual([
      ["ipam_pools", "n1/cbr0", null],
    ]);
  });

  test("a cached result names the pod of the sandbox and the pool in effect", () => {
    const { rows } = read(
      `nodes/n1/var/lib/cni/results/cbr0-${ID}-eth0`,
      JSON.stringify({
        kind: "cniCacheV1",
        containerId: ID,
        config: Buffer.from(JSON.stringify(CONFIG)).toString("base64"),
        ifName: "eth0",
        networkName: "cbr0",
        cniArgs: [
          ["IgnoreUnknown", "1"],
          ["K8S_POD_NAMESPACE", "default"],
          ["K8S_POD_NAME", "pod-a"],
          ["K8S_POD_UID", "ua"],
        ],
        result: { cniVersion: "1.0.0", ips: [{ address: "10.244.1.7/24", gateway: "10.244.1.1" }] },
      }),
    );
    expect(rows.map(({ table }) => table)).toEqual(["ipam_records", "ipam_pools"]);
    expect(rows[0]?.row).toMatchObject({
      kind: "CachedResult",
      ip: "10.244.1.7",
      namespace: "default",
      pod_name: "pod-a",
      pod_uid: "ua",
      sandbox_id: ID,
      pool: "n1/cbr0",
    });
    expect(rows[1]?.row).toMatchObject({ pool: "n1/cbr0", capacity: 253, node_name: "n1" });
  });

  test("a result of CNI 0.2 has its addresses by family", () => {
    const { rows } = read(
      "results/x",
      JSON.stringify({
        kind: "cniCacheV1",
        containerId: ID,
        config: Buffer.from(JSON.stringify(CONFIG)).toString("base64"),
        networkName: "cbr0",
        result: { ip4: { ip: "10.244.1.7/24" }, ip6: { ip: "fd00::7/64" } },
      }),
    );
    const ips = rows.filter(({ table }) => table === "ipam_records").map(({ row }) => row["ip"]);
    expect(ips).toEqual(["10.244.1.7", "fd00::7"]);
  });

  test("a loopback's result is nobody's address", () => {
    const config = Buffer.from(JSON.stringify({ name: "cni-loopback", plugins: [{ type: "loopback" }] })).toString(
      "base64",
    );
    const result = { ips: [{ address: "127.0.0.1/8" }] };
    expect(read("results/lo", JSON.stringify({ kind: "cniCacheV1", containerId: ID, config, result })).rows).toEqual(
      [],
    );
  });

  test("every row has exactly the columns of its table", () => {
    for (const content of [`${ID}\r\neth0`, JSON.stringify(CONFIG)]) {
      for (const { table, row } of read(`${NETWORKS}/10.244.1.7`, content).rows) {
        const columns = RAW_TABLES.find((schema) => schema.name === table)?.columns ?? [];
        const own = columns.map((column) => column.name).filter((name) => name !== "run_id" && name !== "file_id");
        expect(Object.keys(row).sort()).toEqual(own.sort());
      }
    }
  });
});

test.each([
  ["nodes/n1/cni-networks-before/cbr0/10.244.1.7", "before"],
  ["nodes/n1/var/lib/cni/networks/front-end/10.244.1.7", ""],
  ["nodes/n1/cni-mid/results/cbr0-x-eth0", "mid"],
])("the snapshot of %s is %j", (path, expected) => {
  expect(folderSnapshotOf(path)).toBe(expected);
});
