import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadSignatures, plainMessage } from "../../src/signatures/load_signatures.ts";
import { evaluate, openSignatureDatabase } from "./signature_database.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSignatureDatabase(loadSignatures());
});
afterAll(() => {
  connection.closeSync();
});

const SANDBOX = "aeab539d0bc77132c9a52f63099ea35a2a45242b3c25120e5efa9f493c6d5313";
const POD = "whereabout-6-79bb849579-9xm2m";
const UID = "bd129aa2-8c52-401e-8e2a-52d7d0fbd1d8";

/** One failed attempt as the five places tell it: containerd, the kubelet at growing depth, the event. */
function places(cause: string): string[] {
  const setup = `failed to setup network for sandbox "${SANDBOX}": ${cause}`;
  const rpc = `rpc error: code = Unknown desc = ${setup}`;
  const escaped = JSON.stringify(`Failed to create sandbox for pod "${POD}_default(${UID})": ${rpc}`);
  const sync = `failed to "CreatePodSandbox" for "${POD}_default(${UID})" with CreatePodSandboxError: ${escaped}`;
  const metadata = `&PodSandboxMetadata{Name:${POD},Uid:${UID},Namespace:default,Attempt:0,}`;
  return [
    setup,
    `RunPodSandbox for ${metadata} failed, error: ${setup}`,
    `RunPodSandbox for ${metadata} failed, error" error=${JSON.stringify(setup)}`,
    rpc,
    `RunPodSandbox from runtime service failed: ${rpc}`,
    `Failed to create sandbox for pod: ${rpc}`,
    `CreatePodSandbox for pod failed: ${rpc}`,
    sync,
    `Error syncing pod, skipping: ${sync}`,
    `"Error syncing pod, skipping" err=${JSON.stringify(sync)}`,
    `Failed to create pod sandbox: ${rpc}`,
    `(combined from similar events): Failed to create pod sandbox: ${rpc}`,
  ];
}

const MULTUS = `plugin type="multus" name="multus-cni-network" failed (add): [default/${POD}/${UID}:k8s-pod-network]: error adding container to network "k8s-pod-network": plugin type="macvlan" failed (add): `;

describe("unwrap_message", () => {
  test.each([
    [
      `${MULTUS}error at storage engine: time limit exceeded while waiting to become leader`,
      "time limit exceeded while waiting to become leader",
    ],
    [
      'plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  range is full',
      "[POST /ipam][502] postIpamFailure range is full",
    ],
    [
      'plugin type="cilium-cni" failed (add): unable to connect to Cilium daemon: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?',
      'failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory Is the agent running?',
    ],
    [
      `${MULTUS}spiderpool IP allocation error: [POST /ipam/ip][500] postIpamIpFailure  failed to allocate IP addresses in standard mode: failed to allocate any IPv4 IP address to NIC eth0 from IPPools [default-v4-ippool]: exhaust all retries (5 times), failed to allocate IP from IPPool default-v4-ippool`,
      "exhaust all retries (5 times), failed to allocate IP from IPPool default-v4-ippool",
    ],
    [
      'plugin type="kube-ovn" failed (add): netplugin failed with no error message: fork/exec /opt/cni/bin/kube-ovn: permission denied',
      "netplugin failed with no error message: fork/exec /opt/cni/bin/kube-ovn: permission denied",
    ],
    // A quote that belongs to the cause survives at every depth.
    ['failed to find plugin "macvlan"', 'failed to find plugin "macvlan"'],
    ["a failure nobody knows", "a failure nobody knows"],
  ])("the same text from all places, at every depth of escaping: %s", async (cause, expected) => {
    const told = places(cause);
    expect(await evaluate(connection, "unwrap_message(message)", told)).toEqual(told.map(() => expected));
    const signatures = await evaluate(connection, "signature_of(message)", [cause, ...told]);
    expect(new Set(signatures).size).toBe(1);
  });

  test("a CNI error object gives its message and its details", async () => {
    expect(
      await evaluate(connection, "unwrap_message(message)", [
        'netplugin failed: {"cniVersion":"0.4.0","code":11,"msg":"RPC failed","details":"no address"}',
        'plugin type="x" failed (add): {"code": 999, "msg": "range \\"a\\" is full", "details": ""}',
        '{ "code": 7, "msg": "invalid network" }',
      ]),
    ).toEqual(["netplugin failed: RPC failed; no address", 'range "a" is full', "invalid network"]);
  });

  test("plugin stderr quoted whole gives its last error; without one it stays as it is", async () => {
    const stderr = (lines: string) => `plugin type="macvlan" failed (add): netplugin failed: ${JSON.stringify(lines)}`;
    expect(
      await evaluate(connection, "unwrap_message(message)", [
        stderr(
          "2026-11-23T15:10:10Z [debug] Used defaults\n2026-11-23T15:10:11Z [error] IPAM error updating pool (attempt: 0): first\n" +
            "2026-11-23T15:11:10Z [error] Error at storage engine: no allocated node slice for node\n2026-11-23T15:11:11Z [debug] bye\n",
        ),
        stderr("2026-11-23T15:10:10Z [verbose] Del: default:web\n"),
      ]),
    ).toEqual([
      "no allocated node slice for node",
      'netplugin failed: "2026-11-23T15:10:10Z [verbose] Del: default:web"',
    ]);
  });

  test("a cause that tells more than its code keeps the code", async () => {
    const deadline = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
    expect(
      await evaluate(connection, "unwrap_message(message)", [`Failed to create pod sandbox: ${deadline}`]),
    ).toEqual([deadline]);
  });

  test("null and empty stay what they are, a message that ends in a wrapper keeps it", async () => {
    expect(await evaluate(connection, "unwrap_message(message)", [null, "", "Failed to create pod sandbox: "])).toEqual(
      [null, "", "Failed to create pod sandbox:"],
    );
  });
});

