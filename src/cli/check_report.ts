import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { StaleValue } from "../analysis/stored_result.ts";
import { CliError } from "../errors.ts";
import type { CheckedReport, Difference } from "../report/proof/check_report.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Checks the report in `out` against the Parquet files: a line for each difference, then a summary.
 *
 * @throws CliError ERR_GATE when anything differs, ERR_INPUT when there is no proof or no data to check against
 */
export async function checkWrittenReport(out: string, terminal: Terminal): Promise<void> {
  const { withStoredResult } = await import("../analysis/stored_result.ts");
  const { checkReport } = await import("../report/proof/check_report.ts");
  const read = (file: string): string | null => {
    const path = join(out, "report", file);
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  const lines = await withStoredResult(out, async ({ result, stale, ask }) => {
    const checked = await checkReport({ result, ask, read, folder: join(out, "report") });
    const differences = [...stale.map(staleLine), ...checked.differences.map(differenceLine)];
    for (const line of differences) terminal.result(`${line}\n`);
    terminal.result(
      `${summary(checked)}: ${differences.length === 0 ? "all as the data say" : `${differences.length} not as the data say`}\n`,
    );
    return differences.length;
  });
  if (lines > 0) throw new CliError("ERR_GATE", `the report in ${out} is not what its data say`);
}

function summary({ figureCount, queryCount, pageCount, chartCount, ownNumberCount }: CheckedReport): string {
  const own = ownNumberCount === 0 ? "" : ` (not proved: ${ownNumberCount} numbers in words of your own)`;
  return `${figureCount} numbers and names in ${pageCount} pages and ${chartCount} charts, from ${queryCount} queries${own}`;
}

function differenceLine({ file, line, what, query }: Difference): string {
  return `${file}${line === null ? "" : `:${line}`}: ${what}${query === null ? "" : `; ${query}`}`;
}

function staleLine({ table, row, column, inResult, inParquet }: StaleValue): string {
  const place = `${table}, ${row}${column === null ? "" : `, ${column}`}`;
  return `result.json: ${place}: written is ${JSON.stringify(inResult)}, the Parquet says ${JSON.stringify(inParquet)}`;
}
