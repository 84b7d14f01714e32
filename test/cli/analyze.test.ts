import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { packageRoot } from "../../src/package_root.ts";
import { folderDigest } from "./folder_digest.ts";
import { cli, type Finished } from "./run_cli.ts";

const CAPTURE = join(packageRoot(), "fixtures", "captures", "whereabouts_exhausted");
let scratch = "";
let out = "";
let finished: Finished;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "cnitrace-cli-"));
  out = join(scratch, "out");
  finished = await cli(["analyze", CAPTURE, "-o", out]);
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe("analyze", () => {
  test("says the verdict on stdout, and where the pages are on stderr", () => {
    expect(finished.status).toBe(0);
    expect(finished.stdout.toString()).toMatch(
      /^whereabouts_exhausted: whereabouts v0\.6\.2, limited, create\n {2}3 of 6 pods Ready; the last after /,
    );
    expect(finished.stderr.trim().split("\n")).toEqual([
      `report: ${join(out, "report", "ipam-performance.md")}`,
      `report: ${join(out, "report", "ipam-performance-zh_CN.md")}`,
    ]);
  });

  test("--quiet writes nothing to stderr, --json the runs as JSON", async () => {
    const { status, stdout, stderr } = await cli(["analyze", CAPTURE, "-o", out, "--quiet", "--json"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout.toString())).toMatchObject([
      { run_id: "whereabouts_exhausted", pod_count: 6, ready_count: 3 },
    ]);
  });

  test("--lang makes only those pages; an unknown language is a usage error that names it", async () => {
    const target = join(scratch, "one_language");
    expect((await cli(["analyze", CAPTURE, "-o", target, "--lang", "zh_CN"])).status).toBe(0);
    expect(readdirSync(join(target, "report")).filter((name) => name.endsWith(".md"))).toEqual([
      "ipam-performance-zh_CN.md",
    ]);
    const refused = await cli(["analyze", CAPTURE, "-o", join(scratch, "no_language"), "--lang", "fr"]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("fr");
    expect(existsSync(join(scratch, "no_language"))).toBe(false);
  });

  test.each<readonly [title: string, args: () => readonly string[], status: number, words: string]>([
    ["a folder that is not there", () => [join(scratch, "nowhere"), "-o", join(scratch, "o1")], 3, "nowhere"],
    ["an empty folder", () => [emptyFolder(), "-o", join(scratch, "o2")], 3, "empty"],
    ["a folder of something else as <out>", () => [CAPTURE, "-o", foreignFolder()], 5, "foreign"],
    ["no capture", () => ["-o", join(scratch, "o3")], 2, "at least 1"],
    ["no -o", () => [CAPTURE], 2, "out"],
    [
      "a number of workers that is none",
      () => [CAPTURE, "-o", join(scratch, "o4"), "--workers", "many"],
      2,
      "--workers",
    ],
    ["a negative number of workers", () => [CAPTURE, "-o", join(scratch, "o4"), "--workers", "-1"], 2, "--workers"],
  ])("%s ends with the status and names it, without a stack", async (_title, args, status, words) => {
    const { status: actual, stdout, stderr } = await cli(["analyze", ...args()]);
    expect([actual, stdout.toString()]).toEqual([status, ""]);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test("what is in a folder of something else stays", () => {
    expect(readFileSync(join(scratch, "foreign", "thesis.txt"), "utf8")).toBe("ten years of work");
  });
});

function emptyFolder(): string {
  mkdirSync(join(scratch, "empty"), { recursive: true });
  return join(scratch, "empty");
}

function foreignFolder(): string {
  mkdirSync(join(scratch, "foreign"), { recursive: true });
  writeFileSync(join(scratch, "foreign", "thesis.txt"), "ten years of work");
  return join(scratch, "foreign");
}

describe("collect", () => {
  test("writes Parquet only, and says what it read", async () => {
    const target = join(scratch, "collected");
    const { status, stdout } = await cli(["collect", CAPTURE, "-o", target]);
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^whereabouts_exhausted: \d+ rows \(\d+ files, [\d.]+ MB\)\n$/);
    expect(existsSync(join(target, "raw"))).toBe(true);
    expect(existsSync(join(target, "result.json"))).toBe(false);
    expect(
      (
        await cli(["query", target, "select count(*) > 0 as ok from staging.pods", "--format", "csv"])
      ).stdout.toString(),
    ).toBe("ok\r\ntrue\r\n");
    expect((await cli(["report", target])).status).toBe(3);
  });

  test("--dry-run lists what is recognised and writes nothing", async () => {
    const before = readdirSync(scratch).sort();
    const { status, stdout } = await cli(["collect", CAPTURE, "--dry-run"]);
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/cluster\/pods\.json .*pods/);
    expect(readdirSync(scratch).sort()).toEqual(before);
  });
});

/** Digests of the pages and charts; the tables of the report layer are in the same folder. */
function pages(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(folderDigest(folder)).filter(([name]) => !name.endsWith(".parquet")));
}

describe("report", () => {
  test("makes the same pages again from result.json alone", async () => {
    const before = pages(join(out, "report"));
    const target = join(scratch, "only_result");
    mkdirSync(target);
    writeFileSync(join(target, "result.json"), readFileSync(join(out, "result.json")));
    const { status, stdout } = await cli(["report", target]);
    expect(status).toBe(0);
    expect(stdout.toString().trim().split("\n").sort()).toEqual(
      Object.keys(before)
        .map((name) => join(target, "report", name))
        .sort(),
    );
    expect(pages(join(target, "report"))).toEqual(before);
  });

  test.each<readonly [title: string, text: (whole: string) => string]>([
    ["cut in half", (whole) => whole.slice(0, whole.length / 2)],
    ["with a count that is text", (whole) => whole.replace(/"pod_count": (\d+)/, '"pod_count": "$1"')],
    ["of another version", (whole) => whole.replace('"schema_version": 1', '"schema_version": 99')],
    ["that is null", () => "null"],
  ])("a result.json %s is an error of input that names it", async (_title, spoil) => {
    const target = mkdtempSync(join(scratch, "tampered-"));
    writeFileSync(join(target, "result.json"), spoil(readFileSync(join(out, "result.json"), "utf8")));
    const { status, stdout, stderr } = await cli(["report", target]);
    expect([status, stdout.toString()]).toEqual([3, ""]);
    expect(stderr).toContain(join(target, "result.json"));
    expect(existsSync(join(target, "report"))).toBe(false);
  });
});

describe("the command itself", () => {
  test.each([
    [[], 2, "name a command"],
    [["fly"], 2, "fly"],
  ] as const)("%j is a usage error", async (args, status, words) => {
    const { status: actual, stdout, stderr } = await cli(args);
    expect([actual, stdout.toString()]).toEqual([status, ""]);
    expect(stderr.toLowerCase()).toContain(words);
  });

  test.each(["--help", "--version"])("%s answers on stdout", async (flag) => {
    const { status, stdout, stderr } = await cli([flag]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.length).toBeGreaterThan(3);
  });
});
