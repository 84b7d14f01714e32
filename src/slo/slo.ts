import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CliError } from "../errors.ts";
import { jsonCheck } from "../json_check.ts";
import { packageRoot } from "../package_root.ts";

/** SLIs that a run is measured by; those of `QUANTILE_SLIS` are of a quantile of its pods. */
export const SLIS = [
  "pod_startup_s",
  "pod_ready_s",
  "run_ready_s",
  "ready_ratio",
  "pods_ready_per_s",
  "failed_attempt_ratio",
  "leaked_ip_count",
  "duplicate_ip_count",
] as const;
export type Sli = (typeof SLIS)[number];
const QUANTILE_SLIS: readonly Sli[] = ["pod_startup_s", "pod_ready_s", "run_ready_s"];

/** A target: one entry of a file of SLOs. */
export interface Slo {
  /** Names it in results; lower case, dotted or with underscores. */
  readonly id: string;
  readonly sli: Sli;
  /** Share of the pods that must keep the threshold; for the times of pods only. */
  readonly quantile?: number;
  /** The threshold, in the unit of the SLI's name; exactly one of the two. */
  readonly at_most?: number;
  readonly at_least?: number;
  /** Where it is written. */
  readonly source?: string;
}

const SLO_FILE_SCHEMA = {
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    required: ["id", "sli"],
    additionalProperties: false,
    properties: {
      id: { type: "string", pattern: "^[a-z0-9_.-]+$" },
      sli: { enum: SLIS },
      quantile: { type: "number", exclusiveMinimum: 0, maximum: 1 },
      at_most: { type: "number" },
      at_least: { type: "number" },
      source: { type: "string" },
    },
  },
};

const sloFile = jsonCheck<Slo[]>(SLO_FILE_SCHEMA);

/**
 * The SLOs of a file, in its order; Kubernetes' own when none is given.
 *
 * @throws CliError ERR_INPUT for a file that cannot be read, ERR_USAGE for an entry that says no target
 */
export function loadSlos(path: string | null): readonly Slo[] {
  return path === null ? (readJson(BUILT_IN) as readonly Slo[]) : checkedSlos(path);
}

/** Kubernetes' own SLOs. Tests hold them to the rules. */
const BUILT_IN = join(packageRoot(), "src", "slo", "kubernetes.json");

function checkedSlos(file: string): readonly Slo[] {
  const value = readJson(file);
  if (!sloFile.accepts(value)) throw refused(file, reasonOf(sloFile.errors()));
  const problem = value.map(problemOf).find((each) => each !== null);
  if (problem !== undefined && problem !== null) throw refused(file, problem);
  const double = value.find(({ id }, index) => value.findIndex((each) => each.id === id) !== index);
  if (double !== undefined) throw refused(file, `${double.id} is there twice`);
  return value;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (cause) {
    throw new CliError("ERR_INPUT", `no readable SLOs in ${file}`, { hint: EXAMPLE, cause });
  }
}

const EXAMPLE = `An array such as [{"id": "startup", "sli": "pod_startup_s", "quantile": 0.99, "at_most": 5}]; SLIs: ${SLIS.join(", ")}.`;

function refused(file: string, problem: string): CliError {
  return new CliError("ERR_USAGE", `SLOs of ${file}: ${problem}`, { hint: EXAMPLE });
}

function reasonOf([error]: ReturnType<typeof sloFile.errors>): string {
  return error === undefined ? "not as expected" : `${error.instancePath || "/"} ${error.message ?? "does not fit"}`;
}

function problemOf({ id, sli, quantile, at_most, at_least }: Slo): string | null {
  if ((at_most === undefined) === (at_least === undefined)) return `${id} needs one of at_most and at_least`;
  if (QUANTILE_SLIS.includes(sli) && quantile === undefined) return `${id} needs a quantile`;
  if (QUANTILE_SLIS.includes(sli) && at_most === undefined) return `${id} needs at_most: it is a time`;
  if (!QUANTILE_SLIS.includes(sli) && quantile !== undefined)
    return `${id} has a quantile, but ${sli} is no time of pods`;
  return null;
}

/** SQL that creates `main.slos` (slo_id, sli, quantile, comparison, threshold, ordinal). */
export function sloTableSql(slos: readonly Slo[]): string {
  const rows = slos.map(({ id, sli, quantile, at_most, at_least }, index) => {
    const [comparison, threshold] = at_most === undefined ? ["at_least", at_least] : ["at_most", at_most];
    return `('${id}', '${sli}', ${quantile ?? "null"}::double, '${comparison}', ${threshold ?? "null"}::double, ${index + 1})`;
  });
  return `create or replace table main.slos as select * from (values ${rows.join(", ")}) as slos (slo_id, sli, quantile, comparison, threshold, ordinal)`;
}
