import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const STARTED_AT = "2026-11-23T10:00:00Z";

/** Writes files below a folder, making the folders between. */
export function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A kubelet line at a second of the run. */
export function kubeletLine(second: number, text: string): string {
  return `I1123 10:00:${String(second).padStart(2, "0")}.000000      75 kubelet.go:2219] ${text}`;
}

/** `count` kubelet lines, each of one pod of its own; about 100 bytes a line. */
export function kubeletLog(count: number, prefix = "p"): string {
  const lines = Array.from({ length: count }, (_, index) =>
    kubeletLine(index % 60, `"SyncLoop ADD" source="api" pods="[default/${prefix}-${index}]"`),
  );
  return `${lines.join("\n")}\n`;
}

/** A Pod object; Ready at a second of the run, or without any status. */
export function podObject(name: string, readySecond: number | null): Record<string, unknown> {
  const uid = `00000000-0000-4000-8000-${name
    .padStart(12, "0")
    .slice(-12)
    .replace(/[^0-9a-f]/g, "0")}`;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid, creationTimestamp: "2026-11-23T10:00:01Z" },
    spec: { nodeName: "n1", containers: [{ name: "app", image: "app:1" }] },
  };
  if (readySecond === null) return pod;
  const lastTransitionTime = `2026-11-23T10:00:${String(readySecond).padStart(2, "0")}Z`;
  return { ...pod, status: { phase: "Running", conditions: [{ type: "Ready", status: "True", lastTransitionTime }] } };
}

/** A List as kubectl prints it. */
export function podList(pods: readonly unknown[]): string {
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items: pods }, null, 4)}\n`;
}

/** Two pods, both Ready, on one node: a capture in which nothing is wrong. */
export function goodCapture(runId = "good"): Record<string, string> {
  return {
    "run.json": JSON.stringify({ runId, phase: "create", startedAt: STARTED_AT, endedAt: "2026-11-23T10:01:00Z" }),
    "nodes/n1/kubelet.log": kubeletLog(2, "pod"),
    "cluster/pods.json": podList([podObject("pod-0", 5), podObject("pod-1", 7)]),
  };
}
