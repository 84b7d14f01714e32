import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

import { CliError } from "../errors.ts";
import { RESULT_TABLES, type AnalysisResult, type ValueType } from "./result.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of `result.json`, made from RESULT_TABLES. */
export function resultJsonSchema(): JsonSchema {
  const tables = Object.fromEntries(
    Object.entries(RESULT_TABLES).map(([name, columns]) => [name, { type: "array", items: rowSchema(columns) }]),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "AnalysisResult",
    type: "object",
    required: ["schema_version", "generator", "tables"],
    properties: {
      schema_version: { const: 1 },
      generator: {
        type: "object",
        required: ["name", "version"],
        properties: { name: { const: "cnitrace" }, version: { type: "string" } },
      },
      tables: { type: "object", required: Object.keys(tables), properties: tables },
    },
  };
}

function rowSchema(columns: Readonly<Record<string, ValueType>>): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(columns).map(([name, type]) => [
      name,
      { type: type.endsWith("?") ? [type.slice(0, -1), "null"] : type },
    ]),
  );
  return { type: "object", required: Object.keys(properties), properties };
}

/**
 * Checks that a value read from `result.json` is an AnalysisResult of this version.
 *
 * @param path file it came from, for the error
 * @throws CliError ERR_INPUT naming the file and the first place that does not fit
 */
export function parseResult(value: unknown, path: string): AnalysisResult {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile<AnalysisResult>(resultJsonSchema());
  if (validate(value)) return value;
  throw new CliError("ERR_INPUT", `${path} is not a result of this version: ${firstError(validate.errors)}`, {
    hint: "Run `cnitrace analyze` again on the captures.",
  });
}

function firstError(errors: readonly ErrorObject[] | null | undefined): string {
  const error = errors?.[0];
  return error ? `${error.instancePath || "/"} ${error.message ?? "does not fit"}` : "unknown";
}
