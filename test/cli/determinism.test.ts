import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { packageRoot } from "../../src/package_root.ts";
import { folderDigest } from "./folder_digest.ts";
import { cli, type RunOptions } from "./run_cli.ts";

const CAPTURES = ["whereabouts_recreate", "calico_unlimited", "cilium_limited"].map((name) =>
  join(packageRoot(), "fixtures", "captures", name),
);
let scratch = "";
let expected: Readonly<Record<string, string>> = {};
let stdout = "";

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "cnitrace-same-"));
  ({ digest: expected, stdout } = await analyzed("first", CAPTURES, ["--workers", "0"]));
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

async function analyzed(
  name: string,
  captures: readonly string[],
  flags: readonly string[] = [],
  options: RunOptions = {},
) {
  const out = join(scratch, name);
  const finished = await cli(["analyze", ...captures, "-o", out, ...flags], options);
  expect({ status: finished.status, stderr: finished.status === 0 ? "" : finished.stderr }).toEqual({
    status: 0,
    stderr: "",
  });
  return { out, digest: folderDigest(out), stdout: finished.stdout.toString() };
}

/** A copy whose files were made in the reverse order of their names, as another unpacker would. */
function copyReversed(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).sort().reverse()) {
    if (statSync(join(from, name)).isDirectory()) copyReversed(join(from, name), join(to, name));
    else cpSync(join(from, name), join(to, name));
  }
}

describe("the same captures give the same bytes in every file and on the terminal", () => {
  test("there are tables, result and pages to compare", () => {
    const files = Object.keys(expected);
    expect(files).toEqual(
      expect.arrayContaining([
        "result.json",
        "report/ipam-performance.md",
        "report/ipam-performance-zh_CN.md",
        "timeline/pods.parquet",
      ]),
    );
    expect(files.filter((name) => name.startsWith("raw/")).length).toBeGreaterThan(20);
    expect(files.filter((name) => name.endsWith(".svg")).length).toBeGreaterThan(2);
  });

  test.each<readonly [title: string, flags: readonly string[], env: Readonly<Record<string, string>>]>([
    ["with 1 worker", ["--workers", "1"], {}],
    ["with 3 workers", ["--workers", "3"], {}],
    ["in Shanghai", [], { TZ: "Asia/Shanghai" }],
    ["in Newfoundland, half an hour off", ["--workers", "0"], { TZ: "America/St_Johns" }],
    ["under a Turkish locale", ["--workers", "0"], { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }],
    ["under a Chinese locale", ["--workers", "0"], { LC_ALL: "zh_CN.UTF-8", LANG: "zh_CN.UTF-8", LANGUAGE: "zh" }],
    ["under the C locale", ["--workers", "0"], { LC_ALL: "C" }],
  ])("%s", async (title, flags, env) => {
    const again = await analyzed(title.replaceAll(/\W/g, "_"), CAPTURES, flags, { env });
    expect(again.digest).toEqual(expected);
    expect(again.stdout).toBe(stdout);
  });

  test("with the captures named in another order", async () => {
    const again = await analyzed("reversed", CAPTURES.toReversed());
    expect(again.digest).toEqual(expected);
    expect(again.stdout).toBe(stdout);
  });

  test("from copies whose files were made in another order", async () => {
    const copies = CAPTURES.map((from) => join(scratch, "copies", basename(from)));
    for (const [index, from] of CAPTURES.entries()) copyReversed(from, copies[index] ?? "");
    expect((await analyzed("from_copies", copies)).digest).toEqual(expected);
  });

  test("a second time into the same folder, reusing its Parquet", async () => {
    const again = await analyzed("first", CAPTURES);
    expect(again.digest).toEqual(expected);
  });
});
