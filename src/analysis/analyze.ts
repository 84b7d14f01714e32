import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";

import { CliError } from "../errors.ts";
import { packageVersion } from "../package_root.ts";
import { withDatabase } from "../store/database.ts";
import { allEnded } from "../store/parallel.ts";
import { exportLayers } from "../store/warehouse.ts";
import { loadOwnSignatures } from "../signatures/load_signatures.ts";
import { buildTables, keptSignatures } from "./build_tables.ts";
import { readResult } from "./read_result.ts";
import type { AnalysisResult } from "./result.ts";
import { resultPath } from "./result_file.ts";
import { resultJsonSchema } from "./result_schema.ts";

export interface AnalyzeOptions {
  /** Threads that work at a time; default: as many as cores. The result does not depend on it. */
  readonly threads?: number;
  /** Signature files or folders of the user, tried before those of the program. */
  readonly signatures?: readonly string[];
  /** File of SLOs of the user; default: Kubernetes' own. */
  readonly slo?: string | null;
  /** Given the result while the tables are still being written, and waited for. */
  readonly onResult?: (result: AnalysisResult) => Promise<void>;
}

/** More would wait: Node.js calls the database from four threads, and the longest chain of models is a third of all work. */
const MAX_LANES = 4;

/**
 * Builds all models over the raw tables in `outDir` and writes the public tables as Parquet, `result.json` and its
 * JSON Schema beside them, and the user's signatures as `signatures.json`.
 *
 * @throws CliError ERR_MODEL when a model fails, ERR_OUTPUT when `outDir` cannot be written; what `onResult` throws
 */
export async function analyzeTables(outDir: string, options: AnalyzeOptions = {}): Promise<AnalysisResult> {
  const spillDir = mkdtempSync(join(tmpdir(), "cnitrace-"));
  try {
    const cores = options.threads ?? availableParallelism();
    // One more than cores: while the answer of one is on its way to this thread, the others have what to do.
    const lanes = Math.min(cores + 1, MAX_LANES);
    // Each lane works on a thread of its own; the database has the rest, to share a long statement out.
    return await withDatabase({ threads: Math.max(cores - lanes + 1, 1), spillDir }, async (db) => {
      const models = await buildTables(db, outDir, options.signatures, options.slo, lanes);
      keepSignatures(outDir, options.signatures ?? []);
      const result = await readResult(db, packageVersion(), lanes);
      // result.json comes last of the tables: whoever finds it finds them whole, and a report that fails costs neither.
      const written = exportLayers(db, models, outDir, lanes).then(() => {
        writeWhole(resultPath(outDir), `${JSON.stringify(result, null, 1)}\n`);
        writeWhole(join(outDir, "result.schema.json"), `${JSON.stringify(resultJsonSchema(), null, 1)}\n`);
        // Takes a while, in which the report goes on.
        db.close();
      });
      await allEnded([written, options.onResult?.(result) ?? Promise.resolve()]);
      return result;
    });
  } finally {
    rmSync(spillDir, { recursive: true, force: true });
  }
}

/** The user's signatures as one file, in the order they are tried; none are left from an earlier call. */
function keepSignatures(outDir: string, files: readonly string[]): void {
  const path = keptSignatures(outDir);
  if (files.length === 0) rmSync(path, { force: true });
  else writeWhole(path, `${JSON.stringify(loadOwnSignatures(files), null, 1)}\n`);
}

function writeWhole(path: string, text: string): void {
  try {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (cause) {
    throw new CliError("ERR_OUTPUT", `cannot write ${path}`, { cause });
  }
}
