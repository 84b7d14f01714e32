import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { runCli } from "../truth/check_capture.ts";
import {
  analyze,
  collect,
  importIssues,
  qualityPaths,
  rawColumn,
  scratchFolder,
  type Analysis,
  type ImportIssue,
} from "./analysis_run.ts";
import { cutAt, tarGzOf, zipOf, zstdOf } from "./archives.ts";
import { goodCapture, kubeletLine, kubeletLog, podList, podObject, writeTree } from "./good_capture.ts";

const LONG_LINE_MIB = Number(process.env["CNITRACE_LONG_LINE_MIB"] ?? 64);

interface Outcome {
  readonly out: string;
  readonly issues: readonly ImportIssue[];
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Analyses the good capture with other files beside it; the good part must come out whole in any case. */
async function analyzeWith(files: Files): Promise<Outcome> {
  return inspect(await analyze([captureWith(files)]));
}

/** Collects the good capture with other files beside it; the good part must come out whole in any case. */
async function collectWith(files: Files): Promise<Outcome> {
  return inspect(await collect([captureWith(files)]));
}

function captureWith(files: Files): string {
  return writeTree(join(scratchFolder(), "capture"), { ...goodCapture(), ...files });
}

async function inspect({ status, stderr, out }: Analysis): Promise<Outcome> {
  expect(status, stderr).toBe(0);
  expect(await rawColumn(out, "pods", "pod_name")).toEqual(expect.arrayContaining(["pod-0", "pod-1"]));
  return { out, issues: await importIssues(out) };
}

function issueOf(outcome: Outcome, path: string, reason: string): ImportIssue | undefined {
  return outcome.issues.find((issue) => issue.path.startsWith(path) && issue.reason === reason);
}

test("the good capture has no issue: whatever the other tests find comes from their file", async () => {
  const { issues } = await collectWith({});
  expect(issues).toEqual([]);
});

test("an error of a program that nothing names is shown, its program unknown", async () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `ts=2024-05-07T11:59:${20 + index}Z level=error msg="ring is torn"\n`,
  );
  const { out } = await analyzeWith({ "loose.txt": lines.join("") });
  const page = readFileSync(join(out, "report", "ipam-performance.md"), "utf8");
  expect(page).toMatch(/\| unknown \| `ring is torn` \| 40 \|/);
});

describe("a truncated archive gives what it still holds, and is named", () => {
  test.each([
    ["nodes/n2/kubelet.log.gz", () => Promise.resolve(cutAt(gzipSync(kubeletLog(20_000)), 0.5))],
    ["nodes/n2/kubelet.log.zst", () => Promise.resolve(cutAt(zstdOf(kubeletLog(500)), 0.5))],
    ["more.tar.gz", async () => cutAt(await tarGzOf({ "nodes/n2/kubelet.log": kubeletLog(20_000) }), 0.5)],
  ])("%s", async (path, make) => {
    const outcome = await analyzeWith({ [path]: await make() });
    expect(issueOf(outcome, path, "truncated_archive")?.count).toBe(1);
    expect((await rawColumn(outcome.out, "kubelet_logs", "line")).length).toBeGreaterThan(10);
    expect((await qualityPaths(outcome.out)).some((found) => found?.startsWith(path))).toBe(true);
  });

  test("a zip without its directory", async () => {
    const zip = zipOf({ "nodes/n2/kubelet.log": kubeletLog(100), "nodes/n3/kubelet.log": kubeletLog(100) });
    const outcome = await collectWith({ "more.zip": cutAt(zip, 0.6) });
    expect(issueOf(outcome, "more.zip", "truncated_archive")?.count).toBe(1);
  });
});

describe("a whole archive gives what its files would", () => {
  test.each([
    ["nodes/n2/kubelet.log.gz", () => Promise.resolve(gzipSync(kubeletLog(50)))],
    ["nodes/n2/kubelet.log.zst", () => Promise.resolve(zstdOf(kubeletLog(50)))],
    ["more.tar.gz", async () => tarGzOf({ "nodes/n2/kubelet.log": kubeletLog(50) })],
    ["more.zip", () => Promise.resolve(zipOf({ "nodes/n2/kubelet.log": kubeletLog(50) }))],
  ])("%s", async (path, make) => {
    const outcome = await collectWith({ [path]: await make() });
    expect(outcome.issues).toEqual([]);
    expect(await rawColumn(outcome.out, "kubelet_logs", "line")).toHaveLength(52);
  });
});

test("a file of zeros is counted as binary", async () => {
  const outcome = await collectWith({ "nodes/n2/kubelet.log": new Uint8Array(1_000_000) });
  expect(issueOf(outcome, "nodes/n2/kubelet.log", "binary")?.count).toBe(1);
});

