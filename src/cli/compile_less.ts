import { setFlagsFromString } from "node:v8";

/*
 * A command lives for seconds: for code that runs so shortly, to optimise it costs V8 as much processor time as to run it,
 * time that the other threads of a small machine could use.
 */

/**
 * From here on V8 inlines a third of what it usually does. Readers of API objects call each other in several layers, and it
 * compiles the deepest again for each way that leads there: a tenth of the processor time of a capture of 200 MB.
 */
export function inlineLess(): void {
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=300");
}

/** From here on V8 leaves the code of this process as it is. Most of Vega and Handlebars runs a few times for a report. */
export function spareOptimising(): void {
  setFlagsFromString("--no-opt");
}
