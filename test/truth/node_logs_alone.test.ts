import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCaptureTruth, type CaptureTruth } from "./capture_truth.ts";
import { runCli, type Finished } from "./check_capture.ts";
import { readProduct, type ProductTables } from "./product_tables.ts";

const CAPTURES = join(import.meta.dirname, "../../fixtures/captures");
/** One of each CNI, with pods that never started among them. */
const CASES = [
  "calico_unlimited",
  "cilium_limited",
  "kubeovn_exhausted",
  "spiderpool_limited",
  "whereabouts_exhausted",
];

let scratch = "";
let finished: Finished;
const truths = new Map<string, CaptureTruth>();

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "cnitrace-nodes-"));
  const folders = await Promise.all(
    CASES.map(async (name) => {
      const truth = await readCaptureTruth(join(CAPTURES, name));
      truths.set(name, truth);
      const folder = join(scratch, truth.runId);
      await cp(join(CAPTURES, name, "nodes"), join(folder, "nodes"), { recursive: true });
      return folder;
    }),
  );
  finished = await runCli(["analyze", ...folders, "-o", join(scratch, "out")]);
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

function truthOf(name: string): CaptureTruth {
  const truth = truths.get(name);
  if (truth === undefined) throw new Error(`no truth of ${name}`);
  return truth;
}

const productOf = (name: string): Promise<ProductTables> => readProduct(join(scratch, "out"), truthOf(name));

describe("the logs of the nodes alone, without manifest, objects and audit log", () => {
  test("are a capture, of which verdict and pages say that Ready is not shown", async () => {
    expect(finished.status, finished.stderr).toBe(0);
    expect(finished.stdout.match(/nothing in the capture tells when pods were Ready/g)).toHaveLength(CASES.length);
    const page = (file: string): Promise<string> => readFile(join(scratch, "out", "report", file), "utf8");
    expect(await page("ipam-performance.md")).toContain("- **Ready not shown**: ");
    expect(await page("ipam-performance-zh_CN.md")).toContain("- **看不到 Ready**：");
  });

  test.each(CASES)("%s: the measured pods are those of the watch", async (name) => {
    const { pods } = await productOf(name);
    const measured = pods.filter(({ in_scope }) => in_scope).map(({ pod_uid }) => pod_uid);
    expect(measured.sort()).toEqual([...truthOf(name).measured.keys()].sort());
  });

  test.each(CASES)("%s: a pod that the watch saw Ready was so in its interval, and no other one runs", async (name) => {
    const { milestones, run } = await productOf(name);
    const { measured, endedAt } = truthOf(name);
    const ready = new Map(milestones.filter((row) => row.milestone === "ready").map((row) => [row.pod_uid, row]));
    for (const [uid, pod] of measured) {
      const at = pod.ready;
      const row = ready.get(uid);
      if (at === null || at.by > endedAt) {
        // Without a manifest observation goes on to the last line of the logs.
        if (row !== undefined) expect(row.ts, uid).toBeGreaterThan(endedAt);
        continue;
      }
      expect(row?.earliest, uid).toBeLessThanOrEqual(at.by);
      expect(row?.latest, uid).toBeGreaterThanOrEqual(at.stamp ?? NaN);
    }
    expect(run?.ready_count).toBe([...measured.keys()].filter((uid) => ready.has(uid)).length);
  });
});
