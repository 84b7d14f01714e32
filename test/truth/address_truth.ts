import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type CaptureTruth, instantNs } from "./capture_truth.ts";

/** One address as a snapshot file records it, read without the product. */
export interface RecordTruth {
  readonly ip: string;
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string | null;
  readonly sandboxId: string | null;
}

/** One snapshot of the resource that holds the addresses; the instants bound when it was read, ns since `startedAt`. */
export interface SnapshotTruth {
  readonly name: string;
  readonly earliest: number;
  readonly latest: number;
  readonly records: readonly RecordTruth[];
}

/** What the snapshot files, the pod watch and the runtime's logs say about addresses. */
export interface AddressTruth {
  readonly snapshots: readonly SnapshotTruth[];
  /** Records of the last snapshot that no living pod uses, each with why; `<ip> <namespace>/<pod>`. */
  readonly leaks: ReadonlyMap<string, string>;
}

type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** File prefix, API resource and reader of each system's allocation objects. */
const SYSTEMS: readonly {
  readonly file: string;
  readonly resource: string;
  readonly read: (item: Json) => readonly RecordTruth[];
}[] = [
  { file: "ippools", resource: "ippools", read: whereaboutsRecords },
  { file: "spiderippools", resource: "spiderippools", read: spiderpoolRecords },
  { file: "ipamblocks", resource: "ipamblocks", read: calicoRecords },
  { file: "ips.kubeovn.io", resource: "ips", read: kubeOvnRecords },
  { file: "ciliumendpoints", resource: "ciliumendpoints", read: ciliumRecords },
];

function holder(reference: string | null): { namespace: string; podName: string } {
  const [namespace = "", podName = ""] = (reference ?? "/").split("/");
  return { namespace, podName };
}

/** IPv4 plus an offset; for IPv6 only the last group counts, which is enough for a /112. */
function addOffset(first: string, offset: number): string {
  if (first.includes(":")) {
    const low = (parseInt(first.split(":").at(-1) ?? "", 16) || 0) + offset;
    return `${first.slice(0, first.lastIndexOf(":") + 1)}${low.toString(16)}`;
  }
  const sum = first.split(".").reduce((total, part) => total * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(sum / 2 ** shift) % 256).join(".");
}

function whereaboutsRecords(item: Json): readonly RecordTruth[] {
  const spec = object(item["spec"]);
  const first = (text(spec["range"]) ?? "").split("/")[0] ?? "";
  return Object.entries(object(spec["allocations"])).map(([offset, value]) => ({
    ip: addOffset(first, Number(offset)),
    ...holder(text(object(value)["podref"])),
    podUid: null,
    sandboxId: text(object(value)["id"]),
  }));
}

function spiderpoolRecords(item: Json): readonly RecordTruth[] {
  const allocated = text(object(item["status"])["allocatedIPs"]);
  return Object.entries(object(allocated === null ? {} : JSON.parse(allocated))).map(([ip, value]) => ({
    ip,
    ...holder(text(object(value)["pod"])),
    podUid: text(object(value)["podUid"]),
    sandboxId: null,
  }));
}

function calicoRecords(item: Json): readonly RecordTruth[] {
  const spec = object(item["spec"]);
  const first = (text(spec["cidr"]) ?? "").split("/")[0] ?? "";
  const attributes = list(spec["attributes"]).map(object);
  return list(spec["allocations"]).flatMap((index, ordinal) => {
    if (typeof index !== "number") return [];
    const owner = object(attributes[index]?.["secondary"]);
    const sandboxId = (text(attributes[index]?.["handle_id"]) ?? "").split(".").at(-1) ?? null;
    const podName = text(owner["pod"]);
    if (podName === null) return [];
    return [
      { ip: addOffset(first, ordinal), namespace: text(owner["namespace"]) ?? "", podName, podUid: null, sandboxId },
    ];
  });
}

function kubeOvnRecords(item: Json): readonly RecordTruth[] {
  const spec = object(item["spec"]);
  const namespace = text(spec["namespace"]);
  const ip = text(spec["v4IpAddress"]);
  // a node's own port has no namespace
  if (namespace === null || ip === null) return [];
  return [{ ip, namespace, podName: text(spec["podName"]) ?? "", podUid: null, sandboxId: null }];
}

function ciliumRecords(item: Json): readonly RecordTruth[] {
  const metadata = object(item["metadata"]);
  const status = object(item["status"]);
  return list(object(status["networking"])["addressing"]).flatMap((pair) => {
    const ip = text(object(pair)["ipv4"]);
    if (ip === null) return [];
    return [
      {
        ip,
        namespace: text(metadata["namespace"]) ?? "",
        podName: text(metadata["name"]) ?? "",
        podUid: text(object(list(metadata["ownerReferences"])[0])["uid"]),
        sandboxId: text(object(status["external-identifiers"])["container-id"]),
      },
    ];
  });
}

