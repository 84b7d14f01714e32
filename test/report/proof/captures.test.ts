import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectCaptures } from "../../../collectors/collect.ts";
import { analyzeTables } from "../../../src/analysis/analyze.ts";
import { readTables } from "../../../src/analysis/read_result.ts";
import { RESULT_TABLES, type AnalysisResult } from "../../../src/analysis/result.ts";
import { withStoredResult } from "../../../src/analysis/stored_result.ts";
import { packageRoot } from "../../../src/package_root.ts";
import { checkLanguages, checkQueries, checkReport } from "../../../src/report/proof/check_report.ts";
import { renderPages } from "../../../src/report/render_report.ts";
import { reportView } from "../../../src/report/view.ts";
import { writeReport } from "../../../src/report/write_report.ts";
import { sqlText } from "../../../src/store/database.ts";
import { withReportTables } from "../../../src/store/report_tables.ts";
import { reportReader } from "./report_files.ts";

const CAPTURES = join(packageRoot(), "fixtures", "captures");
const languages = ["en", "zh_CN"];
let folder = "";
let result: AnalysisResult;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cnitrace-proof-"));
  const captures = readdirSync(CAPTURES).map((name) => join(CAPTURES, name));
  await collectCaptures(captures, { outDir: folder, workers: 0 });
  result = await analyzeTables(folder);
  await writeReport(result, { outDir: join(folder, "report"), languages });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a report of all captures agrees with its data", async () => {
  const read = reportReader(folder);
  await withStoredResult(folder, async ({ result: stored, stale, ask }) => {
    const checked = await checkReport({ result: stored, ask, read, folder: join(folder, "report") });
    expect(stale).toEqual([]);
    expect(checked.differences).toEqual([]);
  });
});

// A page about one run has tables and sentences that a page about many has not.
test("the page about each capture alone prints what its queries give, in both languages", async () => {
  for (const { run_id } of result.tables.runs) {
    await withReportTables(folder, Object.keys(RESULT_TABLES), async (db) => {
      for (const [table, columns] of Object.entries(RESULT_TABLES)) {
        if ("run_id" in columns) await db.run(`delete from report.${table} where run_id <> ${sqlText(run_id)}`);
      }
      const pages = renderPages(reportView({ ...result, tables: await readTables(db) }), { languages });
      const { differences, count } = await checkQueries({ pages, charts: [] }, (query) => db.values(query));
      expect([run_id, ...differences, ...checkLanguages(pages)]).toEqual([run_id]);
      expect(count).toBeGreaterThan(40);
    });
  }
});
