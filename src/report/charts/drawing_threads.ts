import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Drawing } from "./drawing.ts";

/** Gives the SVG of a drawing. */
export type Draw = (drawing: Drawing) => Promise<string>;

/** Each loads Vega for itself, which takes as long as drawing two charts. */
const MAX_THREADS = 4;

/**
 * Calls `use` with what draws, in threads that begin to load Vega at once, and ends them afterwards. So Vega is there when it
 * is needed, and pages are made and tables written while charts are drawn. Run from TypeScript source it draws in this
 * thread, for Node.js cannot load one from there.
 */
export async function withDrawingThreads<T>(use: (draw: Draw) => Promise<T>): Promise<T> {
  if (!import.meta.url.endsWith(".js")) return use((await import("./drawing.ts")).draw);
  const count = Math.min(availableParallelism(), MAX_THREADS);
  const threads = new Piscina({
    filename: fileURLToPath(new URL("./drawing.js", import.meta.url)),
    minThreads: count,
    maxThreads: count,
  });
  try {
    return await use(async (drawing) => (await threads.run(drawing, { name: "draw" })) as string);
  } finally {
    await threads.destroy();
  }
}
