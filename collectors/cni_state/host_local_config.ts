import {
  countAddresses,
  hostRange,
  type IpFamily,
  type IpRange,
  parseAddress,
  parseNetwork,
} from "../objects/ip_range.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf } from "../objects/object_value.ts";
import type { IpamPool } from "../objects/ipam/rows.ts";

/** What a network configuration hands out through host-local in one family. */
export type HostLocalPool = Pick<IpamPool, "family" | "ranges" | "capacity">;

/** A network configuration as libcni reads it: one plugin, or a list of them. */
export function isNetworkConfig(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    textOf(value["name"]) !== null &&
    (Array.isArray(value["plugins"]) || textOf(value["type"]) !== null)
  );
}

/**
 * All plugin configurations in a network configuration: those of its list, and what a plugin hands on to others
 * (`delegates` of Multus, `delegate` of flannel).
 */
export function pluginsOf(config: JsonObject): readonly JsonObject[] {
  const nested = [...listOf(config["plugins"]), ...listOf(config["delegates"]), config["delegate"]].filter(isObject);
  return [config, ...nested.flatMap(pluginsOf)];
}

/**
 * The pools of every host-local in a network configuration, one per network and family.
 *
 * Each set of `ranges` gives a pod one address, and the old `subnet` beside them is a set of its own. A range without
 * limits goes from the address after the network's to the one before broadcast (IPv6: to the last); its gateway, which
 * is the first address when it is not given, is never handed out (plugins/ipam/host-local/backend/allocator/range.go,
 * `Canonicalize` and `RangeIter.Next`).
 *
 * @param extraSets sets that the runtime adds (capability `ipRanges`)
 * @returns network name with its pools; a pool whose ranges are no addresses (`usePodCidr`) has capacity null
 */
export function hostLocalPools(
  config: JsonObject,
  extraSets: readonly unknown[] = [],
): readonly { readonly network: string; readonly pool: HostLocalPool }[] {
  return networksOf(config).flatMap(({ network, ipam }) => {
    const sets = [...extraSets, ...(ipam["subnet"] === undefined ? [] : [[ipam]]), ...listOf(ipam["ranges"])];
    const ranges = sets.flatMap((set) => listOf(set)).map((range) => readRange(objectOf(range)));
    const families = new Set(ranges.map(({ family }) => family));
    return [...families].map((family) => ({ network, pool: poolOf(family, ranges) }));
  });
}

/** Every host-local with the name of its network: the plugin's own, else that of the list around it. */
function networksOf(config: JsonObject, inherited: string | null = null): { network: string; ipam: JsonObject }[] {
  const network = textOf(config["name"]) ?? inherited;
  const ipam = objectOf(config["ipam"]);
  const nested = [...listOf(config["plugins"]), ...listOf(config["delegates"]), config["delegate"]].filter(isObject);
  return [
    ...(network !== null && ipam["type"] === "host-local" ? [{ network, ipam }] : []),
    ...nested.flatMap((plugin) => networksOf(plugin, network)),
  ];
}

interface ConfiguredRange {
  readonly family: IpFamily | null;
  /** As written: the subnet, or `first-last` when a limit is given. */
  readonly text: string;
  readonly range: IpRange | null;
  readonly gateway: IpRange | null;
}

function readRange(value: JsonObject): ConfiguredRange {
  const subnet = textOf(value["subnet"]);
  const network = subnet === null ? null : parseNetwork(subnet);
  const hosts = network === null ? null : hostRange(network);
  if (network === null || hosts === null) return { family: null, text: subnet ?? "", range: null, gateway: null };
  const [start, end, gateway] = ["rangeStart", "rangeEnd", "gateway"].map((key) =>
    parseAddress(textOf(value[key]) ?? ""),
  );
  const first = start?.value ?? hosts.first;
  const last = end?.value ?? (network.family === "IPv6" ? network.last : hosts.last);
  const kept = gateway?.value ?? hosts.first;
  const limits = [textOf(value["rangeStart"]), textOf(value["rangeEnd"])];
  return {
    family: network.family,
    text: limits.every((limit) => limit !== null) ? limits.join("-") : (subnet ?? ""),
    range: first > last ? null : { family: network.family, first, last },
    gateway: { family: network.family, first: kept, last: kept },
  };
}

function poolOf(family: IpFamily | null, all: readonly ConfiguredRange[]): HostLocalPool {
  const own = all.filter((range) => range.family === family);
  const ranges = own.map(({ range }) => range).filter((range) => range !== null);
  const gateways = own.map(({ gateway }) => gateway).filter((gateway) => gateway !== null);
  return {
    family,
    ranges: own.map(({ text }) => text),
    capacity: ranges.length === own.length ? countAddresses(ranges, gateways) : null,
  };
}
