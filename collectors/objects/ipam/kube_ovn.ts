import type { ApiObject, ObjectSink } from "../api_object.ts";
import { instantOf } from "../instant.ts";
import {
  countAddresses,
  hostRange,
  type IpFamily,
  type IpNetwork,
  type IpRange,
  parseNetwork,
  parseRange,
} from "../ip_range.ts";
import { integerOf, type JsonObject, objectOf, textOf, textsOf, without } from "../object_value.ts";
import { IpamRows } from "./rows.ts";

const STATUS_PREFIX: Readonly<Record<IpFamily, "v4" | "v6">> = { IPv4: "v4", IPv6: "v6" };

/** Kube-OVN IP: one record per family of the address a pod's interface, or a node's join interface, holds. */
export function mapKubeOvnIp(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "kube-ovn");
  const { metadata } = object;
  const spec = objectOf(object.body["spec"]);
  const namespace = textOf(spec["namespace"]);
  // A node's address in the join subnet is the object `node-<node>`, with the node in podName and no namespace.
  const isNode = namespace === null && textOf(metadata["name"])?.startsWith("node-") === true;
  for (const text of addressesOf(spec)) {
    rows.record({
      pool: textOf(spec["subnet"]),
      address: rows.address(text),
      namespace,
      podName: isNode ? null : textOf(spec["podName"]),
      sandboxId: textOf(spec["containerID"]),
      nodeName: textOf(spec["nodeName"]),
      holderKind: isNode ? "node" : textOf(spec["podName"]) === null ? "unknown" : "pod",
      createdAt: instantOf(metadata["creationTimestamp"]),
      fields: {
        macAddress: spec["macAddress"],
        podType: spec["podType"],
        attachIps: spec["attachIps"],
        attachSubnets: spec["attachSubnets"],
        deletionTimestamp: metadata["deletionTimestamp"],
      },
    });
  }
}

function addressesOf(spec: JsonObject): string[] {
  const byFamily = [textOf(spec["v4IpAddress"]), textOf(spec["v6IpAddress"])].filter((ip) => ip !== null);
  return byFamily.length > 0 ? byFamily : splitList(spec["ipAddress"]);
}

/** Dual stack is one text with a comma. */
function splitList(value: unknown): string[] {
  return (textOf(value) ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/**
 * Kube-OVN Subnet: one pool per family of its cidrBlock.
 *
 * Capacity as the controller counts it (pkg/util/net.go AddressCount, ExpandExcludeIPs): the CIDR without network and
 * broadcast address (a /31 has 2, a /32 has 1), minus excludeIps, among which the controller puts the gateway.
 */
export function mapKubeOvnSubnet(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "kube-ovn");
  const spec = objectOf(object.body["spec"]);
  const status = objectOf(object.body["status"]);
  const excluded = textsOf(spec["excludeIps"]);
  for (const cidr of splitList(spec["cidrBlock"])) {
    const network = parseNetwork(cidr);
    if (network === null) rows.bad("bad_range", cidr);
    const family = network?.family ?? null;
    rows.pool({
      pool: textOf(object.metadata["name"]),
      family,
      ranges: [cidr],
      excluded: excluded.filter((text) => family === null || parseRange(text)?.family === family),
      capacity: network === null ? null : subnetCapacity(rows, network, [...excluded, ...splitList(spec["gateway"])]),
      allocatedCount: usingCount(status, family),
      fields: { ...without(spec, "cidrBlock", "excludeIps"), ...counters(status, family) },
    });
  }
}

function subnetCapacity(rows: IpamRows, network: IpNetwork, excluded: readonly string[]): bigint {
  const holes: IpRange[] = [];
  for (const text of excluded) {
    const range = parseRange(text);
    if (range === null) rows.bad("bad_range", text);
    else holes.push(range);
  }
  return countAddresses([hostRange(network) ?? network], holes);
}

/** Kube-OVN IPPool: ranges of a subnet for some workloads; ranges, CIDRs and single addresses are handed out whole. */
export function mapKubeOvnPool(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "kube-ovn");
  const spec = objectOf(object.body["spec"]);
  const status = objectOf(object.body["status"]);
  const ranges = textsOf(spec["ips"]).map((text) => ({ text, range: parseRange(text) }));
  for (const { text, range } of ranges) if (range === null) rows.bad("bad_range", text);
  for (const family of ["IPv4", "IPv6"] as const) {
    const own = ranges.filter(({ range }) => range?.family === family);
    if (own.length === 0) continue;
    rows.pool({
      pool: textOf(object.metadata["name"]),
      family,
      ranges: own.map(({ text }) => text),
      capacity: countAddresses(own.map(({ range }) => range).filter((range) => range !== null)),
      allocatedCount: usingCount(status, family),
      fields: { ...without(spec, "ips"), ...counters(status, family) },
    });
  }
}

/** Subnets write `v4usingIPs`, IPPools `v4UsingIPs`. */
function usingCount(status: JsonObject, family: IpFamily | null): number | null {
  if (family === null) return null;
  const prefix = STATUS_PREFIX[family];
  return integerOf(status[`${prefix}usingIPs`]) ?? integerOf(status[`${prefix}UsingIPs`]);
}

/** The status' own counters and ranges of one family, as named there. */
function counters(status: JsonObject, family: IpFamily | null): JsonObject {
  const pattern = new RegExp(
    `^${family === null ? "v[46]" : STATUS_PREFIX[family]}(?:using|available)ip(?:s|range)$`,
    "i",
  );
  return Object.fromEntries(Object.entries(status).filter(([key]) => pattern.test(key)));
}

/** Kube-OVN Vip: an address set aside for a service or for pods to come. */
export function mapKubeOvnVip(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "kube-ovn");
  const spec = objectOf(object.body["spec"]);
  const status = objectOf(object.body["status"]);
  for (const family of ["v4ip", "v6ip"]) {
    const text = textOf(status[family]) ?? textOf(spec[family]);
    if (text === null) continue;
    rows.record({
      pool: textOf(spec["subnet"]),
      address: rows.address(text),
      namespace: textOf(spec["namespace"]),
      holderKind: "reservation",
      createdAt: instantOf(object.metadata["creationTimestamp"]),
      fields: { type: spec["type"] ?? status["type"], macAddress: spec["macAddress"], selector: spec["selector"] },
    });
  }
}
