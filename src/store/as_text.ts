import type { Json } from "@duckdb/node-api";

/** A value as text: as it is when it is text, else its JSON; null and what is missing are ''. */
export function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
