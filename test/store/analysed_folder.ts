import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { collectCaptures } from "../../collectors/collect.ts";
import { analyzeTables } from "../../src/analysis/analyze.ts";
import { packageRoot } from "../../src/package_root.ts";

/** A scratch folder in which one fixture capture was analysed, without report; the caller removes it. */
export async function analysedFolder(name: string): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), "cnitrace-analysed-"));
  try {
    await collectCaptures([join(packageRoot(), "fixtures", "captures", name)], { outDir: out, workers: 0 });
    await analyzeTables(out);
    return out;
  } catch (error) {
    rmSync(out, { recursive: true, force: true });
    throw error;
  }
}
