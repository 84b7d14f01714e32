import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import type { AnalysisResult } from "../../src/analysis/result.ts";
import { packageRoot } from "../../src/package_root.ts";
import { cli } from "./run_cli.ts";

const CAPTURE = join(packageRoot(), "fixtures", "captures", "whereabouts_smoke");
const root = mkdtempSync(join(tmpdir(), "cnitrace-slo-cli-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});

function slos(entries: readonly object[]): string {
  const path = join(root, "slo.json");
  writeFileSync(path, JSON.stringify(entries));
  return path;
}

test("a missed SLO is a result; it is a gate only when asked for, and names itself", async () => {
  const out = join(root, "out");
  const file = slos([
    { id: "all_ready", sli: "ready_ratio", at_least: 1 },
    { id: "instant", sli: "pod_ready_s", quantile: 0.5, at_most: 0.001 },
  ]);
  const shown = await cli(["analyze", CAPTURE, "-o", out, "--quiet", "--slo", file]);
  expect([shown.status, shown.stderr]).toEqual([0, ""]);
  const result = JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as AnalysisResult;
  expect(result.tables.slo_results.map(({ slo_id, outcome }) => `${slo_id} ${outcome}`)).toEqual([
    "all_ready met",
    "instant missed",
  ]);
  const gate = await cli(["analyze", CAPTURE, "-o", out, "--quiet", "--slo", file, "--fail-on", "slo"]);
  expect(gate.status).toBe(1);
  expect(gate.stderr).toContain("--fail-on slo: instant missed in whereabouts_smoke (1 of 1 runs)");
});

test("SLOs that say no target are refused before anything is read", async () => {
  const file = slos([{ id: "a", sli: "ready_ratio" }]);
  const refused = await cli(["analyze", CAPTURE, "-o", join(root, "none"), "--slo", file]);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("a needs one of at_most and at_least");
});
