import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { sniffObjects } from "../../../collectors/objects/sniff.ts";
import { RAW_TABLES } from "../../../src/schema/raw_tables.ts";
import { readObjects } from "./read_objects.ts";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "../../../fixtures/objects");

describe.each(readdirSync(FOLDER))("objects/%s", (name) => {
  const input = readdirSync(join(FOLDER, name)).find((file) => file.startsWith("input.")) ?? "";
  const bytes = readFileSync(join(FOLDER, name, input));

  test("gives the expected rows and issues", () => {
    const expectedPath = join(FOLDER, name, "expected.json");
    const found = { sniff: sniffObjects(bytes, input)?.kind ?? null, ...readObjects([bytes]) };
    if (!existsSync(expectedPath) && process.env["CI"] === undefined) {
      writeFileSync(expectedPath, `${JSON.stringify(found, null, 2)}\n`);
    }
    expect(found).toEqual(JSON.parse(readFileSync(expectedPath, "utf8")));
  });

  test("every row has exactly the columns of its table, each of its type", () => {
    for (const { table, row } of readObjects([bytes]).rows) {
      const columns = RAW_TABLES.find((schema) => schema.name === table)?.columns ?? [];
      const own = columns.filter((column) => column.name !== "run_id" && column.name !== "file_id");
      expect(Object.keys(row).sort()).toEqual(own.map((column) => column.name).sort());
      for (const column of own) expect([table, column.name, isOfType(column.type, row[column.name])]).toContain(true);
    }
  });
});

function isOfType(type: string, value: unknown): boolean {
  if (value === null) return true;
  switch (type) {
    case "utf8":
      return typeof value === "string" && value !== "";
    case "json":
      return typeof value === "string" && JSON.parse(value) !== undefined;
    case "bool":
      return typeof value === "boolean";
    case "f64":
      return typeof value === "number";
    case "ts_ns":
      return typeof value === "string" && /^-?\d+n$/.test(value);
    default:
      return typeof value === "number" && Number.isSafeInteger(value);
  }
}
