import { detectEncoding } from "./encoding.ts";
import { JsonSplitter, type ListHeader } from "./json_splitter.ts";
import { AUDIT_GROUP, kindEntry, type ObjectFileKind, typeOfObject } from "./kinds.ts";
import { groupOf, isObject, type JsonObject } from "./object_value.ts";
import { isWatchEvent } from "./watch_events.ts";

/** What a file of Kubernetes objects is about; `objects` is recognised and gives no rows. */
export interface ObjectSniff {
  readonly kind: ObjectFileKind;
}

/** Lines before the first object, such as a script's own header; a log has more. */
const MAX_FOREIGN_LINES = 3;

/** What the name of an empty `List` says, since its content says nothing. */
const FILE_NAMES: readonly (readonly [RegExp, ObjectFileKind])[] = [
  [/^events?\b/, "events"],
  [/^pods?\b/, "pods"],
  [/^nodes?\b/, "nodes"],
  [/^(?:deployments?|replicasets?|daemonsets?|statefulsets?|jobs?)\b/, "workloads"],
  [
    /^(?:ippools?|overlappingrange|nodeslicepools?|spider|ipam|blockaffinit|ipreserv|ips\b|subnets?\b|vips\b|cilium)/,
    "ipam",
  ],
];

/**
 * Judges from the beginning of a file whether it holds Kubernetes objects, and of which kind the first telling one is.
 *
 * Stored objects have kind, apiVersion and metadata; configuration files (kubelet, kubeconfig, audit policy) have no
 * metadata, other JSON no kind.
 *
 * @param sample first 256 KB or so of the decompressed file; may end anywhere
 * @param path   only tells what an empty `List` was asked for
 * @returns null when it is something else
 */
export function sniffObjects(sample: Buffer, path: string): ObjectSniff | null {
  const kind =
    detectEncoding(sample, true) === "yaml" ? sniffYaml(sample.toString("utf8"), path) : sniffJson(sample, path);
  return kind === null ? null : { kind };
}

function sniffJson(sample: Buffer, path: string): ObjectFileKind | null {
  const kinds = new Set<ObjectFileKind>();
  let objectCount = 0;
  let foreignLines = 0;
  const splitter = new JsonSplitter({
    element(text, _line, list) {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return false;
      }
      objectCount++;
      const kind = isObject(value) ? fileKind(value, list, path) : null;
      if (kind !== null) kinds.add(kind);
      return true;
    },
    listEnd(list) {
      const kind = objectCount === 0 ? listKind(list.apiVersion, list.kind, path) : null;
      if (kind !== null) kinds.add(kind);
    },
    issue(reason) {
      if (reason === "not_an_object") foreignLines++;
    },
  });
  // In pieces, so that a file that tells at once is not cut to the end of the sample.
  for (let from = 0; from < sample.length && !isDecided(kinds) && foreignLines <= MAX_FOREIGN_LINES; from += 16_384) {
    splitter.push(sample.subarray(from, from + 16_384));
  }
  if (!isDecided(kinds)) splitter.end();
  if (foreignLines > MAX_FOREIGN_LINES) return null;
  for (const kind of kinds) if (kind !== "objects") return kind;
  if (kinds.size > 0) return "objects";
  return objectCount === 0 ? kindOfHugeObject(sample.toString("utf8")) : null;
}

function isDecided(kinds: ReadonlySet<ObjectFileKind>): boolean {
  return kinds.size > 1 || (kinds.size === 1 && !kinds.has("objects"));
}

function fileKind(value: JsonObject, list: ListHeader | null, path: string): ObjectFileKind | null {
  if (isWatchEvent(value))
    return isObject(value["object"]) && typeOfObject(value["object"], null) !== null ? "watch" : null;
  const type = typeOfObject(value, list);
  if (type === null) return null;
  if (Array.isArray(value["items"]) || value["items"] === null) {
    const [first] = Array.isArray(value["items"]) ? (value["items"] as unknown[]) : [];
    return isObject(first) ? fileKind(first, type, path) : listKind(type.apiVersion, type.kind, path);
  }
  const group = groupOf(type.apiVersion);
  if (group === AUDIT_GROUP) return typeof value["auditID"] === "string" ? "audit" : null;
  const metadata = value["metadata"];
  if (!isObject(metadata) || typeof metadata["name"] !== "string") return null;
  if (metadata["uid"] === undefined && metadata["creationTimestamp"] === undefined) return "objects";
  return kindEntry(group, type.kind)?.file ?? "objects";
}

function listKind(apiVersion: string | null, kind: string | null, path: string): ObjectFileKind | null {
  if (apiVersion === null || kind?.endsWith("List") !== true) return null;
  if (kind !== "List") {
    const group = groupOf(apiVersion);
    return group === AUDIT_GROUP ? "audit" : (kindEntry(group, kind.slice(0, -4))?.file ?? "objects");
  }
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return FILE_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? "objects";
}

/** For an object larger than the sample: kind and apiVersion stand next to each other at its beginning. */
function kindOfHugeObject(text: string): ObjectFileKind | null {
  const pair =
    /"apiVersion"\s*:\s*"([\w./-]+)"\s*,\s*"kind"\s*:\s*"(\w+)"/.exec(text) ??
    swapped(/"kind"\s*:\s*"(\w+)"\s*,\s*"apiVersion"\s*:\s*"([\w./-]+)"/.exec(text));
  if (pair === null || !/"metadata"\s*:\s*\{/.test(text)) return null;
  return kindEntry(groupOf(pair[1] ?? ""), pair[2] ?? "")?.file ?? "objects";
}

function swapped(match: RegExpExecArray | null): readonly (string | undefined)[] | null {
  return match === null ? null : [match[0], match[2], match[1]];
}

function sniffYaml(text: string, path: string): ObjectFileKind | null {
  const field = (indent: string, key: string) =>
    new RegExp(`^${indent}${key}:[ \\t]*["']?([\\w./-]+)["']?[ \\t\\r]*$`, "m").exec(text)?.[1] ?? null;
  const apiVersion = field("(?:- )?", "apiVersion");
  if (apiVersion === null) return null;
  if (/^items:/m.test(text)) {
    const items = [...text.matchAll(/^( *- )apiVersion: *["']?([\w./-]+)["']?\s+kind: *["']?(\w+)/gm)];
    if (items.length === 0) return listKind(apiVersion, field("", "kind") ?? "List", path);
    const entries = items.map(([, , version = "", kind = ""]) => kindEntry(groupOf(version), kind));
    return entries.find((entry) => entry !== null)?.file ?? "objects";
  }
  const kind = field("(?:- )?", "kind") ?? field("  ", "kind");
  if (kind === null || !/^ {0,2}metadata:/m.test(text)) return null;
  if (!/^ +(?:uid|creationTimestamp):/m.test(text)) return "objects";
  return kindEntry(groupOf(apiVersion), kind)?.file ?? "objects";
}
