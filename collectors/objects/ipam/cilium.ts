import type { ApiObject, ObjectSink } from "../api_object.ts";
import { instantOf } from "../instant.ts";
import { contains, countAddresses, type IpAddress, type IpNetwork, parseNetwork } from "../ip_range.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, textsOf, without } from "../object_value.ts";
import { type HolderKind, IpamRows, podReference } from "./rows.ts";

/** The allocator keeps a bitmap, so an IPv6 range is used up to this many addresses only. */
const MAX_IPV6_RANGE = 65_536n;

/**
 * Cilium CiliumNode: one pool per pod CIDR of the node, and records for the addresses the node itself takes from it.
 *
 * The allocator leaves out the first and last address (ipallocator.NewCIDRRange: base + 1, size - 2).
 */
export function mapCiliumNode(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "cilium");
  const node = textOf(object.metadata["name"]);
  const spec = objectOf(object.body["spec"]);
  const ipam = objectOf(spec["ipam"]);
  const pools: { text: string; network: IpNetwork | null }[] = [];
  const addPool = (text: string, fields: JsonObject) => {
    const network = parseNetwork(text);
    if (network === null) rows.bad("bad_range", text);
    pools.push({ text, network });
    rows.pool({
      pool: text,
      family: network?.family ?? null,
      ranges: [text],
      capacity: network === null ? null : rangeCapacity(network),
      nodeName: node,
      fields,
    });
  };
  for (const cidr of textsOf(ipam["podCIDRs"])) addPool(cidr, {});
  // Multi-pool IPAM: pools of the node by name, each with its CIDRs.
  for (const pool of listOf(objectOf(ipam["pools"])["allocated"]).map(objectOf)) {
    for (const cidr of textsOf(pool["cidrs"])) addPool(cidr, { pool: pool["pool"] });
  }
  const poolOf = (address: IpAddress | null) =>
    address === null
      ? null
      : (pools.find(({ network }) => network !== null && contains(network, address))?.text ?? null);
  const own = (ip: unknown, holderKind: HolderKind, fields: JsonObject) => {
    const text = textOf(ip);
    if (text === null) return;
    const address = rows.address(text);
    rows.record({ pool: poolOf(address), address, nodeName: node, holderKind, fields });
  };
  for (const entry of listOf(spec["addresses"]).map(objectOf)) {
    if (entry["type"] === "CiliumInternalIP") own(entry["ip"], "router", { type: entry["type"] });
  }
  for (const [holderKind, part] of [
    ["health", "health"],
    ["reservation", "ingress"],
  ] as const) {
    const addresses = objectOf(spec[part]);
    own(addresses["ipv4"], holderKind, { type: part });
    own(addresses["ipv6"], holderKind, { type: part });
  }
  mapCrdPool(rows, object, node, ipam);
}

function rangeCapacity(network: IpNetwork): bigint {
  const count = countAddresses([network]);
  const size = network.family === "IPv6" && count > MAX_IPV6_RANGE ? MAX_IPV6_RANGE : count;
  return size > 2n ? size - 2n : 0n;
}

/** IPAM modes where an operator lists single addresses (crd, eni, azure): spec.ipam.pool, and status.ipam.used with owners. */
function mapCrdPool(rows: IpamRows, object: ApiObject, node: string | null, ipam: JsonObject): void {
  const available = Object.keys(objectOf(ipam["pool"]));
  const used = Object.entries(objectOf(objectOf(objectOf(object.body["status"])["ipam"])["used"]));
  if (available.length === 0 && used.length === 0) return;
  if (available.length > 0) {
    const first = rows.address(available[0] ?? "");
    rows.pool({
      pool: node,
      family: first?.family ?? null,
      ranges: [],
      capacity: BigInt(available.length),
      allocatedCount: used.length,
      nodeName: node,
      fields: without(ipam, "pool", "podCIDRs", "pools"),
    });
  }
  for (const [ip, value] of used) {
    const allocation = objectOf(value);
    const owner = textOf(allocation["owner"]);
    const isPod = owner?.includes("/") === true;
    rows.record({
      pool: node,
      address: rows.address(ip),
      ...(isPod ? podReference(owner) : {}),
      nodeName: node,
      holderKind: isPod ? "pod" : owner === "router" ? "router" : owner === "health" ? "health" : "unknown",
      fields: { owner, resource: allocation["resource"] },
    });
  }
}

/** Cilium CiliumEndpoint: one record per address of a pod. */
export function mapCiliumEndpoint(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "cilium");
  const { metadata } = object;
  const status = objectOf(object.body["status"]);
  const ids = objectOf(status["external-identifiers"]);
  const owner = listOf(metadata["ownerReferences"])
    .map(objectOf)
    .find((reference) => reference["kind"] === "Pod");
  for (const { address, networking } of addressesOf(rows, status["networking"])) {
    rows.record({
      address,
      namespace: textOf(metadata["namespace"]),
      podName: textOf(ids["k8s-pod-name"]) ?? textOf(metadata["name"]),
      podUid: textOf(owner?.["uid"]),
      sandboxId: textOf(ids["container-id"]),
      holderKind: "pod",
      createdAt: instantOf(metadata["creationTimestamp"]),
      fields: {
        endpoint_id: status["id"],
        state: status["state"],
        node_ip: networking["node"],
        identity: objectOf(status["identity"])["id"],
      },
    });
  }
}

/** Cilium CiliumEndpointSlice: many endpoints in one object, without container ids. */
export function mapCiliumEndpointSlice(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "cilium");
  for (const endpoint of listOf(object.body["endpoints"]).filter(isObject)) {
    for (const { address, networking } of addressesOf(rows, endpoint["networking"])) {
      rows.record({
        address,
        namespace: textOf(object.body["namespace"]),
        podName: textOf(endpoint["name"]),
        holderKind: "pod",
        fields: { endpoint_id: endpoint["id"], node_ip: networking["node"] },
      });
    }
  }
}

/** An endpoint names its node by address (`networking.node`), not by name. */
function addressesOf(rows: IpamRows, value: unknown): { address: IpAddress | null; networking: JsonObject }[] {
  const networking = objectOf(value);
  return listOf(networking["addressing"]).flatMap((entry) => {
    const pair = objectOf(entry);
    const texts = [textOf(pair["ipv4"]), textOf(pair["ipv6"])].filter((text) => text !== null);
    return texts.map((text) => ({ address: rows.address(text), networking }));
  });
}
