import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../src/package_root.ts";
import { knownLanguages, loadLocale, parseLocale, Translator } from "../../src/report/locale.ts";
import { cite, known } from "../../src/report/figures/cited.ts";
import { asCount, asPlain, type Figure } from "../../src/report/figures/figure.ts";
import { registerRows } from "../../src/report/figures/result_rows.ts";
import { Marks } from "../../src/report/proof/marks.ts";
import { joined, message, words, type Text } from "../../src/report/text.ts";
import {
  EXHAUSTIONS,
  FAILURE_RULES,
  LEAK_CAUSES,
  LEAK_CERTAINTIES,
  LOCK_SCOPES,
  MEASURES,
  PATH_PARTS,
  POD_PHASES,
  QUALITY_CHECKS,
  SERIAL_RESOURCES,
  SLIS,
  SLO_OUTCOMES,
  TEST_PHASES,
} from "../../src/report/vocabulary.ts";
import { loadTheme } from "../../src/report/theme.ts";
import { syntheticResult } from "./synthetic_result.ts";

function translate(messages: Record<string, string>, text: Text): string {
  const marks = new Marks();
  return marks.taken(new Translator(parseLocale("en", messages), "page", marks).text(text)).text;
}

/** A figure of a run with so many pods, or whose CNI has this name. */
function figure(value: number | string): Figure {
  const result = syntheticResult([
    typeof value === "number" ? { run_id: "a", pod_count: value } : { run_id: "a", cni: value },
  ]);
  registerRows(result);
  const [run] = result.tables.runs;
  if (run === undefined) throw new Error("no run");
  return typeof value === "number" ? asCount(cite(run, "pod_count")) : asPlain(known(cite(run, "cni")));
}

