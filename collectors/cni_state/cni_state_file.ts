import type { ImportIssues } from "../logs/log_record.ts";
import type { ApiObject, ObjectSink } from "../objects/api_object.ts";
import { type IpAddress, normaliseAddress, parseAddress } from "../objects/ip_range.ts";
import { IpamRows, type IpamSystem } from "../objects/ipam/rows.ts";
import { isObject, type JsonObject } from "../objects/object_value.ts";
import { CACHE_KIND, readAttachment } from "./cached_result.ts";
import { hostLocalPools, isNetworkConfig } from "./host_local_config.ts";

/** What a file of CNI state is: the program that keeps it, null for a configuration, which people write. */
export interface CniStateSniff {
  readonly component: "host-local" | "libcni" | null;
}

/** Where a file of CNI state comes from. */
export interface CniStateContext {
  readonly path: string;
  readonly nodeName: string | null;
  readonly snapshot: string;
}

/** Longest file that is one address of host-local: an id and an interface name. */
const MAX_ADDRESS_FILE_BYTES = 512;
/** Container id, then the interface on a line of its own; files of older versions have the id alone. */
const HOLDER = /^(?:([A-Za-z0-9][\w.-]*)\r?\n([^\s/:]{1,15})|([0-9a-f]{12,}))\s*$/;
const HOST_LOCAL: CniStateSniff = { component: "host-local" };
/** The address that a range gave last, written beside the addresses. */
const LAST_RESERVED = /^last_reserved_ip\.\d+$/;

/**
 * Judges whether a file is CNI state of a node: host-local's file per address, libcni's cached result of an attachment,
 * or a network configuration that uses host-local.
 *
 * @param sample first bytes of the file
 * @returns null when it is something else
 */
export function sniffCniState(sample: Buffer, path: string): CniStateSniff | null {
  const name = baseName(path);
  if (sample.length <= MAX_ADDRESS_FILE_BYTES) {
    const text = sample.toString("latin1");
    if (addressInName(name) !== null && networkOfFile(path) !== null && HOLDER.test(text)) return HOST_LOCAL;
    if (LAST_RESERVED.test(name) && parseAddress(text) !== null) return HOST_LOCAL;
  }
  if (!sample.includes(CACHE_KIND) && !sample.includes("host-local")) return null;
  const value = parseObject(sample.toString("utf8"));
  if (value === null) return null;
  if (value["kind"] === CACHE_KIND) return { component: "libcni" };
  return isNetworkConfig(value) && hostLocalPools(value).length > 0 ? { component: null } : null;
}

/** Turns one file of CNI state into rows of raw.ipam_records and raw.ipam_pools; what is unreadable is counted. */
export function readCniState(text: string, context: CniStateContext, sink: ObjectSink, issues: ImportIssues): void {
  const name = baseName(context.path);
  const rowsOf: RowsOf = (kind, system, item = 0) => {
    const object: ApiObject = {
      apiVersion: "",
      kind,
      metadata: { name },
      body: {},
      line: 1,
      item,
      snapshot: context.snapshot,
      issues,
    };
    return new IpamRows(object, sink, system);
  };
  const value = text.trimStart().startsWith("{") ? parseObject(text) : null;
  if (value === null) readAddressFile(text, context, rowsOf("AddressFile", "host-local"));
  else if (value["kind"] === CACHE_KIND) readResult(value, context, rowsOf);
  else addPools(value, [], context, (item) => rowsOf("NetworkConfiguration", "host-local", item));
}

/** Rows of a file as a record of `kind`; `item` tells several pools of one file apart. */
type RowsOf = (kind: string, system: IpamSystem, item?: number) => IpamRows;

function readAddressFile(text: string, { path, nodeName }: CniStateContext, rows: IpamRows): void {
  const pool = poolName(networkOfFile(path), nodeName);
  const last = LAST_RESERVED.test(baseName(path)) ? parseAddress(text) : null;
  if (last !== null) {
    // all of its addresses may be released: then this file alone tells that the network was used
    rows.pool({ pool, family: last.family, ranges: [], capacity: null, nodeName, fields: { last_reserved_ip: text } });
    return;
  }
  const [, id, ifname = null, oldId = null] = HOLDER.exec(text) ?? [];
  const address = addressInName(baseName(path));
  rows.record({ pool, address, sandboxId: id ?? oldId, interface: ifname, nodeName, holderKind: "pod" });
}

function readResult(value: JsonObject, context: CniStateContext, rowsOf: RowsOf): void {
  const attachment = readAttachment(value);
  const { system, config, sandboxId, namespace, podName, podUid } = attachment;
  // a loopback, or an IPAM that is not known here
  if (system === null) return;
  const rows = rowsOf("CachedResult", system);
  for (const address of attachment.addresses) {
    rows.record({
      // only host-local files its addresses under the network's name
      pool: system === "host-local" ? poolName(attachment.network, context.nodeName) : null,
      address: rows.address(address),
      namespace,
      podName,
      podUid,
      sandboxId,
      interface: attachment.interface,
      nodeName: context.nodeName,
      holderKind: "pod",
      fields: { network: attachment.network },
    });
  }
  if (config === null || system !== "host-local") return;
  addPools(config, attachment.runtimeRanges, context, (item) => rowsOf("CachedResult", system, item));
}

function addPools(
  config: JsonObject,
  runtimeRanges: readonly unknown[],
  { nodeName }: CniStateContext,
  rowsOf: (item: number) => IpamRows,
): void {
  for (const [item, { network, pool }] of hostLocalPools(config, runtimeRanges).entries()) {
    rowsOf(item).pool({ ...pool, pool: poolName(network, nodeName), nodeName });
  }
}

/** Each node hands out addresses of its own: a network is a pool per node. */
function poolName(network: string | null, nodeName: string | null): string | null {
  return network === null || nodeName === null ? network : `${nodeName}/${network}`;
}

/** Windows allows no colon in a file's name. */
function addressInName(name: string): IpAddress | null {
  const text = normaliseAddress(name) === null ? name.replaceAll("_", ":") : name;
  return /[/%]/.test(text) ? null : parseAddress(text);
}

/** host-local keeps the addresses of a network in a folder of its name. */
function networkOfFile(path: string): string | null {
  return path.split("/").at(-2) ?? null;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
