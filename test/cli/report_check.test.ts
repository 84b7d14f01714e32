import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { analysedFolder } from "../store/analysed_folder.ts";
import { cli } from "./run_cli.ts";

let out = "";

beforeAll(async () => {
  out = await analysedFolder("whereabouts_smoke");
  await cli(["report", out]);
});

afterAll(() => {
  rmSync(out, { recursive: true, force: true });
});

/** Runs the check with one file of the report changed, or taken away when `edit` gives null, and puts it back. */
async function checkWith(file: string, edit: (text: string) => string | null): ReturnType<typeof cli> {
  const path = join(out, file);
  const before = readFileSync(path);
  const edited = edit(before.toString("utf8"));
  try {
    if (edited === null) rmSync(path);
    else writeFileSync(path, edited);
    return await cli(["report", out, "--check"]);
  } finally {
    writeFileSync(path, before);
  }
}

test("a report as it was written passes, with one line that says how much was checked", async () => {
  const { status, stdout, stderr } = await cli(["report", out, "--check"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.toString()).toMatch(
    /^\d+ numbers and names in 2 pages and \d+ charts, from \d+ queries: all as the data say\n$/,
  );
});

test("a changed digit fails the gate and is shown with its place and query", async () => {
  const { status, stdout, stderr } = await checkWith("report/ipam-performance.md", (text) =>
    text.replace(/\| Ready \| \d+ \|/, "| Ready | 77 |"),
  );
  expect(status).toBe(1);
  const [difference, summary, ...others] = stdout.toString().trim().split("\n");
  expect(difference).toMatch(
    /^ipam-performance\.md:\d+: printed is "77", the data say "\d+"; select ready_count from report\.runs where run_id = '.*'$/,
  );
  expect(summary).toMatch(/: 1 not as the data say$/);
  expect(others).toEqual([]);
  expect(stderr).toContain("is not what its data say");
});

test("a changed result.json fails the gate although the page is as the Parquet files say", async () => {
  const { status, stdout } = await checkWith("result.json", (text) =>
    text.replace(/"ready_count": \d+/, '"ready_count": 77'),
  );
  expect(status).toBe(1);
  expect(stdout.toString()).toMatch(
    /^result\.json: report\.\w+, .*, ready_count: written is 77, the Parquet says \d+\n/,
  );
});

test.each(["report/proof.json", "report/runs.parquet", "result.json"])(
  "without %s nothing can be checked",
  async (file) => {
    const { status, stdout, stderr } = await checkWith(file, () => null);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^cnitrace: /);
  },
);

test("a broken proof.json or one of another version is refused", async () => {
  expect((await checkWith("report/proof.json", (text) => text.slice(0, 100))).status).toBe(3);
  expect(
    (await checkWith("report/proof.json", (text) => text.replace('"schema_version": 1', '"schema_version": 2'))).status,
  ).toBe(3);
});
