import Table from "cli-table3";

import { asText } from "../store/as_text.ts";
import type { JsonRow } from "../store/database.ts";
import type { QueryResult } from "../store/query.ts";
import type { TextFormat } from "./text_formats.ts";

const NUMERIC_TYPE = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;
const SAFE_NUMBER_TYPE = /^(?:U?(?:TINY|SMALL)INT|U?INTEGER|DOUBLE|FLOAT)$/;
const WIDEST_CELL = 100;

/** An answer as text, ending in a newline. Null is empty in CSV, `null` in JSON and `-` elsewhere. */
export function formatRows(result: QueryResult, format: TextFormat): string {
  switch (format) {
    case "table":
      return formatTable(result);
    case "csv":
      return csvText(result);
    case "json":
      return `${JSON.stringify(
        result.rows.map((row) => plainRow(result, row)),
        null,
        2,
      )}\n`;
    case "ndjson":
      return result.rows.map((row) => `${JSON.stringify(plainRow(result, row))}\n`).join("");
    case "markdown":
      return markdownText(result);
  }
}

/** Whole numbers beyond 2^53 stay text, as JSON numbers would be rounded; others become numbers. */
function plainRow(result: QueryResult, row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    result.columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      const number = typeof value === "string" && NUMERIC_TYPE.test(type) ? Number(value) : Number.NaN;
      const isExact = SAFE_NUMBER_TYPE.test(type) || Number.isSafeInteger(number);
      return [name, isExact && !Number.isNaN(number) ? number : value];
    }),
  );
}

function cellText(value: JsonRow[string] | undefined, missing: string): string {
  return value === null || value === undefined ? missing : asText(value);
}

function formatTable({ columns, rows }: QueryResult): string {
  const table = new Table({
    head: columns.map(({ name }) => name),
    colAligns: columns.map(({ type }) => (NUMERIC_TYPE.test(type) ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push(columns.map(({ name }) => shorten(cellText(row[name], "-").replaceAll("\n", " "))));
  }
  return `${table.toString()}\n${rows.length} ${rows.length === 1 ? "row" : "rows"}\n`;
}

function shorten(text: string): string {
  return text.length > WIDEST_CELL ? `${text.slice(0, WIDEST_CELL - 1)}…` : text;
}

function csvText({ columns, rows }: QueryResult): string {
  const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [
    columns.map(({ name }) => quote(name)),
    ...rows.map((row) => columns.map(({ name }) => quote(cellText(row[name], "")))),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

function markdownText({ columns, rows }: QueryResult): string {
  const escape = (text: string): string =>
    text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll(/\r?\n/g, " ");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return (
    line(columns.map(({ name }) => escape(name))) +
    line(columns.map(({ type }) => (NUMERIC_TYPE.test(type) ? "---:" : "---"))) +
    rows.map((row) => line(columns.map(({ name }) => escape(cellText(row[name], "-"))))).join("")
  );
}
