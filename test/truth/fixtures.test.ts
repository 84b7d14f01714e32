import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analysedFolder } from "../store/analysed_folder.ts";
import { readCaptureTruth } from "./capture_truth.ts";
import { checkCapture, runCli } from "./check_capture.ts";
import { checkEvidence } from "./evidence_check.ts";

const CAPTURES = join(import.meta.dirname, "../../fixtures/captures");
const cases = (await readdir(CAPTURES)).sort();
let out = "";

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "cnitrace-truth-"));
});

afterAll(async () => {
  await rm(out, { recursive: true, force: true });
});

describe("what analyze says of a cut capture agrees with its independent watch", () => {
  test.each(cases)("%s", async (name) => {
    const target = await analysedFolder(name);
    try {
      const results = await checkCapture(join(CAPTURES, name), target);
      expect(results.filter((entry) => !entry.passed)).toEqual([]);
    } finally {
      await rm(target, { recursive: true, force: true });
    }
  });
});

describe("a capture analysed with others gives what it gives alone", () => {
  test("all captures in one output", { timeout: 240_000 }, async () => {
    const target = join(out, "all");
    const finished = await runCli(["analyze", ...cases.map((name) => join(CAPTURES, name)), "-o", target]);
    expect(finished.status, finished.stderr).toBe(0);
    for (const name of cases) {
      const results = await checkCapture(join(CAPTURES, name), target);
      expect(
        results.filter((entry) => !entry.passed),
        name,
      ).toEqual([]);
    }
  });
});

test("evidence that is one line off is noticed", async () => {
  const target = join(out, "whereabouts_dualstack_shifted");
  const capture = join(out, "shifted");
  await cp(join(CAPTURES, "whereabouts_dualstack"), capture, { recursive: true });
  const finished = await runCli(["analyze", capture, "-o", target]);
  expect(finished.status, finished.stderr).toBe(0);
  const log = join(capture, "nodes/worker9/containerd.log");
  await writeFile(log, `\n${await readFile(log, "utf8")}`);
  const { passed, cases: found } = await checkEvidence(target, await readCaptureTruth(capture));
  expect(passed).toBe(false);
  expect(found.every((entry) => entry.includes("nodes/worker9/containerd.log"))).toBe(true);
});
