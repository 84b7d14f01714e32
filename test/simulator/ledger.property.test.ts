import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CNI_NAMES } from "../../fixtures/simulator/calibration/calibration.ts";
import { DEFAULT_OPTIONS, parseHazards, type SimulationOptions } from "../../fixtures/simulator/options.ts";
import { checkRuns } from "./check_runs.ts";

/** What the ledger says: who holds what, which records leaked, and who holds two. */
const LEDGER = ["leases", "leaks", "address conflicts", "addresses"];

interface Plan {
  readonly hazards: readonly string[];
  readonly scenario: SimulationOptions["scenario"];
  readonly pods: number;
  readonly seed: number;
}

const none: readonly string[] = [];

/** Leaks, kills of requests and retries; contention makes the attempts that fail and are retried. */
const history = [
  fc.integer({ min: 0, max: 3 }).map((count) => `leaks=${count}`),
  fc.constantFrom("lock_contention=1", "lock_contention=3"),
  fc.constantFrom("agent_restart=0", "agent_restart=2"),
  fc.constantFrom("clock_offset=0", "clock_offset=40"),
];
/** Ways to cut the evidence, each of them or none. */
const cuts = [
  fc.constantFrom("lost_lines=0", "lost_lines=0.05"),
  fc.constantFrom("torn_lines=0", "torn_lines=0.05"),
  fc.constantFrom(none, ["missing_audit"]),
  fc.constantFrom(none, ["missing_objects=events"], ["missing_objects=pods"]),
];

function plans(...hazards: readonly fc.Arbitrary<string | readonly string[]>[]): fc.Arbitrary<readonly Plan[]> {
  const plan = fc.record({
    hazards: fc.tuple(...hazards).map((names) => names.flat()),
    scenario: fc.constantFrom("limited" as const, "unlimited" as const),
    pods: fc.integer({ min: 20, max: 40 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });
  return fc.array(plan, { minLength: CNI_NAMES.length, maxLength: CNI_NAMES.length });
}

/** One run of each CNI, analysed together. @returns what the ledger says wrongly */
async function wrongOf(planned: readonly Plan[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnitrace-ledger-"));
  try {
    const runs = planned.map(({ hazards, scenario, pods, seed }, index): SimulationOptions => {
      const cni = CNI_NAMES[index] ?? "calico";
      const hazardsOf = parseHazards(hazards);
      return {
        ...DEFAULT_OPTIONS,
        cni,
        scenario,
        pods,
        seed: `${seed}`,
        nodes: 2,
        runId: cni,
        timeout_s: 250,
        hazards: hazardsOf,
      };
    });
    const results = await checkRuns(runs, folder);
    return results.flatMap((recoveries, index) =>
      recoveries
        .filter(({ check, wrong }) => wrong > 0 && LEDGER.includes(check))
        .map(({ check, cases }) => `${CNI_NAMES[index]} ${check}: ${cases.join("; ")}`),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same two histories each time; `CNITRACE_RUNS=50 npx vitest run test/simulator/ledger.property.test.ts` for new ones. */
const RUNS = process.env["CNITRACE_RUNS"];
const PARAMETERS = { numRuns: Number(RUNS ?? 2), endOnFailure: true, ...(RUNS === undefined ? { seed: 1 } : {}) };

describe("random histories of allocations, failed attempts, retries and releases in simulated captures", () => {
  test("the ledger is the store's, and the leaks are exactly those planted", async () => {
    await fc.assert(
      fc.asyncProperty(plans(...history), async (planned) => {
        expect(await wrongOf(planned)).toEqual([]);
      }),
      PARAMETERS,
    );
  }, 3_600_000);

  test("where evidence is cut nothing is claimed that is not so", async () => {
    await fc.assert(
      fc.asyncProperty(plans(...history, ...cuts), async (planned) => {
        expect(await wrongOf(planned)).toEqual([]);
      }),
      PARAMETERS,
    );
  }, 3_600_000);
});
