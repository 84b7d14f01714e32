import { setFlagsFromString } from "node:v8";

/**
 * From here on V8 leaves the code of this process as it is. Most of Vega runs a few times for a report; to optimise it
 * takes as much processor time as to run it, also with many runs on the pages. Parsers of logs gain by it, so this comes
 * after them.
 */
export function spareOptimising(): void {
  setFlagsFromString("--no-opt");
}
