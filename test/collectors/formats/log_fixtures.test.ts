import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { formatAt, LOG_FORMATS } from "../../../collectors/formats/format_list.ts";
import type { EnvelopeKind } from "../../../collectors/log_record.ts";
import { contextOf, parseAll } from "./parse_lines.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/logs");
const COMPONENTS: Readonly<Record<string, string>> = { logfmt: "containerd" };
const names = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(".log"))
  .map((file) => file.slice(0, -4));

function envelopeOf(name: string): EnvelopeKind {
  return name.startsWith("envelope_") ? (name.slice("envelope_".length) as EnvelopeKind) : "bare";
}

describe("fixtures/logs", () => {
  test.each(names)("%s.log parses to its expected records", (name) => {
    const parsed = parseAll(
      readFileSync(join(FIXTURES, `${name}.log`)),
      contextOf(COMPONENTS[name] ?? null, envelopeOf(name)),
    );
    const expectedFile = join(FIXTURES, `${name}.expected.json`);
    // A new fixture gets its expectation here; it is read before it is committed, and CI fails without it.
    if (!existsSync(expectedFile) && process.env["CI"] === undefined) {
      writeFileSync(expectedFile, `${JSON.stringify(parsed, null, 2)}\n`);
    }
    expect(parsed).toEqual(JSON.parse(readFileSync(expectedFile, "utf8")));
  });

  test.each(LOG_FORMATS.map((format) => format.id))("format %s has a fixture", (id) => {
    expect(names).toContain(id);
  });

  test.each(LOG_FORMATS.flatMap((format) => format.samples.map((sample) => [format.id, sample] as const)))(
    "format %s recognises its sample %s",
    (id, sample) => {
      const buf = Buffer.from(sample);
      expect(formatAt(buf, 0, buf.length)?.id).toBe(id);
    },
  );
});
