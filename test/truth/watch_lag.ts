import { existsSync } from "node:fs";
import { join } from "node:path";
import { instantNs, linesOf, type CaptureTruth, type PodTruth, type Sighting } from "./capture_truth.ts";

/** Writes that the audit log names a pod for: binding, the kubelet's status patch, and deletion. */
export type WriteKind = "binding" | "status" | "delete";

/** Receipt by the watch minus the audit log's stageTimestamp of the same write, ns, ascending. */
export type WatchLags = Readonly<Record<WriteKind, readonly number[]>>;

interface Write {
  readonly received: number;
  readonly staged: number;
}

function kindOf(line: string): WriteKind | null {
  if (!line.includes('"resource":"pods"') || !/"code":20\d/.test(line)) return null;
  if (line.includes('"subresource":"binding"')) return "binding";
  if (line.includes('"verb":"delete"')) return "delete";
  const isStatus = line.includes('"verb":"patch"') && line.includes('"subresource":"status"');
  return isStatus && line.includes('"userAgent":"kubelet/') ? "status" : null;
}

async function auditWrites(truth: CaptureTruth): Promise<Map<string, Write[]>> {
  const writes = new Map<string, Write[]>();
  const path = join(truth.folder, "cluster", "audit.log");
  if (!existsSync(path)) return writes;
  const since = (line: string, field: string): number =>
    Number(instantNs(new RegExp(`"${field}":"([^"]*)"`).exec(line)?.[1] ?? "") - truth.startedAt);
  for await (const line of linesOf(path)) {
    const kind = kindOf(line);
    const object = /"objectRef":\{[^}]*"namespace":"([^"]*)","name":"([^"]*)"/.exec(line);
    if (kind === null || object === null) continue;
    const key = `${kind} ${object[1]}/${object[2]}`;
    const write = { received: since(line, "requestReceivedTimestamp"), staged: since(line, "stageTimestamp") };
    writes.set(key, [...(writes.get(key) ?? []), write]);
  }
  return writes;
}

const SEEN: readonly (readonly [WriteKind, (pod: PodTruth) => Sighting | null])[] = [
  ["binding", (pod) => (pod.listed ? null : pod.scheduled)],
  ["status", (pod) => (pod.listed ? null : pod.ready)],
  ["delete", (pod) => pod.deleted],
];

/**
 * How late the watch was, by the API server's own record of the writes.
 *
 * A receipt can also come before the stageTimestamp: the object is stored before the response is finished.
 */
export async function measureWatchLags(truth: CaptureTruth): Promise<WatchLags> {
  const writes = await auditWrites(truth);
  const lags: Record<WriteKind, number[]> = { binding: [], status: [], delete: [] };
  for (const [kind, sighting] of SEEN) {
    for (const pod of truth.measured.values()) {
      const by = sighting(pod)?.by;
      if (by === undefined) continue;
      const before = (writes.get(`${kind} ${pod.namespace}/${pod.name}`) ?? []).filter(
        ({ received }) => received <= by,
      );
      if (before.length > 0) lags[kind].push(by - Math.max(...before.map(({ staged }) => staged)));
    }
    lags[kind].sort((a, b) => a - b);
  }
  return lags;
}