/** Bounds of the three kinds of snapshots, from the manifest's marks; a list request in the audit log narrows them. */
async function snapshotBounds(truth: CaptureTruth, resource: string): Promise<Map<string, [number, number]>> {
  const manifest = object(JSON.parse(await readFile(join(truth.folder, "run.json"), "utf8")));
  const marks = object(manifest["marks"]);
  const since = (stamp: unknown, otherwise: number): number => {
    const found = text(stamp);
    return found === null ? otherwise : Number(instantNs(found) - truth.startedAt);
  };
  const end = since(marks["conditionMetOrTimeout"], truth.endedAt);
  const bounds = new Map<string, [number, number]>([
    ["before", [-Infinity, 0]],
    ["mid", [since(marks["midCapture"], 0), end]],
    ["end", [end, since(marks["captureEnd"], Infinity)]],
  ]);
  const reads: [number, number][] = [];
  const audit = join(truth.folder, "cluster", "audit.log");
  if (existsSync(audit)) {
    for await (const line of createInterface({ input: createReadStream(audit) })) {
      if (!line.includes('"verb":"list"') || !line.includes("kubectl/") || !line.includes(`"resource":"${resource}"`))
        continue;
      const entry = object(JSON.parse(line));
      if (entry["stage"] !== "ResponseComplete") continue;
      reads.push([since(entry["requestReceivedTimestamp"], 0), since(entry["stageTimestamp"], 0)]);
    }
  }
  for (const [name, [low, high]] of bounds) {
    const within = reads.filter(([received, answered]) => received >= low && answered <= high + 1e9);
    if (within.length > 0) {
      bounds.set(name, [Math.min(...within.map(([from]) => from)), Math.max(...within.map(([, to]) => to))]);
    }
  }
  return bounds;
}

/** The last that the watch saw of each pod, by namespace/name: its UID and its addresses; null when it was deleted. */
async function lastPods(folder: string): Promise<Map<string, { uid: string; ips: readonly string[] } | null>> {
  const pods = new Map<string, { uid: string; ips: readonly string[] } | null>();
  for await (const line of createInterface({ input: createReadStream(join(folder, "truth", "pods-watch.jsonl")) })) {
    const entry = object(JSON.parse(line));
    const pod = object(entry["object"]);
    const metadata = object(pod["metadata"]);
    const key = `${text(metadata["namespace"]) ?? ""}/${text(metadata["name"]) ?? ""}`;
    const ips = list(object(pod["status"])["podIPs"]).map((each) => text(object(each)["ip"]) ?? "");
    pods.set(key, entry["type"] === "DELETED" ? null : { uid: text(metadata["uid"]) ?? "", ips });
  }
  return pods;
}

/** Sandboxes whose set-up failed or whose network was torn down, by the runtimes' logs. */
async function endedSandboxes(folder: string): Promise<ReadonlySet<string>> {
  const ended = new Set<string>();
  for (const node of await readdir(join(folder, "nodes"))) {
    const log = join(folder, "nodes", node, "containerd.log");
    if (!existsSync(log)) continue;
    for await (const line of createInterface({ input: createReadStream(log) })) {
      const id =
        /TearDown network for sandbox \\?"([0-9a-f]{64})|failed to setup network for sandbox \\*"([0-9a-f]{64})/.exec(
          line,
        );
      const found = id?.[1] ?? id?.[2];
      if (found !== undefined) ended.add(found);
    }
  }
  return ended;
}

/** Reads the address snapshots of a capture and finds what leaked by its own rules; null without such snapshots. */
export async function readAddressTruth(truth: CaptureTruth): Promise<AddressTruth | null> {
  const cluster = join(truth.folder, "cluster");
  const files = (await readdir(cluster)).filter((name) => name.endsWith(".json"));
  for (const { file, resource, read } of SYSTEMS) {
    const snapshots: SnapshotTruth[] = [];
    const bounds = await snapshotBounds(truth, resource);
    for (const [name, [earliest, latest]] of bounds) {
      if (!files.includes(`${file}-${name}.json`)) continue;
      const content = await readFile(join(cluster, `${file}-${name}.json`), "utf8");
      // the list failed (no such resource yet): the collector left an empty file
      if (content.trim() === "") continue;
      const body = object(JSON.parse(content));
      const items = list(body["items"])
        .map(object)
        .filter(
          (item) => !text(item["apiVersion"])?.startsWith("crd.projectcalico.org") || item["kind"] === "IPAMBlock",
        );
      snapshots.push({ name, earliest, latest, records: items.flatMap(read) });
    }
    if (snapshots.every(({ records }) => records.length === 0)) continue;
    const last = snapshots.findLast(({ name }) => name === "end");
    return { snapshots, leaks: await leaksOf(truth.folder, last?.records ?? []) };
  }
  return null;
}

async function leaksOf(folder: string, records: readonly RecordTruth[]): Promise<ReadonlyMap<string, string>> {
  const pods = await lastPods(folder);
  const ended = await endedSandboxes(folder);
  const leaks = new Map<string, string>();
  for (const { ip, namespace, podName, podUid, sandboxId } of records) {
    const pod = pods.get(`${namespace}/${podName}`);
    const key = `${ip} ${namespace}/${podName}`;
    if (pod === undefined || pod === null) leaks.set(key, "its pod is gone");
    else if (podUid !== null && podUid !== pod.uid) leaks.set(key, "made for an earlier pod of that name");
    else if (pod.ips.length > 0 && !pod.ips.includes(ip)) leaks.set(key, "its pod uses another address");
    else if (pod.ips.length === 0 && sandboxId !== null && ended.has(sandboxId)) leaks.set(key, "its sandbox is over");
  }
  return leaks;
}
