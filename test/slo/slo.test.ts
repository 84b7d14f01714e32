import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { packageRoot } from "../../src/package_root.ts";
import { loadSlos, sloTableSql } from "../../src/slo/slo.ts";
import { withDatabase } from "../../src/store/database.ts";

const dir = mkdtempSync(join(tmpdir(), "cnitrace-slo-"));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

function sloFile(value: unknown): string {
  const path = join(dir, "slo.json");
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

test("Kubernetes' own is there without a file: 99 % of the pods started within 5 s", () => {
  expect(loadSlos(null)).toMatchObject([{ sli: "pod_startup_s", quantile: 0.99, at_most: 5 }]);
  // As a file of the user it is held to every rule there is.
  expect(loadSlos(join(packageRoot(), "src", "slo", "kubernetes.json"))).toEqual(loadSlos(null));
});

test.each<readonly [title: string, value: unknown, problem: RegExp]>([
  ["no JSON", "not json", /no readable SLOs/],
  ["no entry", [], /fewer than 1 items/],
  ["an SLI that does not exist", [{ id: "a", sli: "latency", at_most: 1 }], /\/0\/sli/],
  ["no threshold", [{ id: "a", sli: "ready_ratio" }], /a needs one of at_most and at_least/],
  ["two thresholds", [{ id: "a", sli: "ready_ratio", at_most: 1, at_least: 0 }], /a needs one of/],
  ["a time of pods without a quantile", [{ id: "a", sli: "pod_ready_s", at_most: 5 }], /a needs a quantile/],
  ["a quantile of what is no time", [{ id: "a", sli: "ready_ratio", quantile: 0.9, at_least: 1 }], /a has a quantile/],
  [
    "a name that is there twice",
    [
      { id: "a", sli: "ready_ratio", at_least: 1 },
      { id: "a", sli: "ready_ratio", at_least: 1 },
    ],
    /a is there twice/,
  ],
  ["a name that is no name", [{ id: "a'b", sli: "ready_ratio", at_least: 1 }], /\/0\/id/],
])("refused: %s", (_title, value, problem) => {
  expect(() => loadSlos(sloFile(value))).toThrow(problem);
});

test("entries become rows in their order", async () => {
  const slos = loadSlos(
    sloFile([
      { id: "b", sli: "ready_ratio", at_least: 1 },
      { id: "a", sli: "run_ready_s", quantile: 0.5, at_most: 60 },
    ]),
  );
  await withDatabase({ threads: 1 }, async (db) => {
    await db.run(sloTableSql(slos));
    expect(await db.rows("select * from main.slos order by ordinal")).toEqual([
      { slo_id: "b", sli: "ready_ratio", quantile: null, comparison: "at_least", threshold: 1, ordinal: 1 },
      { slo_id: "a", sli: "run_ready_s", quantile: 0.5, comparison: "at_most", threshold: 60, ordinal: 2 },
    ]);
  });
});
