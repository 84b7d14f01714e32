import type { Layout } from "./layout.ts";

const NODE_LOG = /(?:^|\/)nodes\/([^/]+)\/\1_[^/]+$/;
const NODE_FOLDER = /(?:^|\/)nodes\/([^/]+)\//;

/** OpenShift must-gather: `.../nodes/<node>/<node>_logs_kubelet.gz` beside `namespaces/` and `cluster-scoped-resources/`. */
export const MUST_GATHER: Layout = {
  name: "must_gather",
  recognises: (paths) => paths.some((path) => NODE_LOG.test(path)),
  isIgnored: () => false,
  isCopy: () => false,
  hint: (path) => ({ nodeName: NODE_FOLDER.exec(path)?.[1] ?? null }),
};
