import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { schemaDocument } from "../../src/analysis/schema_document.ts";
import { packageRoot } from "../../src/package_root.ts";

test("docs/SCHEMA.md is what the raw schema and the models' headers say; `npm run schema` writes it", async () => {
  expect(readFileSync(join(packageRoot(), "docs", "SCHEMA.md"), "utf8")).toBe(await schemaDocument());
});

test("every public column has a type and a text, and no private model is in it", async () => {
  const lines = (await schemaDocument()).split("\n");
  expect(
    lines.filter((line) => /^\| `\w+` \|/.test(line) && !/^\| `\w+` \| [A-Z][A-Z_]+[^|]* \| \S.* \|$/.test(line)),
  ).toEqual([]);
  expect(lines.filter((line) => /^### \w+\._/.test(line))).toEqual([]);
  expect(lines).toContain("### timeline.pods");
});
