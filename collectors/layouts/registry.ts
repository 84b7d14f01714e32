import { FLAT } from "./flat.ts";
import { KIND_EXPORT } from "./kind_export.ts";
import type { Layout } from "./layout.ts";
import { MUST_GATHER } from "./must_gather.ts";
import { NATIVE } from "./native.ts";

/** Known layouts, the most telling first; FLAT takes whatever is left. */
export const LAYOUTS: readonly Layout[] = [NATIVE, KIND_EXPORT, MUST_GATHER, FLAT];

/** The layout of a capture with these paths. */
export function recogniseLayout(paths: readonly string[]): Layout {
  return LAYOUTS.find((layout) => layout.recognises(paths)) ?? FLAT;
}