/** Names of a message's places, sorted; a place that stands twice is there twice. */
function places(pattern: string): string[] {
  return [...pattern.matchAll(/\{~?(\w+)/g)].map((match) => match[1] ?? "").sort();
}

describe("a message", () => {
  test("counts choose singular or plural and stand before their noun", () => {
    const messages = { pods: "{n|pod|pods} {~n|is|are} gone" };
    expect(translate(messages, message("pods", { n: figure(1) }))).toBe("1 pod is gone");
    expect(translate(messages, message("pods", { n: figure(0) }))).toBe("0 pods are gone");
    expect(translate(messages, message("pods", { n: figure(1000) }))).toBe("1000 pods are gone");
  });

  test("without a translation is an error that names template, key and language", () => {
    expect(() => translate({}, message("no.such_key"))).toThrow(/template "page", language en: .*"no\.such_key"/);
  });

  test("with a missing or an unused value is an error that names it", () => {
    expect(() => translate({ a: "{x}" }, message("a"))).toThrow(/needs the value "x"/);
    expect(() => translate({ a: "text" }, message("a", { x: words("b") }))).toThrow(/no place for "x"/);
  });

  test("a value that looks like a place is not filled again", () => {
    expect(translate({ a: "{x}" }, message("a", { x: figure("{y} $& $1") }))).toBe("{y} $& $1");
  });

  test("lists end with the word for and", () => {
    const messages = { "joint.and": " and ", "joint.comma": ", " };
    expect(translate(messages, joined([words("a")], "and"))).toBe("a");
    expect(translate(messages, joined(["a", "b", "c"].map(words), "and"))).toBe("a, b and c");
  });

  test("an empty text or a text that is none is refused", () => {
    expect(() => parseLocale("en", { a: "" })).toThrow(/key "a"/);
    expect(() => parseLocale("zh_CN", { a: { b: "c" } })).toThrow(/zh_CN: key "a"/);
    expect(() => parseLocale("en", null)).toThrow(/not an object/);
  });
});

describe("the locales", () => {
  const locales = knownLanguages().map((language) => loadLocale(language));
  const [english, chinese] = locales.map((locale) => locale.messages);

  test("have the same keys", () => {
    expect([...(chinese?.keys() ?? [])].sort()).toEqual([...(english?.keys() ?? [])].sort());
  });

  test("have the same places and the same literal numbers in every message", () => {
    const numbers = (text: string): string[] => (text.replace(/\{[^}]*\}/g, " ").match(/\d+/g) ?? []).sort();
    for (const [key, text] of english ?? []) {
      const other = chinese?.get(key) ?? "";
      const unique = (pattern: string): string[] => [...new Set(places(pattern))];
      expect([key, unique(other)]).toEqual([key, unique(text)]);
      expect([key, numbers(other)]).toEqual([key, numbers(text)]);
    }
  });

  test("the Chinese one has a space between CJK and Latin, and full-width punctuation after CJK", () => {
    for (const [key, text] of chinese ?? []) {
      const plain = text.replace(/`[^`]*`/g, "x");
      expect([key, plain.match(/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/)?.[0]]).toEqual([
        key,
        undefined,
      ]);
      expect([key, plain.match(/[\u4e00-\u9fff][,;:!?]/)?.[0]]).toEqual([key, undefined]);
    }
  });

  test("have words for everything that rows can name", () => {
    const keys = [
      ...POD_PHASES.flatMap((phase) => [`phase.${phase}`, `phase.${phase}.text`]),
      ...MEASURES.map((measure) => `measure.${measure}`),
      ...FAILURE_RULES.map((rule) => `failures.rule.${rule}`),
      ...LEAK_CAUSES.map((cause) => `leak_cause.${cause}`),
      ...LEAK_CERTAINTIES.map((certainty) => `leak_certainty.${certainty}`),
      ...EXHAUSTIONS.map((kind) => `addresses.exhausted.${kind}`),
      ...PATH_PARTS.map((part) => `path_part.${part}`),
      ...SERIAL_RESOURCES.map((resource) => `serial_resource.${resource}`),
      ...SLIS.map((sli) => `sli.${sli}`),
      ...SLO_OUTCOMES.map((outcome) => `slo_outcome.${outcome}`),
      ...LOCK_SCOPES.map((scope) => `lock_scope.${scope}`),
      ...TEST_PHASES.flatMap((phase) => [`test_phase.${phase}`, `plan.phase.${phase}`]),
      ...QUALITY_CHECKS.flatMap((check) => [`data_quality.${check}.title`, `data_quality.${check}.text`]),
    ];
    for (const { language, messages } of locales) {
      expect([language, keys.filter((key) => !messages.has(key))]).toEqual([language, []]);
    }
  });

  test("every key is used by the code or a template", () => {
    const sources = [...sourceTexts("src/report"), ...sourceTexts("templates")].join("\n");
    const built =
      /^(phase|measure|test_phase|scenario|severity|data_quality|column|joint|chart|failure_class|failures\.rule|leak_cause|leak_certainty|lock_scope|path_part|serial_resource|sli|slo|slo_outcome|progress\.story|addresses\.exhausted|result\.failure|environment\.origin|plan\.(phase|start))\./;
    const unused = [...(english?.keys() ?? [])].filter((key) => {
      if (sources.includes(`"${key}"`)) return false;
      if (!built.test(key)) return true;
      // A key built from parts: its last part stands somewhere in the sources.
      return !sources.includes(
        key
          .replace(/\.(text|title|none)$/, "")
          .split(".")
          .at(-1) ?? key,
      );
    });
    expect(unused).toEqual([]);
  });

  test("every phase of a pod's time has a colour of its own", () => {
    const colors = POD_PHASES.map((phase) => loadTheme().phaseColors[phase]);
    expect(new Set(colors).size).toBe(POD_PHASES.length);
    expect(colors).not.toContain(undefined);
  });
});

function sourceTexts(folder: string): string[] {
  const dir = join(packageRoot(), folder);
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|hbs)$/.test(name))
    .map((name) => readFileSync(join(dir, name), "utf8"));
}
