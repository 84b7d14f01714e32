import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkCapture, runCli } from "./check_capture.ts";
import type { CheckResult } from "./checks.ts";

const USAGE = `usage: npm run truth -- <folder of captures> [run...] [--out <folder>]

Analyses each capture with the built command line and checks the result against the capture's truth/.
  --out <folder>  keep the output of each run there, and check what is there already without analysing again`;

function print(run: string, results: readonly CheckResult[]): void {
  console.log(`\n${run}`);
  for (const { check, passed, figures, cases } of results) {
    console.log(`  ${passed ? "pass" : "FAIL"}  ${check.padEnd(20)} ${figures}`);
    for (const entry of cases) console.log(`          ${entry}`);
  }
}

async function analyzeAndCheck(folder: string, out: string): Promise<CheckResult[]> {
  if (!existsSync(join(out, "result.json"))) {
    const finished = await runCli(["analyze", folder, "-o", out, "--quiet"]);
    if (finished.status !== 0) {
      return [{ check: "analyze", passed: false, figures: `exit ${finished.status}`, cases: [finished.stderr.trim()] }];
    }
  }
  return checkCapture(folder, out);
}

async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--out");
  const kept = at < 0 ? undefined : args[at + 1];
  const [captures, ...wanted] = args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  if (captures === undefined || (at >= 0 && kept === undefined)) {
    console.error(USAGE);
    return 2;
  }
  const runs = wanted.length > 0 ? wanted : (await readdir(captures)).sort();
  const root = kept ?? (await mkdtemp(join(tmpdir(), "cnitrace-truth-")));
  const failed: string[] = [];
  let checked = 0;
  for (const run of runs) {
    const folder = resolve(captures, run);
    if (!existsSync(join(folder, "truth", "pods-watch.jsonl"))) {
      console.error(`${folder}: no truth/pods-watch.jsonl, left out (unpack archives first)`);
      if (wanted.length > 0) failed.push(run);
      continue;
    }
    checked += 1;
    const results = await analyzeAndCheck(folder, join(root, run)).catch((error: unknown) => [
      { check: "checker", passed: false, figures: "", cases: [error instanceof Error ? error.message : String(error)] },
    ]);
    print(run, results);
    if (results.some((entry) => !entry.passed)) failed.push(run);
  }
  if (kept === undefined) await rm(root, { recursive: true });
  const verdict =
    failed.length > 0 ? `not: ${failed.join(", ")}` : checked > 0 ? "all agree with the truth" : "nothing was compared";
  console.log(`\n${checked} captures checked; ${verdict}`);
  return failed.length === 0 && checked > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
