import { expect, test } from "vitest";

import { macroStatements } from "../../src/analysis/build_tables.ts";
import { withDatabase } from "../../src/store/database.ts";

test.each(macroStatements([]).map((statement) => ({ head: statement.slice(0, 60), statement })))(
  "$head... needs no other statement: they may be run in any order, and at the same time",
  async ({ statement }) => {
    await withDatabase({ threads: 1 }, async (db) => {
      await expect(db.run(statement)).resolves.toBeUndefined();
    });
  },
);
