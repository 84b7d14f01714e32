import type { ApiObject, ObjectSink } from "../api_object.ts";
import { instantOf } from "../instant.ts";
import { formatAddress, hostRange, type IpAddress, type IpNetwork, parseAddress, parseNetwork } from "../ip_range.ts";
import { isObject, listOf, objectOf, textOf, without } from "../object_value.ts";
import { IpamRows, podReference } from "./rows.ts";

/**
 * Whereabouts IPPool: one record per allocation, keyed by the offset from the range's address.
 *
 * The offset counts from the address as written in `spec.range`, host bits included (storage/kubernetes/ipam.go,
 * toIPReservationList: IPAddOffset(firstip, offset), firstip from net.ParseCIDR).
 */
export function mapWhereaboutsPool(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "whereabouts");
  const spec = objectOf(object.body["spec"]);
  const range = textOf(spec["range"]);
  const network = range === null ? null : parseNetwork(range);
  if (range !== null && network === null) rows.bad("bad_range", range);
  const name = textOf(object.metadata["name"]);
  const allocations = Object.entries(objectOf(spec["allocations"]));
  rows.pool({
    pool: name,
    family: network?.family ?? null,
    ranges: range === null ? [] : [range],
    // The limits that count (range_start, range_end, exclude) stand in the CNI configuration only: the object cannot
    // tell how many addresses may be handed out, just how many there are.
    capacity: null,
    allocatedCount: allocations.length,
    fields: { ...without(spec, "range", "allocations"), range_address_count: usableCount(network) },
  });
  for (const [key, value] of allocations) {
    const allocation = objectOf(value);
    const address = addressOfKey(key, network);
    if (address === null) rows.bad("bad_address", `${range ?? ""} ${key}`);
    const pod = podReference(allocation["podref"]);
    rows.record({
      pool: name,
      address,
      ...pod,
      sandboxId: textOf(allocation["id"]),
      interface: textOf(allocation["ifname"]),
      holderKind: pod.podName === null ? "unknown" : "pod",
      fields: { offset: key, ...without(allocation, "id", "podref", "ifname") },
    });
  }
}

/** Keys were whole addresses before the offsets came. */
function addressOfKey(key: string, network: IpNetwork | null): IpAddress | null {
  if (!/^\d+$/.test(key)) return parseAddress(key);
  if (network === null) return null;
  const value = network.written + BigInt(key);
  return value <= network.last ? { family: network.family, value } : null;
}

/** Addresses between network and broadcast; null for a /31 or narrower, which versions treat differently. */
function usableCount(network: IpNetwork | null): number | null {
  const hosts = network === null ? null : hostRange(network);
  return hosts === null ? null : Number(hosts.last - hosts.first + 1n);
}

/** Whereabouts OverlappingRangeIPReservation: the address is the object's name, with `-` for `:` in IPv6. */
export function mapWhereaboutsReservation(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "whereabouts");
  const spec = objectOf(object.body["spec"]);
  const name = textOf(object.metadata["name"]) ?? "";
  const address = addressInName(name);
  if (address === null) rows.bad("bad_address", name);
  const pod = podReference(spec["podref"]);
  rows.record({
    address,
    ...pod,
    sandboxId: textOf(spec["containerid"]),
    interface: textOf(spec["ifname"]),
    holderKind: pod.podName === null ? "unknown" : "pod",
    createdAt: instantOf(object.metadata["creationTimestamp"]),
    fields: without(spec, "containerid", "podref", "ifname"),
  });
}

/** A network name may stand before the address (`<network>-10.0.0.1`). */
function addressInName(name: string): IpAddress | null {
  const ipv4 = /(?:^|-)(\d+\.\d+\.\d+\.\d+)$/.exec(name);
  if (ipv4 !== null) return parseAddress(ipv4[1] ?? "");
  let rest = name;
  for (;;) {
    const address = parseAddress(rest.replaceAll("-", ":"));
    if (address !== null) return address;
    const dash = rest.indexOf("-");
    if (dash < 0) return null;
    rest = rest.slice(dash + 1);
  }
}

/** Whereabouts NodeSlicePool: one pool per slice, each for one node. */
export function mapWhereaboutsNodeSlices(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "whereabouts");
  const spec = objectOf(object.body["spec"]);
  for (const value of listOf(objectOf(object.body["status"])["allocations"]).filter(isObject)) {
    const slice = textOf(value["sliceRange"]);
    const network = slice === null ? null : parseNetwork(slice);
    if (slice !== null && network === null) rows.bad("bad_range", slice);
    rows.pool({
      pool:
        network === null
          ? slice
          : `${formatAddress({ family: network.family, value: network.first })}${slice?.slice(slice.indexOf("/")) ?? ""}`,
      family: network?.family ?? null,
      ranges: slice === null ? [] : [slice],
      capacity: null,
      nodeName: textOf(value["nodeName"]),
      fields: { ...spec, range_address_count: usableCount(network) },
    });
  }
}
