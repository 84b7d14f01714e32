import { parseAddress } from "../objects/ip_range.ts";
import type { IpamSystem } from "../objects/ipam/rows.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf } from "../objects/object_value.ts";
import { isNetworkConfig, pluginsOf } from "./host_local_config.ts";

/** `kind` of the files that libcni keeps of each attachment (libcni/api.go, CNICacheV1). */
export const CACHE_KIND = "cniCacheV1";

/** What a cached attachment tells of itself; the IPAM's name is null when its configuration names none, or several. */
export interface Attachment {
  readonly network: string | null;
  readonly sandboxId: string | null;
  readonly interface: string | null;
  readonly namespace: string | null;
  readonly podName: string | null;
  readonly podUid: string | null;
  readonly addresses: readonly string[];
  readonly system: IpamSystem | null;
  /** The configuration in effect when the attachment was made; null when it cannot be read. */
  readonly config: JsonObject | null;
  readonly runtimeRanges: readonly unknown[];
}

/** IPAM plugins by their binary's name, and network plugins that bring an IPAM of their own. */
const SYSTEMS: ReadonlyMap<string, IpamSystem> = new Map<string, IpamSystem>([
  ["host-local", "host-local"],
  ["whereabouts", "whereabouts"],
  ["spiderpool", "spiderpool"],
  ["calico-ipam", "calico"],
  ["kube-ovn", "kube-ovn"],
  ["cilium-cni", "cilium"],
  // flannel's plugin fills in host-local where its delegate names no IPAM
  ["flannel", "host-local"],
]);

/** Reads one file of `/var/lib/cni/results` (containerd, CRI-O) or of Multus' own cache. */
export function readAttachment(value: JsonObject): Attachment {
  const args = new Map(
    listOf(value["cniArgs"]).flatMap((pair): [string, string][] => {
      const [name, argument] = listOf(pair);
      return typeof name === "string" && typeof argument === "string" ? [[name, argument]] : [];
    }),
  );
  const config = decodeConfig(value["config"]);
  return {
    network: textOf(value["networkName"]),
    sandboxId: textOf(value["containerId"]),
    interface: textOf(value["ifName"]),
    namespace: textOf(args.get("K8S_POD_NAMESPACE")),
    podName: textOf(args.get("K8S_POD_NAME")),
    podUid: textOf(args.get("K8S_POD_UID")),
    addresses: addressesOf(objectOf(value["result"])),
    system: config === null ? null : systemOf(config),
    config,
    runtimeRanges: listOf(objectOf(value["capabilityArgs"])["ipRanges"]),
  };
}

/** Results name addresses in `ips`; those of CNI 0.2 and older in `ip4` and `ip6`. */
function addressesOf(result: JsonObject): string[] {
  const texts = [
    ...listOf(result["ips"]).map((entry) => objectOf(entry)["address"]),
    objectOf(result["ip4"])["ip"],
    objectOf(result["ip6"])["ip"],
  ];
  return texts.filter((text): text is string => typeof text === "string" && parseAddress(text) !== null);
}

/** Go writes the configuration's bytes as base64. */
function decodeConfig(value: unknown): JsonObject | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(textOf(value) ?? "", "base64").toString("utf8"));
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function systemOf(config: JsonObject): IpamSystem | null {
  if (!isNetworkConfig(config)) return null;
  const plugins = pluginsOf(config);
  const byIpam = plugins.map((plugin) => textOf(objectOf(plugin["ipam"])["type"])).filter((type) => type !== null);
  const types = byIpam.length > 0 ? byIpam : plugins.map((plugin) => textOf(plugin["type"]) ?? "");
  const systems = new Set(types.map((type) => SYSTEMS.get(type)).filter((system) => system !== undefined));
  return systems.size === 1 ? ([...systems][0] ?? null) : null;
}
