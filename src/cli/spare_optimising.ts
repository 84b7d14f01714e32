import { setFlagsFromString } from "node:v8";

/**
 * From here on V8 leaves the code of this process as it is. Most of Vega and Handlebars runs a few times for a report: to
 * optimise it costs as much processor time as to run it, time that the other threads of a small machine could use.
 */
export function spareOptimising(): void {
  setFlagsFromString("--no-opt");
}
