import { RESULT_TABLES, type ValueType } from "./result.ts";

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
