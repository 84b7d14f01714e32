import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runCli, type Finished } from "../truth/check_capture.ts";
import { quote, rowsOf, withDuckDb } from "../truth/product_tables.ts";

/** A folder that is gone when the test is over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cnitrace-bad-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** What `analyze` or `collect` did with a capture. */
export interface Analysis extends Finished {
  readonly out: string;
}

export async function analyze(captures: readonly string[], out = join(scratchFolder(), "out")): Promise<Analysis> {
  return { out, ...(await runCli(["analyze", ...captures, "-o", out])) };
}

/** The raw tables alone, for tests that look at nothing else: a third of the time. */
export async function collect(captures: readonly string[], out = join(scratchFolder(), "out")): Promise<Analysis> {
  return { out, ...(await runCli(["collect", ...captures, "-o", out])) };
}

/** One row of `raw.import_stats` with the path of its file. */
export interface ImportIssue {
  readonly path: string;
  readonly reason: string;
  readonly count: number;
  readonly first_line: number | null;
}

/** Everything that was not read, or read in part. */
export async function importIssues(out: string): Promise<ImportIssue[]> {
  const from = (table: string): string => `read_parquet(${quote(join(out, "raw", table, "**/*.parquet"))})`;
  return withDuckDb((connection) =>
    rowsOf<ImportIssue>(
      connection,
      `select path, reason, count::double as count, first_line::double as first_line
        from ${from("import_stats")} join ${from("sources")} using (run_id, file_id) order by path, reason`,
    ),
  );
}

/** Paths that `report.data_quality` names. */
export async function qualityPaths(out: string): Promise<(string | null)[]> {
  const rows = await withDuckDb((connection) =>
    rowsOf<{ first_path: string | null }>(
      connection,
      `select first_path from read_parquet(${quote(join(out, "report", "data_quality.parquet"))})`,
    ),
  );
  return rows.map((row) => row.first_path);
}

/** Values of one column of a raw table, in order of file and line; empty when the table has no row. */
export async function rawColumn(out: string, table: string, column: string): Promise<(string | null)[]> {
  const folder = join(out, "raw", table);
  if (!existsSync(folder)) return [];
  const rows = await withDuckDb((connection) =>
    rowsOf<{ value: string | null }>(
      connection,
      `select ${column}::varchar as value from read_parquet(${quote(join(folder, "**/*.parquet"))}) order by file_id, line`,
    ),
  );
  return rows.map((row) => row.value);
}
