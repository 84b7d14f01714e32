import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { collectCaptures } from "../../collectors/collect.ts";
import { buildTables } from "../../src/analysis/build_tables.ts";
import { packageRoot } from "../../src/package_root.ts";
import { type Database, withDatabase } from "../../src/store/database.ts";

/** Folders of all fixture captures, by name. */
export function captureFolders(): readonly string[] {
  const dir = join(packageRoot(), "fixtures", "captures");
  return readdirSync(dir)
    .sort()
    .map((name) => join(dir, name));
}

/**
 * Collects all fixture captures into one scratch folder, builds every model over them, and closes and removes all of it
 * after `work`.
 */
export async function withFixtureTables<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const out = mkdtempSync(join(tmpdir(), "cnitrace-fixtures-"));
  try {
    await collectCaptures(captureFolders(), { outDir: out, workers: 0 });
    return await withDatabase({}, async (db) => {
      await buildTables(db, out);
      return await work(db);
    });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
