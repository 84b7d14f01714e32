import type { AnalysisResult } from "../analysis/result.ts";
import { CliError } from "../errors.ts";
import { loadSignatures } from "../signatures/load_signatures.ts";

const ANY = "any";
const SLO = "slo";

/**
 * Checks the classes of `--fail-on` before anything is read.
 *
 * @throws CliError ERR_USAGE for a class that does not exist, ERR_SIGNATURE for signatures that cannot be used
 */
export function checkFailOn(classes: readonly string[], signatures: readonly string[]): void {
  if (classes.length === 0 && signatures.length === 0) return;
  const known = new Set([ANY, SLO, ...loadSignatures(signatures).classes.map(({ id }) => id)]);
  const wrong = classes.find((name) => !known.has(name));
  if (wrong === undefined) return;
  throw new CliError("ERR_USAGE", `no failure class ${wrong}`, {
    hint: `Known: ${[...known].join(", ")}.`,
  });
}

/**
 * The error that ends the command with 1 when a run has a failure of these classes (root or symptom), or missed an SLO and
 * `slo` is among them; else null.
 */
export function failOnError(result: AnalysisResult, classes: readonly string[]): CliError | null {
  return failureError(result, classes) ?? (classes.includes(SLO) ? sloError(result) : null);
}

function sloError(result: AnalysisResult): CliError | null {
  const missed = result.tables.slo_results.filter(({ outcome }) => outcome === "missed");
  const [first] = missed;
  if (!first) return null;
  const runs = new Set(missed.map((row) => row.run_id)).size;
  return new CliError(
    "ERR_GATE",
    `--fail-on slo: ${first.slo_id} missed in ${first.run_id} (${runs} of ${result.tables.runs.length} runs)`,
    { hint: "The table of SLOs in the report shows what was measured; unknown ones do not count." },
  );
}

function failureError(result: AnalysisResult, classes: readonly string[]): CliError | null {
  const found = result.tables.failure_classes.filter(
    (row) => row.role !== "transient" && (classes.includes(ANY) || classes.includes(row.class)),
  );
  const [first] = found;
  if (!first) return null;
  const runs = new Set(found.map((row) => row.run_id)).size;
  return new CliError(
    "ERR_GATE",
    `--fail-on: ${first.class} in ${first.run_id} (${runs} of ${result.tables.runs.length} runs)`,
    {
      hint: "The verdict and the report above say what happened.",
    },
  );
}
