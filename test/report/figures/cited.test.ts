import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  cite,
  countOf,
  difference,
  distinctCount,
  groupCount,
  highest,
  known,
  lowest,
  medianOf,
  queryOf,
  ratio,
  total,
  type Cited,
} from "../../../src/report/figures/cited.ts";
import { registerRows } from "../../../src/report/figures/result_rows.ts";
import { words } from "../../../src/report/text.ts";
import { sqlText, withDatabase } from "../../../src/store/database.ts";
import { MIXED, syntheticResult } from "../synthetic_result.ts";

const result = syntheticResult(MIXED);
registerRows(result);
const { runs, phase_breakdown: phases } = result.tables;
const [first, second] = runs;
if (first === undefined || second === undefined) throw new Error("no runs");
const some = runs.filter((run) => run.run_id.startsWith("repeat"));
const unknown = runs.filter((run) => run.cni_version === null);
const mixed = phases.filter((row, index) => row.phase === "ipam_wait" || index < 2);

const CASES: readonly (readonly [string, Cited])[] = [
  ["a value of one row", cite(first, "pod_count")],
  ["a text with quotes, bars and line breaks", cite(first, "first_failure_message")],
  ["all rows need no condition", countOf(runs)],
  ["some rows by their keys", countOf(some)],
  ["some of them by a value", countOf(runs, { outcome: "complete" })],
  ["by a value that is null", countOf(runs, { cni_version: null })],
  ["none of them", countOf(runs, { outcome: "no such outcome" })],
  ["a sum", total(some, "pod_count")],
  ["a sum of nothing is 0", total(runs, "pod_count", { outcome: "no such outcome" })],
  ["a sum where some are unknown", total(runs, "attempt_count")],
  ["rows whose keys are no grid", total(mixed, "total_s")],
  ["the smallest known value", lowest(runs, "time_to_all_s")],
  ["the largest known value", highest(runs, "time_to_all_s")],
  ["the median of an odd number", medianOf(runs.slice(0, 3), "pod_count")],
  ["the median of an even number", medianOf(runs.slice(0, 4), "pod_count")],
  ["null counts as a value of its own", distinctCount(runs, ["cni_version"])],
  ["combinations with null", distinctCount(runs, ["cni", "cni_version", "scenario"])],
  ["combinations that stand once", groupCount(runs, ["cni", "scenario", "phase"], "single")],
  ["combinations that stand more than once", groupCount(runs, ["cni", "scenario", "phase"], "repeated")],
  ["rows where something is unknown", countOf(unknown)],
  ["a ratio within one row", ratio(cite(first, "ready_count"), cite(first, "pod_count"))],
  ["a ratio between rows", ratio(cite(first, "pod_count"), cite(second, "pod_count"))],
  ["a ratio between tables", ratio(total(phases.slice(0, 3), "total_s"), cite(first, "pod_count"))],
  ["a ratio of sums", ratio(total(some, "failed_attempt_count"), total(some, "attempt_count"))],
  ["a difference", difference(cite(first, "pod_count"), cite(first, "deleted_count"))],
];

test("the query of every kind of figure gives its value", async () => {
  const dir = mkdtempSync(join(tmpdir(), "cited-"));
  try {
    await withDatabase({}, async (db) => {
      await db.run("create schema report");
      for (const [name, rows] of Object.entries({ runs, phase_breakdown: phases })) {
        const path = join(dir, `${name}.json`);
        writeFileSync(path, JSON.stringify(rows));
        await db.run(`create table report.${name} as from read_json(${sqlText(path)}, sample_size = -1)`);
      }
      for (const [title, cited] of CASES) {
        const [row, ...others] = await db.values(queryOf([cited]));
        const given = typeof cited.value === "number" ? Number(row?.[0]) : row?.[0];
        expect([title, given, others.length]).toEqual([title, cited.value, 0]);
      }
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("what is unknown is no figure, and only rows of the result can be cited", () => {
  const nothing = runs.find((run) => run.cni === null) ?? first;
  expect(() => known(cite(nothing, "cni"))).toThrow("no value");
  expect(() =>
    lowest(
      runs.filter((run) => run.time_to_all_s === null),
      "time_to_all_s",
    ),
  ).toThrow("no value");
  expect(() => cite({ ...first }, "pod_count")).toThrow("in no table");
  expect(() => countOf([])).toThrow("no row");
  expect(() => total([first, first], "pod_count")).toThrow("twice");
});

test("words hold no digit", () => {
  expect(words("n =").words).toBe("n =");
  expect(() => words("42 pods")).toThrow('"42 pods" holds a number that does not say where it comes from');
});
