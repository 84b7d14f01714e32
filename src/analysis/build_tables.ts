import { existsSync } from "node:fs";
import { join } from "node:path";

import { readMacros, readModels, type Model } from "../models/model_files.ts";
import { progressMacroSql, readProgressSteps } from "../progress/compile.ts";
import { readSerialResources, serialResourceTableSql } from "../progress/serial_resources.ts";
import { signatureMacrosSql, signatureTableSql } from "../signatures/compile.ts";
import { loadSignatures } from "../signatures/load_signatures.ts";
import { loadSlos, sloTableSql } from "../slo/slo.ts";
import type { Database } from "../store/database.ts";
import { runInParallel } from "../store/parallel.ts";
import { type Warehouse, withWarehouse } from "../store/query.ts";
import { attachRaw, buildModels } from "../store/warehouse.ts";

/**
 * Opens the layers of `outDir` in `db`: raw from its Parquet files, every model above built from them.
 *
 * @param outDir null: over empty raw tables
 * @param signatures signature files or folders of the user, tried before those of the program
 * @param slo file of SLOs of the user; null: Kubernetes' own
 * @param lanes models built at a time
 * @returns the models in build order
 * @throws CliError ERR_MODEL naming the model that fails, ERR_SIGNATURE for a signature that cannot be used,
 *         ERR_INPUT or ERR_USAGE for SLOs that cannot
 */
export async function buildTables(
  db: Database,
  outDir: string | null,
  signatures: readonly string[] = [],
  slo: string | null = null,
  lanes = 1,
): Promise<readonly Model[]> {
  const macros = macroStatements(signatures, slo).map((statement) => (lane: Database) => lane.run(statement));
  const steps = [(lane: Database) => attachRaw(lane, outDir), ...macros];
  const tasks = steps.map((step, index) => ({ name: String(index), after: [], step }));
  await runInParallel(tasks, await db.connections(lanes), ({ step }, lane) => step(lane));
  return buildModels(db, readModels(), lanes);
}

/** Everything that models and ad-hoc SQL may call, to be run once per database; no statement needs another of them. */
export function macroStatements(signatures: readonly string[], slo: string | null = null): readonly string[] {
  const set = loadSignatures(signatures);
  return [
    readMacros(),
    progressMacroSql(readProgressSteps()),
    serialResourceTableSql(readSerialResources()),
    sloTableSql(loadSlos(slo)),
    signatureMacrosSql(set),
    signatureTableSql(set),
  ];
}

/** Where an analysed folder keeps the user's signatures, so that later questions to it know them too. */
export function keptSignatures(outDir: string): string {
  return join(outDir, "signatures.json");
}

/** Opens an analysed folder for ad-hoc SQL: raw and staging as views, the layers above as written, all documented. */
export function withAnalysedTables<T>(outDir: string, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const models = readModels();
  const kept = keptSignatures(outDir);
  const staging = models.filter((model) => model.layer === "staging");
  const setup = {
    statements: [
      ...macroStatements(existsSync(kept) ? [kept] : []),
      ...staging.map((model) => `create or replace view ${model.qualifiedName} as ${model.select}`),
    ],
    models,
  };
  return withWarehouse(outDir, setup, work);
}
