import type { ApiObject, ObjectSink } from "../api_object.ts";
import { parseExactJson } from "../exact_json.ts";
import { instantOf } from "../instant.ts";
import { countAddresses, type IpFamily, type IpRange, parseRange } from "../ip_range.ts";
import { integerOf, isObject, type JsonObject, listOf, objectOf, textOf, textsOf, without } from "../object_value.ts";
import { reserve } from "./reservations.ts";
import { IpamRows, podReference } from "./rows.ts";

/** Spiderpool SpiderIPPool: its ranges and one record per address in status.allocatedIPs. */
export function mapSpiderPool(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "spiderpool");
  const spec = objectOf(object.body["spec"]);
  const status = objectOf(object.body["status"]);
  const name = textOf(object.metadata["name"]);
  const ranges = textsOf(spec["ips"]);
  const excluded = textsOf(spec["excludeIPs"]);
  rows.pool({
    pool: name,
    family: familyOfVersion(spec["ipVersion"]) ?? parseRange(ranges[0] ?? textOf(spec["subnet"]) ?? "")?.family ?? null,
    ranges,
    excluded,
    // All listed addresses are handed out, the subnet's own network or broadcast address too when it is listed.
    capacity: capacityOf(rows, ranges, excluded),
    allocatedCount: integerOf(status["allocatedIPCount"]),
    fields: {
      ...without(spec, "ips", "excludeIPs"),
      totalIPCount: status["totalIPCount"],
    },
  });
  for (const [ip, value] of Object.entries(allocations(rows, status["allocatedIPs"]))) {
    const allocation = objectOf(value);
    const pod = podReference(allocation["pod"]);
    rows.record({
      pool: name,
      address: rows.address(ip),
      namespace: textOf(allocation["namespace"]) ?? pod.namespace,
      podName: pod.podName,
      podUid: textOf(allocation["podUid"]),
      sandboxId: textOf(allocation["containerID"]),
      interface: textOf(allocation["interface"]),
      nodeName: textOf(allocation["node"]),
      holderKind: pod.podName === null ? "unknown" : "pod",
      fields: without(allocation, "pod", "namespace", "podUid", "containerID", "interface", "node"),
    });
  }
}

/**
 * allocatedIPs as an object by address. Up to v0.3 it is one ({containerID, interface, namespace, node, pod,
 * ownerControllerType}); from v0.4.0 it is JSON text ({interface, pod, podUid}), from v0.8.2 without interface.
 */
function allocations(rows: IpamRows, value: unknown): JsonObject {
  if (typeof value !== "string") return objectOf(value);
  if (value === "") return {};
  try {
    const parsed = parseExactJson(value);
    if (isObject(parsed)) return parsed;
    if (parsed === null) return {};
  } catch {
    // Counted below, with what is not an object.
  }
  rows.bad("bad_allocations", value);
  return {};
}

function capacityOf(rows: IpamRows, ranges: readonly string[], excluded: readonly string[]): bigint | null {
  const parse = (texts: readonly string[]): IpRange[] | null => {
    const parsed = texts.map((text) => {
      const range = parseRange(text);
      if (range === null) rows.bad("bad_range", text);
      return range;
    });
    return parsed.every((range) => range !== null) ? parsed : null;
  };
  const wanted = parse(ranges);
  const holes = parse(excluded);
  return wanted === null || holes === null ? null : countAddresses(wanted, holes);
}

function familyOfVersion(version: unknown): IpFamily | null {
  return version === 4 ? "IPv4" : version === 6 ? "IPv6" : null;
}

/** Spiderpool SpiderEndpoint: one record per address of the pod's current allocation. */
export function mapSpiderEndpoint(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "spiderpool");
  const { metadata } = object;
  const status = objectOf(object.body["status"]);
  const current = objectOf(status["current"]);
  for (const detail of listOf(current["ips"]).map(objectOf)) {
    for (const family of ["ipv4", "ipv6"]) {
      const ip = textOf(detail[family]);
      if (ip === null) continue;
      rows.record({
        pool: textOf(detail[`${family}Pool`]),
        address: rows.address(ip),
        namespace: textOf(metadata["namespace"]),
        podName: textOf(metadata["name"]),
        podUid: textOf(current["uid"]),
        sandboxId: textOf(current["containerID"]),
        interface: textOf(detail["interface"]),
        nodeName: textOf(current["node"]),
        holderKind: "pod",
        createdAt: instantOf(metadata["creationTimestamp"]),
        fields: {
          gateway: detail[`${family}Gateway`],
          vlan: detail["vlan"],
          ownerControllerType: status["ownerControllerType"],
          ownerControllerName: status["ownerControllerName"],
          deletionTimestamp: metadata["deletionTimestamp"],
        },
      });
    }
  }
}

/** Spiderpool SpiderReservedIP: ranges that no pool hands out; single addresses are records too. */
export function mapSpiderReservedIp(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "spiderpool");
  const spec = objectOf(object.body["spec"]);
  reserve(rows, object, textsOf(spec["ips"]), familyOfVersion(spec["ipVersion"]));
}
