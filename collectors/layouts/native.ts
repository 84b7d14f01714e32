import type { Layout } from "./layout.ts";

const NODE_PATH = /^nodes\/([^/]+)\//;
const CLUSTER_OBJECT = /^cluster\/[^/]+\.(?:json|ya?ml|ndjson|jsonl)(?:\.gz|\.zst)?$/;

/** `nodes/<node>/...`, `cluster/*.json`, `controlplane/*.log` and an optional `run.json`. */
export const NATIVE: Layout = {
  name: "native",
  recognises: (paths) => {
    const hasNode = paths.some((path) => NODE_PATH.test(path));
    const hasCluster = paths.some((path) => CLUSTER_OBJECT.test(path));
    return paths.includes("run.json") ? hasNode || hasCluster : hasNode && hasCluster;
  },
  // The independent recorder's files: reading them would make a comparison with them worthless.
  isIgnored: (path) => path.startsWith("truth/"),
  isCopy: () => false,
  hint: (path) => ({ nodeName: NODE_PATH.exec(path)?.[1] ?? null }),
};
