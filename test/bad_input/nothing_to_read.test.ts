import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { analyze, scratchFolder, type Analysis } from "./analysis_run.ts";
import { cutAt, tarGzOf, zipOf, zstdOf } from "./archives.ts";
import { goodCapture, kubeletLog, writeTree } from "./good_capture.ts";

/** An error is for the user: on stderr, naming the culprit, without a stack. */
function expectRefusal(finished: Analysis, status: number, culprit: string): void {
  expect(finished.status, finished.stderr).toBe(status);
  expect(finished.stderr).toContain(culprit);
  expect(finished.stderr).not.toMatch(/^\s+at /m);
  expect(finished.stdout).toBe("");
}

describe("a capture with nothing to read ends with exit status 3 and its name", () => {
  test("an empty folder", async () => {
    const folder = scratchFolder();
    expectRefusal(await analyze([folder]), 3, folder);
  });

  test("a folder that does not exist", async () => {
    const folder = join(scratchFolder(), "not-there");
    expectRefusal(await analyze([folder]), 3, "not-there");
  });

  test("no file of a known kind", async () => {
    const folder = writeTree(join(scratchFolder(), "holiday"), {
      "photo.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
      "diary.txt": "Monday: rain.\nTuesday: sun.\n",
    });
    expectRefusal(await analyze([folder]), 3, "holiday");
  });

  test("a file of zeros and nothing else", async () => {
    const folder = writeTree(join(scratchFolder(), "zeros"), { "kubelet.log": new Uint8Array(100_000) });
    expectRefusal(await analyze([folder]), 3, "zeros");
  });

  test("a file that is no archive", async () => {
    const folder = writeTree(scratchFolder(), { "capture.tar.gz": "this is not gzip" });
    expectRefusal(await analyze([join(folder, "capture.tar.gz")]), 3, "capture.tar.gz");
  });

  test.each([
    ["capture.tar.gz", async () => cutAt(await tarGzOf(goodCapture()), 0.05)],
    ["capture.zip", () => Promise.resolve(cutAt(zipOf(goodCapture()), 0.02))],
    ["capture.tar.zst", () => Promise.resolve(cutAt(zstdOf(kubeletLog(1)), 0.05))],
  ])("%s cut before its first file", async (name, make) => {
    const folder = writeTree(scratchFolder(), { [name]: await make() });
    expectRefusal(await analyze([join(folder, name)]), 3, name);
  });

  test("one bad capture among good ones: nothing is analysed", async () => {
    const root = scratchFolder();
    const good = writeTree(join(root, "good"), goodCapture());
    mkdirSync(join(root, "empty"));
    const finished = await analyze([good, join(root, "empty")]);
    expectRefusal(finished, 3, "empty");
    expect(existsSync(join(finished.out, "result.json"))).toBe(false);
  });
});

test("two captures with one run id are refused by name: neither may hide the other", async () => {
  const root = scratchFolder();
  const first = writeTree(join(root, "monday"), goodCapture("same"));
  const second = writeTree(join(root, "tuesday"), goodCapture("same"));
  const finished = await analyze([first, second]);
  expectRefusal(finished, 3, "same");
  expect(finished.stderr).toContain("monday");
  expect(finished.stderr).toContain("tuesday");
});

describe("an output folder that holds something else is never touched", () => {
  test("a folder with a file of the user", async () => {
    const root = scratchFolder();
    const capture = writeTree(join(root, "good"), goodCapture());
    const out = writeTree(join(root, "thesis"), { "chapter.md": "do not lose me", "raw/data.csv": "1,2" });
    expectRefusal(await analyze([capture], out), 5, "thesis");
    expect(readFileSync(join(out, "chapter.md"), "utf8")).toBe("do not lose me");
    expect(readFileSync(join(out, "raw/data.csv"), "utf8")).toBe("1,2");
    expect(existsSync(join(out, "result.json"))).toBe(false);
  });

  test("a file where the folder should be", async () => {
    const root = scratchFolder();
    const capture = writeTree(join(root, "good"), goodCapture());
    const out = join(root, "out.txt");
    writeFileSync(out, "mine");
    expectRefusal(await analyze([capture], out), 5, "out.txt");
    expect(readFileSync(out, "utf8")).toBe("mine");
  });

  test("the capture itself as output folder", async () => {
    const capture = writeTree(join(scratchFolder(), "good"), goodCapture());
    const finished = await analyze([capture], capture);
    expectRefusal(finished, 5, "good");
    expect(readFileSync(join(capture, "nodes/n1/kubelet.log"), "utf8")).toBe(goodCapture()["nodes/n1/kubelet.log"]);
  });
});
