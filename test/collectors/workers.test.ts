import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compileCollectors } from "./compiled.ts";
import { capture, CONTAINERD_LINE, KUBELET_LINE, tempFolder } from "./read_raw.ts";

let script = "";
let root = "";

beforeAll(() => {
  const folder = tempFolder();
  const module = compileCollectors(folder);
  script = join(folder, "run.mjs");
  writeFileSync(
    script,
    `import { collectCaptures } from ${JSON.stringify(module)};
const [root, outDir, workers, abortAfter] = process.argv.slice(2);
const abort = new AbortController();
let calls = 0;
const onProgress = () => { if (++calls === Number(abortAfter)) abort.abort(new Error("stopped")); };
try {
  const runs = await collectCaptures([root], { outDir, workers: Number(workers), signal: abort.signal, onProgress });
  console.log(JSON.stringify(runs));
} catch (error) {
  console.log(String(error));
}
`,
  );
  const long = (line: (second: number, text: string) => string): string =>
    Array.from({ length: 180_000 }, (_, index) => line(index % 60, `text ${index} ${"z".repeat(index % 150)}`)).join(
      "",
    );
  root = capture({
    "run.json": JSON.stringify({ runId: "big", startedAt: "2026-11-23T15:00:00Z" }),
    "nodes/w1/kubelet.log": long(KUBELET_LINE),
    "nodes/w2/containerd.log": long(CONTAINERD_LINE),
    "nodes/w3/kubelet.log": KUBELET_LINE(1),
  });
});

function run(outDir: string, workers: number, env: Record<string, string> = {}, abortAfter = 0): string {
  const args = [script, root, outDir, String(workers), String(abortAfter)];
  return spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).stdout;
}

function treeOf(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".parquet"));
  return new Map(files.sort().map((name) => [name, readFileSync(join(dir, name)).toString("base64")]));
}

test("the bytes do not depend on the number of workers, the zone or the locale", () => {
  const out = tempFolder();
  run(join(out, "0"), 0, { TZ: "UTC", LC_ALL: "C" });
  const expected = treeOf(join(out, "0"));
  expect([...expected.keys()].filter((name) => name.includes("kubelet_logs")).length).toBeGreaterThan(1);
  run(join(out, "2"), 2, { TZ: "Asia/Kolkata", LC_ALL: "tr_TR.UTF-8" });
  expect(treeOf(join(out, "2"))).toEqual(expected);
  run(join(out, "3"), 3, { TZ: "America/St_Johns", LANG: "zh_CN.UTF-8" });
  expect(treeOf(join(out, "3"))).toEqual(expected);
});

test("after an abort with workers, or a kill, the next call gives the same bytes as an undisturbed one", async () => {
  const out = tempFolder();
  run(join(out, "whole"), 2);
  const expected = treeOf(join(out, "whole"));
  expect(run(join(out, "aborted"), 2, {}, 2)).toContain("stopped");
  expect(readdirSync(join(out, "aborted"))).toEqual(["cnitrace.json"]);
  run(join(out, "aborted"), 2);
  expect(treeOf(join(out, "aborted"))).toEqual(expected);

  const killed = spawn(process.execPath, [script, root, join(out, "killed"), "2", "0"]);
  const ended = new Promise((resolve) => killed.on("exit", resolve));
  while (!existsSync(join(out, "killed", ".collecting"))) await new Promise((resolve) => setTimeout(resolve, 5));
  killed.kill("SIGKILL");
  await ended;
  expect(existsSync(join(out, "killed", "raw"))).toBe(false);
  run(join(out, "killed"), 2);
  expect(treeOf(join(out, "killed"))).toEqual(expected);
});
