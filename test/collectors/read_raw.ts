import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll } from "vitest";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder that is removed after the tests of the file. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cnitrace-test-"));
  folders.push(folder);
  return folder;
}

/** Writes files by path below a new folder. */
export function capture(files: Readonly<Record<string, string | Buffer>>, root = tempFolder()): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Rows of a query over the raw tables of an output folder; `{table}` stands for the table's files. */
export async function readRaw(outDir: string, sql: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    const from = sql.replace(/\{(\w+)\}/g, (_, table: string) => {
      const glob = join(outDir, "raw", table, "*", "*.parquet");
      return `read_parquet('${glob}', hive_partitioning = false)`;
    });
    return (await connection.runAndReadAll(from)).getRowsJson();
  } finally {
    connection.closeSync();
  }
}

export const KUBELET_LINE = (second: number, text = "SyncLoop ADD"): string =>
  `I1123 15:00:${String(second).padStart(2, "0")}.000001    1234 kubelet.go:2000] "${text}" pods=["default/a"]\n`;

export const CONTAINERD_LINE = (second: number, text = "loading plugin"): string =>
  `time="2026-11-23T15:00:${String(second).padStart(2, "0")}.123456789Z" level=info msg="${text}"\n`;
