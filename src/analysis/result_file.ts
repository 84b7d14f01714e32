import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CliError } from "../errors.ts";
import { RESULT_TABLES, type AnalysisResult, type ValueType } from "./result.ts";

/** Where an analysed folder keeps its result. */
export function resultPath(outDir: string): string {
  return join(outDir, "result.json");
}

/**
 * Reads `<outDir>/result.json` of an earlier analysis.
 *
 * @throws CliError ERR_INPUT when there is none, or it is not of this version
 */
export function readResultFile(outDir: string): AnalysisResult {
  const path = resultPath(outDir);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CliError("ERR_INPUT", `no readable result in ${path}`, {
      hint: "Make one with `cnitrace analyze <capture> -o <out>`.",
      cause,
    });
  }
  return parseResult(value, path);
}

/**
 * Checks that a value read from `result.json` is an AnalysisResult of this version: that it has what its JSON Schema
 * requires. To compile that schema for a single file would take a hundred times as long.
 *
 * @param path file it came from, for the error
 * @throws CliError ERR_INPUT naming the file and the first place that does not fit
 */
export function parseResult(value: unknown, path: string): AnalysisResult {
  const misfit = firstMisfit(value);
  if (misfit === null) return value as AnalysisResult;
  throw new CliError("ERR_INPUT", `${path} is not a result of this version: ${misfit}`, {
    hint: "Run `cnitrace analyze` again on the captures.",
  });
}

/** The first place that does not fit, as a JSON Pointer, and what is wrong with it; null when there is none. */
function firstMisfit(value: unknown): string | null {
  if (!isObject(value)) return "/ is no object";
  const { schema_version: version, generator, tables } = value;
  if (version !== 1) return "/schema_version is not 1";
  if (!isObject(generator)) return "/generator is no object";
  if (generator["name"] !== "cnitrace") return "/generator/name is not cnitrace";
  if (typeof generator["version"] !== "string") return "/generator/version is no string";
  if (!isObject(tables)) return "/tables is no object";
  for (const [name, columns] of Object.entries(RESULT_TABLES)) {
    const misfit = tableMisfit(tables[name], columns);
    if (misfit !== null) return `/tables/${name}${misfit}`;
  }
  return null;
}

function tableMisfit(rows: unknown, columns: Readonly<Record<string, ValueType>>): string | null {
  if (!Array.isArray(rows)) return " is no array";
  const wanted = Object.entries(columns).map(([name, type]) => ({
    name,
    type: type.replace("?", ""),
    isNullable: type.endsWith("?"),
  }));
  for (const [index, row] of rows.entries()) {
    if (!isObject(row)) return `/${index} is no object`;
    for (const { name, type, isNullable } of wanted) {
      const value = row[name];
      if (typeof value === type || (isNullable && value === null)) continue;
      return `/${index}/${name} is no ${type}${isNullable ? " or null" : ""}`;
    }
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
