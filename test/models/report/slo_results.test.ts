import { expect, test } from "vitest";

import { macroStatements } from "../../../src/analysis/build_tables.ts";
import { sloTableSql, type Slo } from "../../../src/slo/slo.ts";
import { type Database, withDatabase } from "../../../src/store/database.ts";
import { EPOCH, modelNamed, relationTypes } from "../expect_model.ts";

const instant = (seconds: number | null): string =>
  seconds === null ? "null" : `'${new Date(Date.parse(EPOCH) + seconds * 1000).toISOString().replace("Z", "")}'`;

async function createTables(db: Database): Promise<void> {
  const types = await relationTypes();
  for (const schema of ["timeline", "report"]) await db.run(`create schema ${schema}`);
  for (const name of ["timeline.phases", "timeline._measured_pods", "report.ip_audit", "report.runs"]) {
    const columns = (types.get(name) ?? []).map((column) => `"${column.name}" ${column.type}`);
    await db.run(`create table ${name} (${columns.join(", ")})`);
  }
  await db.run(macroStatements([])[0] ?? "");
}

/** Outcomes of `slo` for a run with pods that started after so many seconds, null for never. */
async function outcome(slo: Omit<Slo, "id">, started: readonly (number | null)[], pulled = 0): Promise<string> {
  return withDatabase({ threads: 1 }, async (db) => {
    await createTables(db);
    await db.run(sloTableSql([{ id: "s", ...slo }]));
    for (const [index, seconds] of started.entries()) {
      await db.run(
        `insert into timeline._measured_pods (run_id, pod_uid, run_phase, created_at, running_at, run_started_at) values ('r', 'p${index}', 'create', ${instant(0)}, ${instant(seconds)}, ${instant(0)})`,
      );
    }
    if (pulled > 0) {
      await db.run(
        `insert into timeline.phases (run_id, pod_uid, phase, started_at, ended_at) values ('r', 'p0', 'image', ${instant(0)}, ${instant(pulled)})`,
      );
    }
    await db.run(
      `insert into report.runs (run_id, phase, pod_count, ready_count) values ('r', 'create', ${started.length}, ${started.filter((each) => each !== null).length})`,
    );
    const rows = await db.rows(modelNamed("report.slo_results").select);
    return rows
      .map((row) => `${String(row["outcome"])} ${String(row["measured"])} ${String(row["censored_count"])}`)
      .join();
  });
}

const HALF = { sli: "pod_startup_s", quantile: 0.5, at_most: 5 } as const;

test.each<readonly [title: string, slo: Omit<Slo, "id">, started: readonly (number | null)[], expected: string]>([
  ["the quantile that occurred keeps the threshold", HALF, [1, 5, 9, 9], "met 5 0"],
  ["one that does not misses it", HALF, [1, 6, 9, 9], "missed 6 0"],
  ["pods that never started are later than any", HALF, [1, null, null], "missed null 2"],
  ["and do not matter beyond the quantile", HALF, [1, 2, null], "met 2 1"],
  ["a quantile of too few pods is unknown", { ...HALF, quantile: 0.99 }, [1, 2, 3], "unknown null 0"],
  ["all of them is a quantile of any number", { ...HALF, quantile: 1 }, [1, 2, 3], "met 3 0"],
  ["a share may be at least", { sli: "ready_ratio", at_least: 0.5 }, [1, null], "met 0.5 0"],
  ["what nothing was captured of is unknown", { sli: "leaked_ip_count", at_most: 0 }, [1], "unknown null 0"],
])("%s", async (_title, slo, started, expected) => {
  expect(await outcome(slo, started)).toBe(expected);
});

test("pulling images is no part of the start-up", async () => {
  expect(await outcome(HALF, [9, 9], 0)).toBe("missed 9 0");
  expect(await outcome(HALF, [9, 30], 6)).toBe("met 3 0");
});