test(`a line of ${LONG_LINE_MIB} MiB is counted, the lines around it are read, memory stays bounded`, async () => {
  const capture = writeTree(join(scratchFolder(), "capture"), goodCapture());
  const path = join(capture, "nodes/n2/kubelet.log");
  mkdirSync(join(capture, "nodes/n2"));
  const file = openSync(path, "w");
  writeSync(file, `${kubeletLine(1, "before")}\n`);
  const piece = Buffer.alloc(1 << 20, "x");
  for (let at = 0; at < LONG_LINE_MIB; at += 1) writeSync(file, piece);
  writeSync(file, `\n${kubeletLine(2, "after")}\n`);
  closeSync(file);

  const out = join(scratchFolder(), "out");
  const report = 'process.on("exit",()=>process.stderr.write(`peak=${process.resourceUsage().maxRSS}\\n`))';
  const hook = `--import=data:text/javascript,${encodeURIComponent(report)}`;
  const { status, stderr } = await runCli(["analyze", capture, "-o", out], { env: { NODE_OPTIONS: hook } });
  expect(status, stderr).toBe(0);
  const issue = (await importIssues(out)).find((entry) => entry.reason === "line_too_long");
  expect(issue).toMatchObject({ path: "nodes/n2/kubelet.log", count: 1, first_line: 2 });
  const messages = await rawColumn(out, "kubelet_logs", "message");
  expect(messages).toContain("after");
  // A headerless line belongs to the record before it, which keeps a bounded part of it.
  expect(messages.find((message) => message?.startsWith("before"))?.length).toBeLessThan(1 << 20);
  const peaks = [...stderr.matchAll(/peak=(\d+)/g)].map((match) => Number(match[1]) / 1024);
  expect(Math.max(...peaks)).toBeGreaterThan(0);
  expect(Math.max(...peaks)).toBeLessThan(700);
}, 120_000);

test("CRLF lines give the same records as LF lines", async () => {
  const lines = kubeletLog(5, "crlf");
  const unix = await collectWith({ "nodes/n2/kubelet.log": lines });
  const windows = await collectWith({ "nodes/n2/kubelet.log": lines.replaceAll("\n", "\r\n") });
  expect(windows.issues).toEqual([]);
  for (const column of ["message", "fields", "ts", "line", "pod_name"]) {
    expect(await rawColumn(windows.out, "kubelet_logs", column)).toEqual(
      await rawColumn(unix.out, "kubelet_logs", column),
    );
  }
});

test("invalid UTF-8 costs one line its letters, not its record", async () => {
  const bad = Buffer.concat([
    Buffer.from(`${kubeletLine(1, '"fine"')}\n${kubeletLine(2, "caf")}`),
    Buffer.from([0xe9, 0xff]),
    Buffer.from(` au lait\n${kubeletLine(3, '"fine again"')}\n`),
  ]);
  const outcome = await collectWith({ "nodes/n2/kubelet.log": bad });
  expect(issueOf(outcome, "nodes/n2/kubelet.log", "invalid_utf8")).toMatchObject({ count: 1, first_line: 2 });
  const messages = await rawColumn(outcome.out, "kubelet_logs", "message");
  expect(messages).toEqual(expect.arrayContaining(["fine", "fine again", "caf\ufffd\ufffd au lait"]));
});

test("a JSON list cut in half gives the objects before the cut", async () => {
  const whole = podList(Array.from({ length: 20 }, (_, index) => podObject(`late-${index}`, 9)));
  const outcome = await analyzeWith({ "cluster/pods-after.json": cutAt(Buffer.from(whole), 0.5) });
  const issue = issueOf(outcome, "cluster/pods-after.json", "truncated_json");
  expect(issue?.count).toBe(1);
  expect(issue?.first_line).toBeGreaterThan(1);
  const names = await rawColumn(outcome.out, "pods", "pod_name");
  expect(names).toContain("late-0");
  expect(names).toContain("late-7");
  expect(names).not.toContain("late-11");
  expect(await qualityPaths(outcome.out)).toContain("cluster/pods-after.json");
});

test("a pod without status is a pod that is not Ready", async () => {
  const pods = podList([podObject("pod-0", 5), podObject("pod-1", 7), podObject("pod-2", null)]);
  const outcome = await analyzeWith({ "cluster/pods.json": pods });
  expect(issueOf(outcome, "cluster/pods.json", "no_status")?.count).toBe(1);
  const { status, stdout } = await runCli([
    "query",
    outcome.out,
    "select pod_count, ready_count from report.runs",
    "--format",
    "csv",
  ]);
  expect([status, stdout.trim().split(/\r?\n/).at(-1)]).toEqual([0, "3,2"]);
});

test("an empty file is no reason to stop", async () => {
  const outcome = await analyzeWith({ "nodes/n2/kubelet.log": "", "cluster/nodes.json": "" });
  expect(await rawColumn(outcome.out, "kubelet_logs", "line")).toHaveLength(2);
});

test("a run.json that is no JSON is named, and the run is still read", async () => {
  const outcome = await analyzeWith({ "run.json": '{"runId": "good", ' });
  expect(issueOf(outcome, "run.json", "bad_json")?.count).toBe(1);
});

test("a file that cannot be opened is named: a dangling link", async () => {
  const capture = writeTree(join(scratchFolder(), "capture"), goodCapture());
  mkdirSync(join(capture, "nodes/n2"));
  symlinkSync("/nowhere/at/all.log", join(capture, "nodes/n2/kubelet.log"));
  const outcome = await inspect(await collect([capture]));
  expect(issueOf(outcome, "nodes/n2/kubelet.log", "unreadable")?.count).toBe(1);
});

test("a folder named kubelet.log is a folder", async () => {
  const outcome = await collectWith({ "nodes/n2/kubelet.log/part.log": kubeletLog(3, "inner") });
  expect(outcome.issues).toEqual([]);
  expect(await rawColumn(outcome.out, "kubelet_logs", "line")).toHaveLength(5);
});

test("links that form a loop end", async () => {
  const capture = writeTree(join(scratchFolder(), "capture"), goodCapture());
  symlinkSync(capture, join(capture, "nodes/again"));
  const outcome = await inspect(await collect([capture]));
  expect(await rawColumn(outcome.out, "kubelet_logs", "line")).toHaveLength(2);
});
