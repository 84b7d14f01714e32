import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCaptureTruth } from "./capture_truth.ts";
import { checkAddresses } from "./address_checks.ts";
import { checkCompletion, checkIntervals, checkOutcomes, checkScope, type CheckResult } from "./checks.ts";
import { checkEvidence } from "./evidence_check.ts";
import { takeLogCensus } from "./log_census.ts";
import { checkAttempts, checkCompleteness, checkPhases } from "./log_checks.ts";
import { readProduct } from "./product_tables.ts";

/** The built command line: what is tested is what is shipped. */
export function builtCli(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, "package.json"))) dir = dirname(dir);
  return join(dir, "dist", "src", "cli", "main.js");
}

/** What a finished command left behind. */
export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line; a status other than 0 is a result, not an exception. */
export function runCli(args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv } = {}): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [builtCli(), ...args],
      { maxBuffer: 64 << 20, env: { ...process.env, ...options.env } },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/**
 * Checks what `analyze` wrote for a capture against the capture's own truth.
 *
 * @throws Error when the capture has no truth, or a contract table is missing
 */
export async function checkCapture(folder: string, out: string): Promise<CheckResult[]> {
  const truth = await readCaptureTruth(folder);
  const census = await takeLogCensus(truth);
  const product = await readProduct(out, truth);
  const input = { truth, census, product };
  return [
    checkScope(input),
    checkOutcomes(input),
    ...checkIntervals(input),
    ...checkCompletion(input),
    checkCompleteness(input),
    checkAttempts(input),
    checkPhases(input),
    await checkEvidence(out, truth),
    ...(await checkAddresses(out, truth)),
  ];
}
