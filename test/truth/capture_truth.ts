import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** When the independent watch first saw something of a pod. Instants are ns since the run's `startedAt`. */
export interface Sighting {
  /** Receipt of the event that shows it. The write happened before, by the watch's lag. */
  readonly by: number;
  /** The object's own stamp for it (start of its second), on the clock of whoever wrote it; null when it has none. */
  readonly stamp: number | null;
}

/** What the watch saw of one pod. */
export interface PodTruth {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** Present when the recorder began: its creation was not observed. */
  readonly listed: boolean;
  readonly created: Sighting;
  scheduled: Sighting | null;
  running: Sighting | null;
  ready: Sighting | null;
  /** First event with a deletionTimestamp. */
  deletion: Sighting | null;
  /** The object is gone. */
  deleted: Sighting | null;
}

export type Phase = "create" | "recreate" | "recover" | "delete";

/** A capture's truth: from `truth/` and the manifest only. */
export interface CaptureTruth {
  readonly folder: string;
  readonly runId: string;
  readonly phase: Phase;
  /** UTC ns of the manifest's `startedAt`; every other instant counts from it. */
  readonly startedAt: bigint;
  /** End of observation (`endedAt`): what the watch saw later does not count. */
  readonly endedAt: number;
  readonly namespace: string;
  readonly pods: ReadonlyMap<string, PodTruth>;
  /** Pods the run measures, by UID. */
  readonly measured: ReadonlyMap<string, PodTruth>;
}

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * UTC ns of an RFC 3339 instant that ends in Z, to its last digit.
 *
 * @throws Error when it is not one
 */
export function instantNs(stamp: string): bigint {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(stamp);
  if (match === null) throw new Error(`not a UTC instant: ${stamp}`);
  return BigInt(Date.parse(`${match[1]}Z`)) * 1_000_000n + BigInt((match[2] ?? "").padEnd(9, "0"));
}

/** Lines of a text file; closes it at the end. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const reader = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
  for await (const line of reader) yield line;
}

class Recorder {
  readonly pods = new Map<string, PodTruth>();
  readonly startedAt: bigint;
  readonly endedAt: number;

  constructor(startedAt: bigint, endedAt: number) {
    this.startedAt = startedAt;
    this.endedAt = endedAt;
  }

  private since(stamp: unknown): number | null {
    const value = text(stamp);
    return value === null ? null : Number(instantNs(value) - this.startedAt);
  }

  add(line: string): void {
    // Past 2^53: JSON.parse would round the receipt.
    const receipt = /^\{"recvNs":\s*(\d+)/.exec(line);
    if (receipt === null) return;
    const by = Number(BigInt(receipt[1] ?? "0") - this.startedAt);
    const event = object(JSON.parse(line));
    const pod = object(event["object"]);
    const metadata = object(pod["metadata"]);
    const uid = text(metadata["uid"]);
    if (uid === null) return;
    let truth = this.pods.get(uid);
    if (truth === undefined) {
      truth = {
        uid,
        name: text(metadata["name"]) ?? "",
        namespace: text(metadata["namespace"]) ?? "",
        listed: event["type"] === "LIST",
        created: { by, stamp: this.since(metadata["creationTimestamp"]) },
        scheduled: null,
        running: null,
        ready: null,
        deletion: null,
        deleted: null,
      };
      this.pods.set(uid, truth);
    }
    if (by <= this.endedAt) this.observe(truth, by, text(event["type"]) ?? "", metadata, pod);
  }

  private observe(truth: PodTruth, by: number, type: string, metadata: Json, pod: Json): void {
    const status = object(pod["status"]);
    const conditions = list(status["conditions"]).map(object);
    const since = (condition: string): number | null | undefined => {
      const found = conditions.find((entry) => entry["type"] === condition && entry["status"] === "True");
      return found === undefined ? undefined : this.since(found["lastTransitionTime"]);
    };
    if (text(object(pod["spec"])["nodeName"]) !== null) {
      truth.scheduled ??= { by, stamp: since("PodScheduled") ?? null };
    }
    if (status["phase"] === "Running") {
      const states = list(status["containerStatuses"]).map((entry) =>
        object(object(object(entry)["state"])["running"]),
      );
      const starts = states.map((state) => this.since(state["startedAt"])).filter((start) => start !== null);
      truth.running ??= { by, stamp: starts.length === 0 ? null : Math.max(...starts) };
    }
    const ready = since("Ready");
    if (ready !== undefined) truth.ready ??= { by, stamp: ready };
    if (text(metadata["deletionTimestamp"]) !== null) {
      truth.deletion ??= { by, stamp: this.since(metadata["deletionTimestamp"]) };
    }
    if (type === "DELETED") truth.deleted ??= { by, stamp: null };
  }
}

function isMeasured(pod: PodTruth, phase: Phase, namespace: string): boolean {
  if (pod.namespace !== namespace) return false;
  return phase === "delete" ? pod.listed && pod.deletion !== null : !pod.listed;
}

/**
 * Reads the truth of one capture.
 *
 * Measured are, in the workload's namespace: the pods created while the recorder ran; in a delete phase, the pods that
 * were there before and were deleted.
 *
 * @throws Error when the capture has no `truth/pods-watch.jsonl` or no usable `run.json`
 */
export async function readCaptureTruth(folder: string): Promise<CaptureTruth> {
  const watch = join(folder, "truth", "pods-watch.jsonl");
  if (!existsSync(watch)) throw new Error(`${folder} has no truth/pods-watch.jsonl`);
  const manifest = object(JSON.parse(await readFile(join(folder, "run.json"), "utf8")));
  const startedAt = instantNs(text(manifest["startedAt"]) ?? "");
  const endedAt = Number(instantNs(text(manifest["endedAt"]) ?? "") - startedAt);
  const phase = (text(manifest["phase"]) ?? "create") as Phase;
  const namespace = text(object(manifest["workload"])["namespace"]) ?? "default";
  const recorder = new Recorder(startedAt, endedAt);
  for await (const line of linesOf(watch)) recorder.add(line);
  const measured = [...recorder.pods].filter(([, pod]) => isMeasured(pod, phase, namespace));
  const runId = text(manifest["runId"]) ?? "";
  return { folder, runId, phase, startedAt, endedAt, namespace, pods: recorder.pods, measured: new Map(measured) };
}
