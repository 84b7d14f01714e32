import type { Layout } from "./layout.ts";

const NODE_FOLDER = /(?:^|\/)nodes?\/([^/]+)\//;

/** Any other folder: nodes come from folder and file names and from the content. */
export const FLAT: Layout = {
  name: "flat",
  recognises: () => true,
  isIgnored: () => false,
  isCopy: () => false,
  hint: (path) => ({ nodeName: NODE_FOLDER.exec(path)?.[1] ?? null }),
};
