import { withReportTables } from "../store/report_tables.ts";
import { readTables } from "./read_result.ts";
import { readResultFile } from "./result_file.ts";
import { RESULT_KEYS, RESULT_TABLES, type AnalysisResult, type ResultTableName } from "./result.ts";

type Value = string | number | boolean | null;
type Row = Readonly<Record<string, Value>>;

/** A value of `result.json` that is not what the Parquet file holds. */
export interface StaleValue {
  readonly table: string;
  /** The key of its row, as `run_id = a, class = b`. */
  readonly row: string;
  /** Null when the whole row is missing on one side. */
  readonly column: string | null;
  readonly inResult: Value;
  readonly inParquet: Value;
}

/** What an analysed folder holds, as its Parquet files have it. */
export interface StoredResult {
  /** Values and rows of the Parquet files, rows in the order of `result.json`; rows that it lacks come last. */
  readonly result: AnalysisResult;
  readonly stale: readonly StaleValue[];
  /** Answers a query over the report tables: rows as lists of values. @throws CliError ERR_SQL */
  readonly ask: (query: string) => Promise<readonly (readonly unknown[])[]>;
}

/**
 * Opens the report tables of an analysed folder for the time of `work`.
 *
 * @throws CliError ERR_INPUT when there is no readable `result.json`, or a table's Parquet file is missing
 */
export function withStoredResult<T>(outDir: string, work: (stored: StoredResult) => Promise<T>): Promise<T> {
  const written = readResultFile(outDir);
  return withReportTables(outDir, Object.keys(RESULT_TABLES), async (db) => {
    const tables = await readTables(db);
    const compared = (Object.keys(RESULT_TABLES) as ResultTableName[]).map((name) =>
      compareTable(name, written.tables[name] as unknown as readonly Row[], tables[name] as unknown as readonly Row[]),
    );
    const ordered = Object.fromEntries(compared.map(({ name, rows }) => [name, rows]));
    return work({
      result: { ...written, tables: ordered as unknown as AnalysisResult["tables"] },
      stale: compared.flatMap(({ stale }) => stale),
      ask: (query) => db.values(query),
    });
  });
}

interface ComparedTable {
  readonly name: ResultTableName;
  readonly rows: readonly Row[];
  readonly stale: readonly StaleValue[];
}

function compareTable(name: ResultTableName, written: readonly Row[], stored: readonly Row[]): ComparedTable {
  const keyOf = (row: Row): string => JSON.stringify(RESULT_KEYS[name].map((column) => row[column] ?? null));
  const left = new Map(stored.map((row) => [keyOf(row), row]));
  const rows: Row[] = [];
  const stale: StaleValue[] = [];
  for (const row of written) {
    const place = { table: `report.${name}`, row: keyText(name, row) };
    const found = left.get(keyOf(row));
    if (found === undefined) stale.push({ ...place, column: null, inResult: "a row", inParquet: "no such row" });
    else {
      rows.push(found);
      left.delete(keyOf(row));
      for (const column of Object.keys(RESULT_TABLES[name])) {
        const [inResult = null, inParquet = null] = [row[column], found[column]];
        if (inResult !== inParquet) stale.push({ ...place, column, inResult, inParquet });
      }
    }
  }
  for (const row of left.values()) {
    const place = { table: `report.${name}`, row: keyText(name, row) };
    stale.push({ ...place, column: null, inResult: "no such row", inParquet: "a row" });
  }
  return { name, rows: [...rows, ...left.values()], stale };
}

function keyText(name: ResultTableName, row: Row): string {
  return RESULT_KEYS[name].map((column) => `${column} = ${row[column] ?? "null"}`).join(", ");
}
