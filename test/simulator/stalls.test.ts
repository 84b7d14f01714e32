import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { collectCaptures } from "../../collectors/collect.ts";
import type { Facts } from "../../fixtures/simulator/facts.ts";
import { DEFAULT_OPTIONS, parseHazards, type SimulationOptions } from "../../fixtures/simulator/options.ts";
import { simulateCapture } from "../../fixtures/simulator/simulate.ts";
import { buildTables } from "../../src/analysis/build_tables.ts";
import { type JsonRow, withDatabase } from "../../src/store/database.ts";

interface Found {
  readonly facts: Facts;
  readonly stalls: readonly JsonRow[];
}

/** The stalls of pods that the product finds in a simulated run, beside what was planted. */
async function stallsOf(change: Partial<SimulationOptions>): Promise<Found> {
  const root = mkdtempSync(join(tmpdir(), "cnitrace-stalls-"));
  try {
    const capture = join(root, "run");
    simulateCapture({ ...DEFAULT_OPTIONS, cni: "whereabouts", runId: "run", pods: 80, nodes: 4, ...change }, capture);
    const facts = JSON.parse(readFileSync(join(capture, "truth", "facts.json"), "utf8")) as Facts;
    const out = join(root, "out");
    await collectCaptures([capture], { outDir: out, workers: 0 });
    return await withDatabase({}, async (db) => {
      await buildTables(db, out);
      const columns = "started_s, ended_s, incident_class, window_s";
      const stalls = await db.rows(
        `select ${columns} from report.stalls cross join (
           select min(window_s) as window_s from report.progress_segments where measure = 'pods'
         ) where measure = 'pods' order by ordinal`,
      );
      return { facts, stalls };
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("a planted stall of the store is found from the last pod before it to the first after it, and said to be one", async () => {
  const { facts, stalls } = await stallsOf({ hazards: parseHazards(["stall=12:25"]) });
  const ready = facts.pods.flatMap(({ readyNs }) => (readyNs === null ? [] : [readyNs / 1e9])).sort((a, b) => a - b);
  const before = ready.filter((at) => at <= 13).at(-1) ?? 0;
  const after = ready.find((at) => at >= 37) ?? 0;
  expect(stalls).toHaveLength(1);
  const [stall] = stalls;
  const window = Number(stall?.["window_s"]);
  expect(Math.abs(Number(stall?.["started_s"]) - before)).toBeLessThan(window);
  expect(Math.abs(Number(stall?.["ended_s"]) - after)).toBeLessThan(window);
  expect(stall?.["incident_class"]).toMatch(/^(?:etcd|apiserver)_stalled$/);
});

test.each<readonly [title: string, change: Partial<SimulationOptions>]>([
  ["a fast run", { cni: "calico" }],
  ["a run that is slow all the time", { cni: "kube-ovn", hazards: parseHazards(["lock_contention=8"]) }],
])("%s has no stall", async (_title, change) => {
  expect((await stallsOf(change)).stalls).toEqual([]);
});
