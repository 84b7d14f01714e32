import { readMacros, readModels, type Model } from "../models/model_files.ts";
import { progressMacroSql, readProgressSteps } from "../progress/compile.ts";
import type { Database } from "../store/database.ts";
import { attachRaw, buildModels, commentModels } from "../store/warehouse.ts";

/**
 * Opens the layers of `outDir` in `db`: raw from its Parquet files, every model above built from them.
 *
 * @returns the models in build order
 * @throws CliError ERR_MODEL naming the model that fails
 */
export async function buildTables(db: Database, outDir: string): Promise<readonly Model[]> {
  await attachRaw(db, outDir);
  await db.run(readMacros());
  await db.run(progressMacroSql(readProgressSteps()));
  const models = await buildModels(db, readModels());
  await commentModels(db, models);
  return models;
}
