import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CNI_NAMES } from "../../fixtures/simulator/calibration/calibration.ts";
import { DEFAULT_OPTIONS, parseCni, parseHazards, type SimulationOptions } from "../../fixtures/simulator/options.ts";
import { simulateCapture } from "../../fixtures/simulator/simulate.ts";
import { runCli } from "../truth/check_capture.ts";
import { compareFacts, readFacts, readFound } from "./recover.ts";

const USAGE = `usage: npm run simulate-check -- [--seeds n] [--first seed] [--pods n] [--nodes n] [--cni name] [--hazards a,b=c,...] [--keep folder]

Simulates runs of every CNI with random hazards, analyses each, and prints which planted facts were recovered.
  --hazards  one set for all runs, names joined by + (e.g. clock_offset=5+leaks=2); else a set of its own for each seed`;

/** Hazard sets that the seeds walk through; lossy ones are among them. */
const HAZARD_SETS: readonly (readonly string[])[] = [
  [],
  ["clock_offset=5"],
  ["leaks=3"],
  ["stall=15:20"],
  ["lock_contention=3"],
  ["agent_restart=2"],
  ["dropped_events=0.5"],
  ["rotated_files"],
  ["torn_lines=0.01"],
  ["missing_audit"],
  ["clock_offset=30", "leaks=2", "dropped_events=0.3"],
  ["lost_lines=0.005"],
];

function flag(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
}

async function check(options: SimulationOptions, root: string): Promise<{ text: string; failed: number }> {
  const capture = join(root, options.runId);
  const out = join(root, `${options.runId}-out`);
  simulateCapture(options, capture);
  const finished = await runCli(["analyze", capture, "-o", out, "--quiet"]);
  if (finished.status !== 0) return { text: `  FAIL  analyze: exit ${finished.status}\n${finished.stderr}`, failed: 1 };
  const facts = await readFacts(capture);
  const results = compareFacts(facts, await readFound(out, facts));
  const wrong = results.filter(({ passed }) => !passed);
  const lines = wrong.map(({ check: name, figures, cases }) =>
    [`  FAIL  ${name.padEnd(28)} ${figures}`, ...cases.map((entry) => `          ${entry}`)].join("\n"),
  );
  return {
    text: [`  ${results.length - wrong.length} of ${results.length} kinds of facts recovered`, ...lines].join("\n"),
    failed: wrong.length,
  };
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const seeds = Number(flag(args, "seeds") ?? 2);
  const first = Number(flag(args, "first") ?? 1);
  const wanted = flag(args, "cni");
  const cnis = wanted === undefined ? CNI_NAMES : [parseCni(wanted)];
  const keep = flag(args, "keep");
  const root = keep ?? (await mkdtemp(join(tmpdir(), "cnitrace-simulate-")));
  let runs = 0;
  let perfect = 0;
  for (let seed = first; seed < first + seeds; seed += 1) {
    for (const [index, cni] of cnis.entries()) {
      const given = flag(args, "hazards");
      const hazards =
        given === undefined
          ? (HAZARD_SETS[(seed * cnis.length + index) % HAZARD_SETS.length] ?? [])
          : given.split("+").filter((name) => name !== "");
      const scenario = (seed + index) % 2 === 0 && cni !== "cilium" ? "limited" : "unlimited";
      const options: SimulationOptions = {
        ...DEFAULT_OPTIONS,
        cni,
        scenario,
        seed: `${seed}`,
        runId: `${cni}-${scenario}-${seed}`,
        pods: Number(flag(args, "pods") ?? 120),
        nodes: Number(flag(args, "nodes") ?? 4),
        timeout_s: Number(flag(args, "timeout") ?? 900),
        hazards: parseHazards(hazards),
      };
      const { text, failed } = await check(options, root);
      runs += 1;
      if (failed === 0) perfect += 1;
      console.log(`${cni} ${scenario} seed ${seed} [${hazards.join(" ")}]\n${text}`);
    }
  }
  if (keep === undefined) await rm(root, { recursive: true });
  console.log(`\n${perfect} of ${runs} runs with every planted fact recovered`);
  return perfect === runs ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
