import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { macroStatements } from "../../src/analysis/build_tables.ts";
import { readModels } from "../../src/models/model_files.ts";
import { withDatabase } from "../../src/store/database.ts";
import { attachRaw, buildModels } from "../../src/store/warehouse.ts";
import {
  completeRun,
  cutRun,
  insertStatements,
  plant,
  type Planted,
  type PlannedRun,
  unseenRun,
} from "./planted_addresses.ts";

interface Found {
  readonly proved: ReadonlySet<string>;
  readonly possible: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

/** What the models say of all planted runs, built at once. */
async function analyse(planted: readonly Planted[]): Promise<Found> {
  return withDatabase({ threads: 1 }, async (db) => {
    await attachRaw(db, null);
    for (const statement of [...macroStatements([]), ...insertStatements(planted)]) await db.run(statement);
    await buildModels(db, readModels());
    const keys = async (sql: string): Promise<ReadonlySet<string>> =>
      new Set((await db.rows(sql)).map((row) => `${String(row["run_id"])} ${String(row["ip"])}`));
    return {
      proved: await keys("select run_id, ip from finding.ip_leaks where certainty = 'leak'"),
      possible: await keys("select run_id, ip from finding.ip_leaks where certainty = 'possible'"),
      open: await keys("select run_id, ip from timeline.ip_leases where released_at is null and certainty = 'proved'"),
    };
  });
}

const plantAll = (plans: readonly PlannedRun[]): readonly Planted[] =>
  plans.map((plan, index) => plant(`run-${index}`, plan));
const union = (sets: readonly ReadonlySet<string>[]): readonly string[] => sets.flatMap((set) => [...set]).sort();
/** Many runs in one build: building every model costs more than what is in them. */
const RUNS = { minLength: 40, maxLength: 40 };
/** Enough that each of the 64 ways to cut the evidence is likely among them. */
const CUT_RUNS = { minLength: 250, maxLength: 250 };
const PARAMETERS = { numRuns: 3, endOnFailure: true };

describe("planted histories of allocations, failed attempts, kills, retries and releases", () => {
  test("with all evidence the ledger is the pool, and the leaks are exactly those planted", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(completeRun, RUNS), async (plans) => {
        const planted = plantAll(plans);
        const found = await analyse(planted);
        expect([...found.open].sort()).toEqual(union(planted.map(({ held }) => held)));
        expect([...found.proved].sort()).toEqual(union(planted.map(({ leaked }) => leaked)));
        expect([...found.possible]).toEqual([]);
      }),
      PARAMETERS,
    );
  }, 120_000);

  test("without a snapshot nothing is proved, and every planted leak is possible", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(unseenRun, RUNS), async (plans) => {
        const planted = plantAll(plans);
        const found = await analyse(planted);
        expect([...found.proved]).toEqual([]);
        expect([...found.possible].sort()).toEqual(union(planted.map(({ leaked }) => leaked)));
      }),
      PARAMETERS,
    );
  }, 120_000);

  test("whatever evidence is cut, no leak is claimed that is none", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cutRun, CUT_RUNS), async (plans) => {
        const planted = plantAll(plans);
        const found = await analyse(planted);
        const leaked = new Set(union(planted.map((each) => each.leaked)));
        expect([...found.proved].filter((key) => !leaked.has(key))).toEqual([]);
      }),
      PARAMETERS,
    );
  }, 120_000);
});
