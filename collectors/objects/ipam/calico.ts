import type { ApiObject, ObjectSink } from "../api_object.ts";
import { instantOf } from "../instant.ts";
import { countAddresses, familyOf, parseNetwork } from "../ip_range.ts";
import { integerOf, type JsonObject, listOf, objectOf, textOf, textsOf, without } from "../object_value.ts";
import { reserve } from "./reservations.ts";
import { type HolderKind, IpamRows } from "./rows.ts";

/**
 * Calico IPAMBlock: one record per ordinal in use; `allocations[i]` is an index into `attributes`, or null.
 *
 * Every address of a block is handed out, the first and last too.
 */
export function mapCalicoBlock(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "calico");
  const spec = objectOf(object.body["spec"]);
  const cidr = textOf(spec["cidr"]);
  const network = cidr === null ? null : parseNetwork(cidr);
  if (network === null) rows.bad("bad_range", cidr ?? "");
  const allocations = listOf(spec["allocations"]);
  const used = allocations.flatMap((value, ordinal) => {
    const index = integerOf(value);
    return index === null ? [] : [{ ordinal, index }];
  });
  const affinity = textOf(spec["affinity"]);
  rows.pool({
    pool: cidr,
    family: network?.family ?? null,
    ranges: cidr === null ? [] : [cidr],
    capacity: network === null ? null : countAddresses([network]),
    allocatedCount: used.length,
    nodeName: nodeOfAffinity(affinity),
    fields: without(spec, "cidr", "allocations", "attributes", "unallocated", "sequenceNumberForAllocation"),
  });
  const attributes = listOf(spec["attributes"]).map(objectOf);
  for (const { ordinal, index } of used) {
    const attribute = attributes[index];
    if (attribute === undefined) rows.bad("bad_allocations", `${cidr ?? ""} ordinal ${ordinal}: no attribute ${index}`);
    const owner = objectOf(attribute?.["secondary"]);
    const handle = textOf(attribute?.["handle_id"]);
    rows.record({
      pool: cidr,
      address: network === null ? null : { family: network.family, value: network.first + BigInt(ordinal) },
      namespace: textOf(owner["namespace"]),
      podName: textOf(owner["pod"]),
      sandboxId: sandboxOfHandle(handle),
      nodeName: textOf(owner["node"]),
      holderKind: holderKind(owner, handle),
      fields: { handle_id: handle, ...without(owner, "namespace", "pod", "node"), ...otherAttributes(attribute ?? {}) },
    });
  }
}

function otherAttributes(attribute: JsonObject): JsonObject {
  return without(attribute, "handle_id", "secondary");
}

/** `host:<node>`; a block may belong to no node, or to a load balancer (`virtual:...`). */
function nodeOfAffinity(affinity: string | null): string | null {
  return affinity?.startsWith("host:") === true ? textOf(affinity.slice(5)) : null;
}

/** The CNI plugin names a handle `<network>.<container id>`. */
function sandboxOfHandle(handle: string | null): string | null {
  return /\.([0-9a-f]{64})$/.exec(handle ?? "")?.[1] ?? null;
}

/** Types as in libcalico-go model.IPAMBlockAttributeType*: ipip-, vxlan-, vxlanV6-, wireguard-, wireguardV6TunnelAddress. */
function holderKind(owner: JsonObject, handle: string | null): HolderKind {
  if (textOf(owner["type"])?.endsWith("TunnelAddress") === true) return "tunnel";
  if (textOf(owner["pod"]) !== null) return "pod";
  // Windows blocks set four addresses aside under this handle.
  return handle === "windows-reserved-ipam-handle" ? "reservation" : "unknown";
}

/** Calico IPAMHandle: one record without address; a handle with no allocation in its block is what a torn release leaves. */
export function mapCalicoHandle(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "calico");
  const spec = objectOf(object.body["spec"]);
  const handle = textOf(spec["handleID"]);
  const blocks = Object.keys(objectOf(spec["block"]));
  const sandboxId = sandboxOfHandle(handle);
  rows.record({
    pool: blocks.length === 1 ? (blocks[0] ?? null) : null,
    sandboxId,
    holderKind: sandboxId !== null ? "pod" : handle?.includes("-tunnel-addr-") === true ? "tunnel" : "unknown",
    createdAt: instantOf(object.metadata["creationTimestamp"]),
    fields: { handle_id: handle, ...without(spec, "handleID") },
  });
}

/** Calico IPPool: the range that blocks are cut from. */
export function mapCalicoPool(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "calico");
  const spec = objectOf(object.body["spec"]);
  const cidr = textOf(spec["cidr"]);
  const network = cidr === null ? null : parseNetwork(cidr);
  if (network === null) rows.bad("bad_range", cidr ?? "");
  rows.pool({
    pool: textOf(object.metadata["name"]),
    family: network?.family ?? null,
    ranges: cidr === null ? [] : [cidr],
    capacity: network === null ? null : countAddresses([network]),
    fields: without(spec, "cidr"),
  });
}

/** Calico BlockAffinity: a node's claim on a block; the block itself has the capacity. */
export function mapCalicoAffinity(object: ApiObject, sink: ObjectSink): void {
  const rows = new IpamRows(object, sink, "calico");
  const spec = objectOf(object.body["spec"]);
  const cidr = textOf(spec["cidr"]);
  rows.pool({
    pool: cidr,
    family: cidr === null ? null : familyOf(cidr),
    ranges: cidr === null ? [] : [cidr],
    capacity: null,
    nodeName: textOf(spec["node"]),
    fields: without(spec, "cidr", "node"),
  });
}

/** Calico IPReservation: CIDRs that no pool hands out. */
export function mapCalicoReservation(object: ApiObject, sink: ObjectSink): void {
  const spec = objectOf(object.body["spec"]);
  reserve(new IpamRows(object, sink, "calico"), object, textsOf(spec["reservedCIDRs"]), null);
}
