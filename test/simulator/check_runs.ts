import { join } from "node:path";

import { collectCaptures } from "../../collectors/collect.ts";
import type { SimulationOptions } from "../../fixtures/simulator/options.ts";
import { simulateCapture } from "../../fixtures/simulator/simulate.ts";
import { analyzeTables } from "../../src/analysis/analyze.ts";
import { readFacts, readFound } from "./found.ts";
import { compareFacts, type Recovery } from "./recover.ts";

/**
 * Simulates runs below `folder`, analyses them together (building the models costs more than one small run), and
 * compares each with what was planted.
 *
 * @param runs with run ids that differ
 * @returns for each run, in order
 */
export async function checkRuns(
  runs: readonly SimulationOptions[],
  folder: string,
): Promise<readonly (readonly Recovery[])[]> {
  const captures = runs.map((options) => {
    const capture = join(folder, "captures", options.runId);
    simulateCapture(options, capture);
    return capture;
  });
  const outDir = join(folder, "result");
  await collectCaptures(captures, { outDir, workers: 0 });
  await analyzeTables(outDir);
  const results: (readonly Recovery[])[] = [];
  for (const capture of captures) {
    const facts = await readFacts(capture);
    results.push(compareFacts(facts, await readFound(outDir, facts)));
  }
  return results;
}
