import type { ObjectMapper } from "./api_object.ts";
import { mapEvent } from "./events.ts";
import { IPAM_MAPPERS } from "./ipam/ipam_kinds.ts";
import { mapNode } from "./nodes.ts";
import type { ListHeader } from "./json_splitter.ts";
import { type JsonObject, isObject, objectOf, textOf } from "./object_value.ts";
import { mapPod } from "./pods.ts";
import { mapWorkload } from "./workloads.ts";

/** What a file of objects is about; `objects` is recognised and gives no rows. */
export type ObjectFileKind = "events" | "pods" | "nodes" | "workloads" | "ipam" | "audit" | "watch" | "objects";

/** What an object says it is. */
export interface ObjectType {
  readonly apiVersion: string;
  readonly kind: string;
}

interface KindEntry {
  readonly file: ObjectFileKind;
  readonly map: ObjectMapper;
}

const WORKLOAD: KindEntry = { file: "workloads", map: mapWorkload };

/** Keyed by `<API group>/<kind>`, whatever the version: two systems have an IPPool. */
const KINDS: ReadonlyMap<string, KindEntry> = new Map<string, KindEntry>([
  ["/Event", { file: "events", map: mapEvent }],
  ["events.k8s.io/Event", { file: "events", map: mapEvent }],
  ["/Pod", { file: "pods", map: mapPod }],
  ["/Node", { file: "nodes", map: mapNode }],
  ["apps/Deployment", WORKLOAD],
  ["apps/ReplicaSet", WORKLOAD],
  ["apps/DaemonSet", WORKLOAD],
  ["apps/StatefulSet", WORKLOAD],
  ["extensions/Deployment", WORKLOAD],
  ["extensions/ReplicaSet", WORKLOAD],
  ["extensions/DaemonSet", WORKLOAD],
  ["batch/Job", WORKLOAD],
  ...[...IPAM_MAPPERS].map(([key, map]): [string, KindEntry] => [key, { file: "ipam", map }]),
]);

const IPAM_GROUPS = new Set([...IPAM_MAPPERS.keys()].map((key) => key.slice(0, key.indexOf("/"))));

export const AUDIT_GROUP = "audit.k8s.io";

/** Mapper and file kind of an object; null when it gives no rows. */
export function kindEntry(group: string, kind: string): KindEntry | null {
  return KINDS.get(`${group}/${kind}`) ?? null;
}

/** Whether the group belongs to Kubernetes itself, or to an IPAM system read here: its other kinds are no surprise. */
export function isKnownGroup(group: string): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io") || group === "k8s.cni.cncf.io" || IPAM_GROUPS.has(group);
}

/**
 * Kind and apiVersion of an object: its own, else those of its list (`PodList` holds `Pod`s), else told from its shape.
 *
 * @returns null when nothing tells
 */
export function typeOfObject(value: JsonObject, list: ListHeader | null): ObjectType | null {
  const itemKind = list?.kind?.endsWith("List") === true && list.kind !== "List" ? list.kind.slice(0, -4) : null;
  const kind = textOf(value["kind"]) ?? itemKind;
  const apiVersion = textOf(value["apiVersion"]) ?? (itemKind === null ? null : (list?.apiVersion ?? null));
  return kind !== null && apiVersion !== null ? { apiVersion, kind } : typeFromShape(value);
}

/** For list items without kind whose list does not say (yet) what they are. */
function typeFromShape(value: JsonObject): ObjectType | null {
  if (typeof value["auditID"] === "string") return { apiVersion: `${AUDIT_GROUP}/v1`, kind: "Event" };
  if (!isObject(value["metadata"])) return null;
  if (isObject(value["involvedObject"])) return { apiVersion: "v1", kind: "Event" };
  if (isObject(value["regarding"])) return { apiVersion: "events.k8s.io/v1", kind: "Event" };
  if (Array.isArray(objectOf(value["spec"])["containers"])) return { apiVersion: "v1", kind: "Pod" };
  if (isObject(objectOf(value["status"])["nodeInfo"])) return { apiVersion: "v1", kind: "Node" };
  return null;
}
