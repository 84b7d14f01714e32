import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { syntheticResult } from "../report/synthetic_result.ts";
import { cli } from "./run_cli.ts";

let out = "";
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "cnitrace-report-"));
  writeFileSync(join(out, "result.json"), JSON.stringify(syntheticResult([{ run_id: "a" }])));
});
afterAll(() => {
  rmSync(out, { recursive: true, force: true });
});

test("report takes own words, writes HTML, and refuses a page that was edited", async () => {
  const notes = join(out, "notes.yaml");
  const page = join(out, "report", "ipam-performance.md");
  writeFileSync(notes, "title: {en: Our CNIs}\nsections: [result]\n");
  const written = await cli(["report", out, "--lang", "en", "--text", notes, "--html"]);
  expect([written.status, written.stderr]).toEqual([0, ""]);
  expect(readFileSync(page, "utf8")).toContain("# Our CNIs");
  expect(existsSync(join(out, "report", "ipam-performance.html"))).toBe(true);
  writeFileSync(page, `${readFileSync(page, "utf8")}\nMine.\n`);
  const refused = await cli(["report", out, "--lang", "en"]);
  expect(refused.status).toBe(5);
  expect(refused.stderr).toContain("--force");
});

test("notes that do not fit are an input error with their place", async () => {
  const notes = join(out, "bad.yaml");
  writeFileSync(notes, "title: {xx: a}\n");
  const finished = await cli(["report", out, "--text", notes]);
  expect(finished.status).toBe(3);
  expect(finished.stderr).toContain("bad.yaml:1:13: title.xx");
});
