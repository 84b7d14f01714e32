import type { Layout } from "./layout.ts";

const NODE_FILE = /^([^/]+)\/(?:kubernetes-version\.txt|inspect\.json|serial\.log|images\.log)$/;

/**
 * `kind export logs`: `kind-version.txt` and one folder a node.
 *
 * Each node has `containers/` and `pods/` with the same bytes. `pods/` is read: its paths name namespace, pod and UID.
 */
export const KIND_EXPORT: Layout = {
  name: "kind_export",
  recognises: (paths) => paths.includes("kind-version.txt") && paths.some((path) => NODE_FILE.test(path)),
  isIgnored: () => false,
  isCopy: (path) => /^[^/]+\/containers\//.test(path),
  hint: (path) => {
    const slash = path.indexOf("/");
    return { nodeName: slash === -1 ? null : path.slice(0, slash) };
  },
};
