import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { knownLanguages, loadLocale } from "../../src/report/locale.ts";
import { builtIn, useTemplates } from "../../src/report/template_files.ts";
import { writeReport } from "../../src/report/write_report.ts";
import { syntheticResult } from "./synthetic_result.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "templates-"));
});
afterEach(() => {
  useTemplates(null);
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** A language in which every message is the English one with a mark. */
function putLanguage(language: string, left: (key: string) => boolean = () => true): void {
  const english = JSON.parse(readFileSync(builtIn("locales/en.json"), "utf8")) as Record<string, string>;
  const entries = Object.entries(english).filter(([key]) => left(key));
  put(
    `locales/${language}.json`,
    JSON.stringify({ ...Object.fromEntries(entries), "language.name": "Français", "result.title": "Résultat" }),
  );
}

async function page(languages: readonly string[]): Promise<{ readonly dir: string; readonly text: string }> {
  const dir = join(folder, "out");
  await writeReport(syntheticResult([{ run_id: "a" }]), { outDir: dir, languages });
  const name = languages[0] === "en" ? "ipam-performance.md" : `ipam-performance-${languages[0] ?? ""}.md`;
  return { dir, text: readFileSync(join(dir, name), "utf8") };
}

describe("templates of the user", () => {
  test("a section, a few messages and a colour stand in for the built-in ones", async () => {
    put("sections/background.md.hbs", '## {{t "background.title"}}\n\nOur own reason.\n');
    put("locales/en.json", JSON.stringify({ "result.title": "Findings" }));
    put("charts/theme.json", readFileSync(builtIn("charts/theme.json"), "utf8").replace('"#E69F00" }', '"#123456" }'));
    useTemplates(folder);
    const { dir, text } = await page(["en"]);
    expect(text).toContain("## Background\n\nOur own reason.\n");
    expect(text).toContain("\n## Findings\n");
    expect(readFileSync(join(dir, "charts/progress-en.svg"), "utf8")).toContain("#123456");
  });

  test("a language is one file: its page, its charts and its name in the switch", async () => {
    putLanguage("fr");
    useTemplates(folder);
    expect(knownLanguages()).toEqual(["en", "fr", "zh_CN"]);
    const { text } = await page(["fr", "en"]);
    expect(text).toContain("[English](./ipam-performance.md) | **Français**");
    expect(text).toContain("## Résultat");
    expect(text).toContain("(./charts/progress-fr.svg)");
  });

  test("a language that lacks messages is an error that names them", () => {
    putLanguage("fr", (key) => key !== "summary.title");
    useTemplates(folder);
    expect(() => loadLocale("fr")).toThrow("language fr: 1 messages are missing");
  });

  test("a file that stands in for nothing is an error: it may be misspelt", () => {
    put("sections/backgroud.md.hbs", "x");
    expect(() => {
      useTemplates(folder);
    }).toThrow(/sections[/\\]backgroud\.md\.hbs is not the name of a template/);
  });

  test("a folder that is not there is an error", () => {
    expect(() => {
      useTemplates(join(folder, "none"));
    }).toThrow(/no folder of templates/);
  });
});
