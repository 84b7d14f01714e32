import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import Table from "cli-table3";

import { CNI_NAMES } from "../../fixtures/simulator/calibration/calibration.ts";
import {
  DEFAULT_OPTIONS,
  parseCni,
  parseHazards,
  PHASES,
  type SimulationOptions,
} from "../../fixtures/simulator/options.ts";
import { checkRuns } from "./check_runs.ts";
import { randomHazards } from "./hazard_sets.ts";
import type { Recovery } from "./recover.ts";

const USAGE = `usage: npm run simulate-check -- [--seeds n] [--first seed] [--pods n] [--nodes n] [--timeout s] [--cni name] [--phase a,b] [--hazards a+b=c+...] [--keep folder]

Simulates a run of every CNI for each seed, with random hazards, analyses it, and prints for each run how many of the
planted facts were recovered, are wrong, or are left open because the evidence is gone. Exit status 1 if any is wrong.
  --hazards  one set for all runs, names joined by + (e.g. clock_offset=5+leaks=2)
  --phase    phases that the seeds walk through (default create,delete,recreate)
  --keep     write captures and results there and leave them`;

/** Runs analysed at once. */
const BATCH = 10;

const TEXT = { type: "string" } as const;
const FLAGS = {
  help: { type: "boolean", default: false },
  seeds: { ...TEXT, default: "2" },
  first: { ...TEXT, default: "1" },
  pods: { ...TEXT, default: "120" },
  nodes: { ...TEXT, default: "4" },
  timeout: { ...TEXT, default: "900" },
  phase: { ...TEXT, default: "create,delete,recreate" },
  cni: TEXT,
  hazards: TEXT,
  keep: TEXT,
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>["values"];

interface Planned {
  readonly options: SimulationOptions;
  readonly hazards: readonly string[];
}

function plan(flags: Flags): readonly Planned[] {
  const seeds = Array.from({ length: Number(flags.seeds) }, (_, index) => Number(flags.first) + index);
  const { cni: wanted, hazards: given } = flags;
  const phases = PHASES.filter((phase) => flags.phase.split(",").includes(phase));
  return seeds.flatMap((seed) =>
    (wanted === undefined ? CNI_NAMES : [parseCni(wanted)]).map((cni) => {
      const hazards = given?.split("+").filter((name) => name !== "") ?? randomHazards(`${cni}/${seed}`);
      const phase = phases[(seed + CNI_NAMES.indexOf(cni)) % phases.length] ?? "create";
      const parsed = parseHazards(hazards);
      // A run that begins with all pods Ready needs an address for each of them.
      const isTight = phase !== "create" && (parsed.leaks > 0 || cni === "cilium");
      const scenario = (seed + CNI_NAMES.indexOf(cni)) % 2 === 0 && !isTight ? "limited" : "unlimited";
      const options: SimulationOptions = {
        ...DEFAULT_OPTIONS,
        cni,
        scenario,
        phase,
        seed: `${seed}`,
        runId: `${cni}-${scenario}-${phase}-${seed}`,
        pods: Number(flags.pods),
        nodes: Number(flags.nodes),
        timeout_s: Number(flags.timeout),
        hazards: parsed,
      };
      return { options, hazards };
    }),
  );
}

function sum(results: readonly Recovery[], of: "planted" | "recovered" | "unknown" | "wrong"): number {
  return results.reduce((total, result) => total + result[of], 0);
}

function printWrong(results: readonly Recovery[]): void {
  for (const { check: name, wrong, planted, cases } of results) {
    if (wrong === 0) continue;
    console.error(`  ${name}: ${wrong} wrong of ${planted}`);
    for (const entry of cases) console.error(`    ${entry}`);
  }
}

/** What became of each kind of fact in all runs together. */
function factTable(results: readonly Recovery[]): string {
  const table = new Table({
    head: ["Facts", "Planted", "Recovered", "Wrong", "Left open"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const kind of new Set(results.map(({ check }) => check))) {
    const all = results.filter(({ check }) => check === kind);
    table.push([kind, sum(all, "planted"), sum(all, "recovered"), sum(all, "wrong"), sum(all, "unknown")]);
  }
  return table.toString();
}

async function main(args: readonly string[]): Promise<number> {
  const { values: flags } = parseArgs({ args: [...args], options: FLAGS });
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const { keep } = flags;
  const root = keep ?? (await mkdtemp(join(tmpdir(), "cnitrace-simulate-")));
  const table = new Table({
    head: ["CNI", "Scenario", "Phase", "Seed", "Hazards", "Planted", "Recovered", "Wrong", "Left open"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "left", "left", "right", "left", "right", "right", "right", "right"],
  });
  const runs = plan(flags);
  let perfect = 0;
  const facts: Recovery[] = [];
  for (let at = 0; at < runs.length; at += BATCH) {
    const batch = runs.slice(at, at + BATCH);
    const out = join(root, `batch-${at / BATCH + 1}`);
    const all = await checkRuns(
      batch.map(({ options }) => options),
      out,
    );
    for (const [index, results] of all.entries()) {
      const planned = batch[index];
      if (planned === undefined) continue;
      facts.push(...results);
      const wrong = sum(results, "wrong");
      if (wrong === 0) perfect += 1;
      const { cni, scenario, phase, seed } = planned.options;
      const hazards = planned.hazards.join(" ");
      const counts = [sum(results, "planted"), sum(results, "recovered"), wrong, sum(results, "unknown")];
      table.push([cni, scenario, phase, seed, hazards, ...counts]);
      console.error(`${cni} ${scenario} ${phase} ${seed} [${hazards}] ${wrong === 0 ? "recovered" : `${wrong} WRONG`}`);
      printWrong(results);
    }
  }
  if (keep === undefined) await rm(root, { recursive: true });
  console.log(table.toString());
  console.log(factTable(facts));
  console.log(
    `${perfect} of ${runs.length} runs: every planted fact recovered, or left open where its evidence is gone`,
  );
  return perfect === runs.length ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