describe("mask_message", () => {
  test.each([
    ["2026-11-23T15:10:10.123Z [debug] 15:10:10.5 2026-11-23 15:10:10,5 +0800", "<time> [debug] <time> <time>"],
    [`sandbox "${SANDBOX}" uid ${UID} container 82d74d1b6aa1`, 'sandbox "<id>" uid <id> container <id>'],
    [`default/${POD}/${UID}:net ${POD}_default_${UID}_0`, "default/<pod>/<id>:net <pod>_default_<id><n>"],
    ['"worker10-k8s-calico--29--7ffb45645c--ctf2w-eth0"', '"<pod>-eth0"'],
    ["10.20.0.1 / - 10.20.0.80:6443 10.20.0.0/16", "<ip> / - <ip> <ip>"],
    ["fe80::1 2001:db8:0:1::ff 0a:1b:00:00:00:09", "<ip> <ip> <mac>"],
    ["in 646ms after 1m2.5s, 30.000000 seconds (5 times)", "in <duration> after <duration>, <n> seconds (<n> times)"],
    ["worker4 eth0 net1 k8s IPv4 {0xa, 0x14}", "worker<n> eth0 net1 k8s IPv4 {<n>, <n>}"],
    ["no IP addresses left: try again", "no IP addresses left: try again"],
  ])("%s", async (message, template) => {
    expect(await evaluate(connection, "mask_message(message)", [message])).toEqual([template]);
  });

  test("two failures that differ in ids, addresses and times have one template and one key", async () => {
    const messages = [
      `failed to setup network for sandbox "${SANDBOX}": [default/${POD}/${UID}:n]: ip 10.0.0.1 in 1.5s`,
      `failed to setup network for sandbox "${SANDBOX.replaceAll("a", "0")}": [default/web-1-5c658db57b-xtjx7/4009cb83-bd17-4b08-92f0-2ea0cd3d64fc:n]: ip 10.0.7.31 in 12s`,
    ];
    for (const group of ["mask_message(message)", "message_key(message)"])
      expect(new Set(await evaluate(connection, group, messages)).size).toBe(1);
  });
});

test("SQL and TypeScript read a message alike", async () => {
  const messages = ['a \\"b\\" \\\\\\"c\\\\\\"', "tab\tand\n\nlines\\nand\\\\n more  spaces ", "", "plain"];
  expect(await evaluate(connection, "plain_message(message)", messages)).toEqual(messages.map(plainMessage));
});
