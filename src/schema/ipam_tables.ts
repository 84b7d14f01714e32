import { column, type TableSchema } from "./column.ts";
import { EVIDENCE_COLUMNS } from "./log_tables.ts";

const SNAPSHOT_COLUMNS = [
  ...EVIDENCE_COLUMNS,
  column("item", "i32", "0-based place of the object in its file."),
  column("snapshot", "utf8", "Snapshot of the file (`before`, `mid`, `end`), '' for the only or final one."),
  column("system", "utf8", "IPAM system: whereabouts, spiderpool, calico, kube-ovn, cilium or host-local."),
  column(
    "kind",
    "utf8",
    "Kind of the object that holds it, e.g. IPPool, OverlappingRangeIPReservation, IPAMBlock; AddressFile (host-local), CachedResult (libcni) or NetworkConfiguration for files of a node.",
  ),
  column("name", "utf8", "metadata.name of that object, or the name of the file on a node."),
] as const;

export const IPAM_RECORDS: TableSchema = {
  name: "ipam_records",
  doc: "One row per address record per snapshot: one address noted as held in one object.",
  columns: [
    ...SNAPSHOT_COLUMNS,
    column("pool", "utf8", "Pool, block or subnet the address belongs to; null when the record does not tell."),
    column(
      "ip",
      "utf8",
      "The address, normalised (RFC 5952 for IPv6), without prefix length; null for a handle without one.",
    ),
    column("ip_family", "utf8", "IPv4 or IPv6; null when ip is."),
    column("namespace", "utf8", "Namespace of the holder; null when unknown."),
    column("pod_name", "utf8", "Pod that holds it; null when unknown or not a pod."),
    column("pod_uid", "utf8", "UID of that pod; null when the record does not give it."),
    column("sandbox_id", "utf8", "Container id of the sandbox in the record; null when the record does not give it."),
    column("interface", "utf8", "Interface name; null when the record does not give it."),
    column("node_name", "utf8", "Node of the holder; null when the record does not give it."),
    column("holder_kind", "utf8", "pod, node, tunnel, router, health, reservation or unknown."),
    column("created_at", "ts_ns", "creationTimestamp of a per-address object, 1 s; null when records share an object."),
    column("fields", "json", "The record's other content."),
  ],
};

export const IPAM_POOLS: TableSchema = {
  name: "ipam_pools",
  doc: "One row per pool, block, subnet or node range per snapshot.",
  columns: [
    ...SNAPSHOT_COLUMNS,
    column("pool", "utf8", "Name of the pool as ipam_records.pool has it."),
    column("ip_family", "utf8", "IPv4 or IPv6; null when it cannot be told."),
    column("ranges", "json", "Ranges as written (CIDR or dashed), a list of strings."),
    column("excluded", "json", "Excluded or reserved ranges as written, a list of strings; null when none."),
    column(
      "capacity",
      "f64",
      "Addresses the system can hand out by its own rules; a double, exact to 2^53 (an IPv6 /64 is not); null when unknown.",
    ),
    column("allocated_count", "f64", "Addresses in use as the object itself counts them; null when it does not."),
    column("node_name", "utf8", "Node the range belongs to; null when it is cluster-wide."),
    column("fields", "json", "The object's other content."),
  ],
};
