import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import Table from "cli-table3";

import { publishedRuns } from "../fixtures/simulator/presets.ts";
import { simulateCapture } from "../fixtures/simulator/simulate.ts";
import { packageRoot } from "../src/package_root.ts";
import { generateCapture } from "./generated_capture.ts";
import { best, measure, type Measured } from "./measure.ts";
import type { Task } from "./tasks.ts";

/*
 * Measures against the goals, as ratios in one run on one generated file:
 *
 *     npm run bench -- [capture] [--mb 300] [--rounds 2]
 *
 * The lines are those of the capture's kubelet and containerd logs (default: of all fixture captures). `analyze` is
 * measured on the capture itself when it is one of 1000 pods, else on the heaviest of the published runs, simulated.
 * Always ends with 0: it informs, it does not judge.
 */

const MEGABYTE = 1e6;
const GOALS = { ratio: 2, mbPerCpuS: 100, peakRssMb: 700, flatRatio: 1.25, analyzeS: 5 } as const;

interface Line {
  readonly what: string;
  readonly value: string;
  readonly goal: string;
  readonly isMet: boolean | null;
}

async function main(): Promise<void> {
  const { capture, megabytes, rounds } = parseArguments(process.argv.slice(2));
  const scratch = mkdtempSync(join(tmpdir(), "cnitrace-bench-"));
  try {
    process.stdout.write(
      `${availableParallelism()} cores, ${megabytes} MB of lines from ${capture ?? "the fixture captures"}\n`,
    );
    // First, for the system is still busy with the gigabytes of the imports when these have ended.
    const analysis = await orFailed("analyze", () => [measureAnalyze(scratch, capture, rounds)]);
    const imports = await orFailed("text to Parquet", () => measureImport(scratch, capture, megabytes, rounds));
    const lines = [...imports, ...analysis];
    process.stdout.write(`${toTable(lines)}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A part that fails is a line of the table, not the end of the others. */
async function orFailed(
  what: string,
  work: () => readonly Line[] | Promise<readonly Line[]>,
): Promise<readonly Line[]> {
  try {
    return await work();
  } catch (error) {
    return [line(what, `failed: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`)];
  }
}

function parseArguments(args: readonly string[]): { capture: string | null; megabytes: number; rounds: number } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { mb: { type: "string", default: "300" }, rounds: { type: "string", default: "2" } },
  });
  return { capture: positionals[0] ?? null, megabytes: Number(values.mb), rounds: Number(values.rounds) };
}

async function measureImport(
  scratch: string,
  capture: string | null,
  megabytes: number,
  rounds: number,
): Promise<readonly Line[]> {
  const sources = capture === null ? fixtureCaptures() : [capture];
  const large = generateCapture(sources, join(scratch, "large"), megabytes * MEGABYTE);
  const collect = (folder: string, workers: number) => (): Task => ({
    kind: "collect",
    capture: folder,
    out: fresh(scratch),
    workers,
  });
  const duckdb = (): Task => ({
    kind: "duckdb",
    kubeletLog: large.kubeletLog,
    containerdLog: large.containerdLog,
    out: fresh(scratch),
    threads: 2,
  });

  const runs: Record<"duckdb" | "one" | "two", Measured[]> = { duckdb: [], one: [], two: [] };
  for (let round = 0; round < rounds; round++) {
    runs.duckdb.push(await measure(duckdb()));
    runs.two.push(await measure(collect(large.folder, 2)()));
    runs.one.push(await measure(collect(large.folder, 1)()));
  }
  const [once, tenfold] = await measureMemory(scratch, sources, (megabytes * MEGABYTE) / 3, collect);
  const [peer, two, one] = [best(runs.duckdb), best(runs.two), best(runs.one)];
  const rate = (seconds: number): string => `${(large.bytes / MEGABYTE / seconds).toFixed(0)} MB/s`;
  const ratio = peer.wallS / two.wallS;
  const perCpu = large.bytes / MEGABYTE / one.cpuS;
  const growth = tenfold.peakRssMb / once.peakRssMb;
  return [
    line("DuckDB, regular expressions, 2 threads", `${peer.wallS.toFixed(2)} s, ${rate(peer.wallS)}`),
    line("text to Parquet, 1 worker", `${one.wallS.toFixed(2)} s, ${rate(one.wallS)}`),
    line("text to Parquet, 2 workers", `${two.wallS.toFixed(2)} s, ${rate(two.wallS)}`),
    line("2 workers against DuckDB", `${ratio.toFixed(2)}x`, `>= ${GOALS.ratio}x`, ratio >= GOALS.ratio),
    line(
      "text per core (processor time)",
      `${perCpu.toFixed(0)} MB/s`,
      `>= ${GOALS.mbPerCpuS} MB/s`,
      perCpu >= GOALS.mbPerCpuS,
    ),
    line(`peak memory, ${(megabytes / 3).toFixed(0)} MB of lines`, `${once.peakRssMb.toFixed(0)} MB`),
    line(
      `peak memory, ${((megabytes / 3) * 10).toFixed(0)} MB of lines`,
      `${tenfold.peakRssMb.toFixed(0)} MB`,
      `< ${GOALS.peakRssMb} MB`,
      tenfold.peakRssMb < GOALS.peakRssMb,
    ),
    line("10x against 1x", `${growth.toFixed(2)}x`, `flat (<= ${GOALS.flatRatio}x)`, growth <= GOALS.flatRatio),
  ];
}

/** Collects so many bytes of lines and ten times as many: enough for both threads to have grown to their size. */
async function measureMemory(
  scratch: string,
  sources: readonly string[],
  bytes: number,
  collect: (folder: string, workers: number) => () => Task,
): Promise<readonly [Measured, Measured]> {
  const once = generateCapture(sources, join(scratch, "once"), bytes);
  const tenfold = generateCapture(sources, join(scratch, "tenfold"), bytes * 10);
  return [await measure(collect(once.folder, 2)()), await measure(collect(tenfold.folder, 2)())];
}

/** `analyze` as a user runs it, start of the program included; the best of the rounds, as all else, and the slowest. */
function measureAnalyze(scratch: string, capture: string | null, rounds: number): Line {
  const own = capture !== null && hasThousandPods(capture) ? capture : null;
  const what = `analyze of a ${own === null ? "simulated " : ""}1000-pod run`;
  const goal = `< ${GOALS.analyzeS} s`;
  const run = own ?? simulatedRun(join(scratch, "simulated"));
  const seconds = Array.from({ length: rounds }, () => analyzeSeconds(run, fresh(scratch))).sort((a, b) => a - b);
  const [fastest = NaN] = seconds;
  const slowest = seconds.at(-1) ?? NaN;
  return line(what, `${fastest.toFixed(2)} s (slowest ${slowest.toFixed(2)} s)`, goal, fastest < GOALS.analyzeS);
}

function analyzeSeconds(capture: string, out: string): number {
  const program = join(packageRoot(), "dist", "src", "cli", "main.js");
  const startedAt = performance.now();
  execFileSync(process.execPath, [program, "analyze", capture, "-o", out, "--quiet"]);
  return (performance.now() - startedAt) / 1000;
}

/** Of the published runs the one with the most failed attempts and the most text. */
function simulatedRun(folder: string): string {
  const run = publishedRuns("1").find(({ runId }) => runId === "whereabouts-unlimited");
  if (run === undefined) throw new Error("no published run of Whereabouts with plenty of addresses");
  simulateCapture(run, folder);
  return folder;
}

function hasThousandPods(capture: string): boolean {
  const path = join(capture, "cluster", "pods.json");
  return existsSync(path) && readFileSync(path, "utf8").split('"creationTimestamp"').length > 1000;
}

function fixtureCaptures(): readonly string[] {
  const folder = join(packageRoot(), "fixtures", "captures");
  return readdirSync(folder).map((name) => join(folder, name));
}

let made = 0;
function fresh(scratch: string): string {
  made += 1;
  return join(scratch, `out${made}`);
}

function line(what: string, value: string, goal = "", isMet: boolean | null = null): Line {
  return { what, value, goal, isMet };
}

function toTable(lines: readonly Line[]): string {
  const table = new Table({ head: ["", "measured", "goal", ""], style: { head: [], border: [], compact: true } });
  for (const { what, value, goal, isMet } of lines)
    table.push([what, value, goal, isMet === null ? "" : isMet ? "met" : "not met"]);
  return table.toString();
}

await main();
