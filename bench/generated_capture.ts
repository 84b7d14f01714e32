import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";

/** A capture of one node made for measuring, and its log files. */
export interface GeneratedCapture {
  readonly folder: string;
  readonly kubeletLog: string;
  readonly containerdLog: string;
  readonly bytes: number;
}

/**
 * Writes a capture of one node whose kubelet and containerd logs are the lines of real ones, again and again up to a size.
 *
 * The two files have the share of the size that they have in the captures they come from.
 *
 * @param sources captures to take the logs of; each whole file is used in the order of the paths
 * @throws Error when there is no kubelet or containerd log in them
 */
export function generateCapture(sources: readonly string[], folder: string, bytes: number): GeneratedCapture {
  const node = join(folder, "nodes", "worker1");
  mkdirSync(node, { recursive: true });
  writeFileSync(
    join(folder, "run.json"),
    JSON.stringify({ runId: basename(folder), timezone: "UTC", startedAt: "2026-11-23T00:00:00Z" }),
  );
  const found = (name: string): readonly string[] => sources.flatMap((source) => filesNamed(source, name)).sort();
  const kubelet = found("kubelet.log");
  const containerd = found("containerd.log");
  const sizes = [kubelet, containerd].map((paths) => paths.reduce((total, path) => total + statSync(path).size, 0));
  const [kubeletSize = 0, containerdSize = 0] = sizes;
  if (kubeletSize === 0 || containerdSize === 0)
    throw new Error(`no kubelet and containerd log in ${sources.join(", ")}`);
  const kubeletBytes = Math.round((bytes * kubeletSize) / (kubeletSize + containerdSize));
  const kubeletLog = join(node, "kubelet.log");
  const containerdLog = join(node, "containerd.log");
  const written = repeat(kubelet, kubeletLog, kubeletBytes) + repeat(containerd, containerdLog, bytes - kubeletBytes);
  return { folder, kubeletLog, containerdLog, bytes: written };
}

function filesNamed(folder: string, name: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === name)
    .map((path) => join(folder, path));
}

/** Writes the files one after the other until the size is reached, the last one up to a line's end. */
function repeat(paths: readonly string[], target: string, bytes: number): number {
  const file = openSync(target, "w");
  let written = 0;
  try {
    while (written < bytes) {
      for (const path of paths) {
        if (written >= bytes) break;
        const content = readFileSync(path);
        const left = bytes - written;
        const end = content.length <= left ? content.length : content.indexOf(10, left) + 1 || content.length;
        written += writeSync(file, content, 0, end);
      }
    }
  } finally {
    closeSync(file);
  }
  return written;
}
