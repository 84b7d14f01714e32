import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";

import {
  DEFAULT_OPTIONS,
  parseCni,
  parseHazards,
  type Phase,
  PHASES,
  type Scenario,
  type SimulationOptions,
} from "../../../fixtures/simulator/options.ts";
import { CliError } from "../../errors.ts";
import type { Terminal } from "../terminal.ts";

interface SimulateArgs {
  cni: string | undefined;
  pods: number;
  nodes: number;
  replicas: number;
  scenario: Scenario;
  phase: Phase;
  seed: string;
  makespan: number | undefined;
  timeout: number;
  hazard: string[];
  preset: "published" | undefined;
  out: string;
}

function countFlag(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new CliError("ERR_USAGE", `--${name} ${value}`, { hint: "A whole number above 0." });
}

function secondsFlag(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new CliError("ERR_USAGE", `--${name} ${value}`, { hint: "Seconds, above 0." });
}

function optionsOf(args: SimulateArgs): SimulationOptions {
  if (args.cni === undefined) {
    throw new CliError("ERR_USAGE", "missing --cni", { hint: "Name a CNI, or take a --preset." });
  }
  const cni = parseCni(args.cni);
  return {
    ...DEFAULT_OPTIONS,
    cni,
    scenario: args.scenario,
    phase: args.phase,
    seed: args.seed,
    runId: [cni, args.scenario, ...(args.phase === "create" ? [] : [args.phase]), args.pods, args.seed].join("-"),
    pods: countFlag("pods", args.pods),
    nodes: countFlag("nodes", args.nodes),
    replicas: countFlag("replicas", args.replicas),
    makespan_s: args.makespan === undefined ? null : secondsFlag("makespan", args.makespan),
    timeout_s: secondsFlag("timeout", args.timeout),
    hazards: parseHazards(args.hazard),
  };
}

/** `cnitrace simulate --cni <name> -o <capture>`: a capture with a planted timeline, in the true formats. */
export function simulateCommand(terminal: Terminal): CommandModule<object, SimulateArgs> {
  return {
    command: "simulate",
    describe: "Write a simulated capture whose every fact is known (truth/)",
    builder: (args: Argv) =>
      args
        .option("cni", { type: "string", describe: "whereabouts, spiderpool, kube-ovn, cilium or calico" })
        .option("pods", { type: "number", default: DEFAULT_OPTIONS.pods, describe: "Pods" })
        .option("nodes", { type: "number", default: DEFAULT_OPTIONS.nodes, describe: "Nodes" })
        .option("replicas", { type: "number", default: DEFAULT_OPTIONS.replicas, describe: "Pods of a Deployment" })
        .option("scenario", { choices: ["limited", "unlimited"] as const, default: DEFAULT_OPTIONS.scenario })
        .option("phase", {
          choices: PHASES,
          default: DEFAULT_OPTIONS.phase,
          describe: "What the run does; all but create begin with the workload there",
        })
        .option("seed", { type: "string", default: DEFAULT_OPTIONS.seed, describe: "Same seed, same bytes" })
        .option("makespan", { type: "number", describe: "Time until the last pod is Ready, s" })
        .option("timeout", { type: "number", default: DEFAULT_OPTIONS.timeout_s, describe: "Longest observation, s" })
        .option("hazard", {
          type: "string",
          array: true,
          default: [],
          describe: "name[=value], repeatable: clock_offset, lost_lines, torn_lines, rotated_files, leaks, stall, ...",
        })
        .option("preset", {
          choices: ["published"] as const,
          describe: "All runs of the published comparison, a folder each",
        })
        .option("out", {
          alias: "o",
          type: "string",
          demandOption: true,
          describe: "Folder to write to; must not exist",
        }),
    handler: async (args) => {
      const { publishedRuns } = await import("../../../fixtures/simulator/presets.ts");
      const { simulateCapture } = await import("../../../fixtures/simulator/simulate.ts");
      const runs = args.preset === undefined ? [optionsOf(args)] : publishedRuns(args.seed);
      const targets = runs.map((run) => ({
        run,
        path: args.preset === undefined ? args.out : join(args.out, run.runId),
      }));
      for (const { path } of targets) {
        if (existsSync(path)) {
          throw new CliError("ERR_OUTPUT_FOREIGN", `${path} exists`, { hint: "Name a folder that does not." });
        }
      }
      for (const { run, path } of targets) {
        const { facts } = simulateCapture(run, path);
        const done = run.phase === "delete" ? "deleted" : "Ready";
        const end =
          facts.makespanNs === null
            ? `${facts.doneCount} of ${facts.podCount} pods ${done} after ${(facts.endedNs / 1e9).toFixed(0)} s`
            : `${facts.podCount} pods ${done} after ${(facts.makespanNs / 1e9).toFixed(3)} s`;
        terminal.result(`${path}: ${end}, ${facts.failedAttemptCount} of ${facts.attemptCount} attempts failed\n`);
      }
    },
  };
}
