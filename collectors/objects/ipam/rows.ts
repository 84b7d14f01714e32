import type { ApiObject, ObjectRow, ObjectSink } from "../api_object.ts";
import { fieldsOf, jsonListOf, type JsonObject, textOf } from "../object_value.ts";
import { formatAddress, type IpAddress, type IpFamily, parseAddress } from "../ip_range.ts";

export type IpamSystem = "whereabouts" | "spiderpool" | "calico" | "kube-ovn" | "cilium" | "host-local";
export type HolderKind = "pod" | "node" | "tunnel" | "router" | "health" | "reservation" | "unknown";

/** One address record; what is absent is unknown. */
export interface IpamRecord {
  readonly pool?: string | null;
  readonly address?: IpAddress | null;
  readonly namespace?: string | null;
  readonly podName?: string | null;
  readonly podUid?: string | null;
  readonly sandboxId?: string | null;
  readonly interface?: string | null;
  readonly nodeName?: string | null;
  readonly holderKind: HolderKind;
  readonly createdAt?: bigint | null;
  readonly fields?: JsonObject;
}

/** One pool, block, subnet or node range; what is absent is unknown. */
export interface IpamPool {
  readonly pool: string | null;
  readonly family: IpFamily | null;
  readonly ranges: readonly string[];
  readonly excluded?: readonly string[];
  readonly capacity: bigint | null;
  readonly allocatedCount?: number | null;
  readonly nodeName?: string | null;
  readonly fields?: JsonObject;
}

/** Writes the rows of one IPAM object, or of one file of IPAM state, to raw.ipam_records and raw.ipam_pools. */
export class IpamRows {
  readonly #object: ApiObject;
  readonly #sink: ObjectSink;
  readonly #system: IpamSystem;

  constructor(object: ApiObject, sink: ObjectSink, system: IpamSystem) {
    this.#object = object;
    this.#sink = sink;
    this.#system = system;
  }

  record(record: IpamRecord): void {
    const address = record.address ?? null;
    this.#sink.row("ipam_records", {
      ...this.#place(),
      pool: record.pool ?? null,
      ip: address === null ? null : formatAddress(address),
      ip_family: address?.family ?? null,
      namespace: record.namespace ?? null,
      pod_name: record.podName ?? null,
      pod_uid: record.podUid ?? null,
      sandbox_id: record.sandboxId ?? null,
      interface: record.interface ?? null,
      node_name: record.nodeName ?? null,
      holder_kind: record.holderKind,
      created_at: record.createdAt ?? null,
      fields: fieldsOf(record.fields ?? {}),
    });
  }

  pool(pool: IpamPool): void {
    this.#sink.row("ipam_pools", {
      ...this.#place(),
      pool: pool.pool,
      ip_family: pool.family,
      ranges: JSON.stringify(pool.ranges),
      excluded: jsonListOf(pool.excluded ?? []),
      capacity: pool.capacity === null ? null : Number(pool.capacity),
      allocated_count: pool.allocatedCount ?? null,
      node_name: pool.nodeName ?? null,
      fields: fieldsOf(pool.fields ?? {}),
    });
  }

  /** Parses an address; one that is none is counted as `bad_address` and gives null. */
  address(text: string): IpAddress | null {
    const address = parseAddress(text);
    if (address === null) this.bad("bad_address", text);
    return address;
  }

  /** Counts something in this object that could not be read. */
  bad(reason: "bad_address" | "bad_range" | "bad_allocations", sample: string): void {
    this.#object.issues.count(reason, this.#object.line, 0, sample.slice(0, 200));
  }

  #place(): ObjectRow {
    const { line, item, snapshot, kind, metadata } = this.#object;
    return { line, item, snapshot, system: this.#system, kind, name: textOf(metadata["name"]) };
  }
}

/** Namespace and pod of a `namespace/name` reference; a bare name has no namespace. */
export function podReference(reference: unknown): { namespace: string | null; podName: string | null } {
  const text = textOf(reference);
  if (text === null) return { namespace: null, podName: null };
  const slash = text.indexOf("/");
  return slash < 0
    ? { namespace: null, podName: text }
    : { namespace: textOf(text.slice(0, slash)), podName: textOf(text.slice(slash + 1)) };
}
