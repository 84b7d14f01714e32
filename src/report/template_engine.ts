import { createRequire } from "node:module";

import type Handlebars from "handlebars";

import { CliError } from "../errors.ts";
import { Translator, type Locale } from "./locale.ts";
import { linkText, tableCell } from "./markdown_text.ts";
import { saidBy, unmarkedNumber, type Marks } from "./proof/marks.ts";
import { templateText } from "./template_files.ts";

/** From the one file that the package has for browsers: its 40 modules take three times as long to load. */
const handlebars = createRequire(import.meta.url)("handlebars/dist/handlebars.min.js") as typeof Handlebars;

/** The page and its parts: name to source text. `report` is the page. */
export type TemplateSources = ReadonlyMap<string, string>;

/** Parts of the page, in its order; each is `templates/sections/<name>.md.hbs` and sees the view of the same name. */
export const SECTIONS = [
  "background",
  "environment",
  "test_objects",
  "plan",
  "result",
  "analysis",
  "progress",
  "failures",
  "addresses",
  "data_quality",
  "summary",
] as const;
export type SectionName = (typeof SECTIONS)[number];

const SHARED_PARTS = ["table", "chart"];

/** The page and its parts, compiled once for all languages. */
export interface Templates {
  readonly page: Handlebars.TemplateDelegate;
  /** Names of the parts that are being rendered, the innermost last. */
  readonly running: string[];
}

/** Reads and compiles the page and its parts. */
export function loadTemplates(): Templates {
  const sources = new Map([["report", templateText("report.md.hbs")]]);
  for (const name of [...SECTIONS, ...SHARED_PARTS]) sources.set(name, templateText(`sections/${name}.md.hbs`));
  return compileTemplates(sources);
}

/** Compiles the page and its parts, each when it is first rendered. */
export function compileTemplates(sources: TemplateSources): Templates {
  const engine = handlebars.create();
  const running: string[] = [];
  engine.registerHelper("cell", (text: string) => tableCell(text));
  engine.registerHelper("link", (text: string) => linkText(text));
  for (const [name, source] of sources) {
    engine.registerPartial(name, named(engine, name, saidByTemplate(source, name), running));
  }
  return { page: engine.compile("{{> report}}", { noEscape: true, strict: true }), running };
}

/**
 * The page of `view` in one language, with the marks of its figures.
 *
 * @param view plain data without unresolved texts: one object per section, and what the page's own frame needs
 * @throws CliError ERR_TEMPLATE naming template, key and language for a translation or a value that is missing, and for
 *   a number that does not say where it comes from
 */
export function renderPage(
  { page, running }: Templates,
  locale: Locale,
  view: Readonly<Record<string, unknown>>,
  marks: Marks,
): string {
  running.length = 0;
  const current = (): string => running.at(-1) ?? "report";
  const helpers = { t: (key: string) => new Translator(locale, current(), marks).text({ key, params: {} }) };
  try {
    const text = page(guarded(view, locale, current), { helpers });
    const unmarked = unmarkedNumber(text);
    if (unmarked !== null) {
      const place = `"${unmarked.number}" in the line "${unmarked.line}"`;
      throw new CliError("ERR_TEMPLATE", `language ${locale.language}: ${place} does not say where it comes from`);
    }
    return `${text.replace(/\n{3,}/g, "\n\n").trim()}\n`;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError("ERR_TEMPLATE", `template "${current()}", language ${locale.language}: ${reason}`, {
      cause: error,
    });
  }
}

/** The template with the numbers marked that it says itself, outside of its tags. */
function saidByTemplate(source: string, name: string): string {
  const parts = source.split(/(\{\{.*?\}\})/s);
  return parts.map((part, index) => (index % 2 === 1 ? part : saidBy(`template:${name}`, part))).join("");
}

/** The compiled part, which says its name while it runs, so that an error can tell where it happened. */
function named(engine: typeof Handlebars, name: string, source: string, running: string[]): Handlebars.Template {
  const compiled = engine.compile<unknown>(source, { noEscape: true, strict: true, preventIndent: true });
  return (context: unknown, options?: Handlebars.RuntimeOptions): string => {
    running.push(name);
    const text = compiled(context, options);
    running.pop();
    return text;
  };
}

/**
 * `view` that throws on a name it does not have or whose value is missing. Handlebars' own `strict` does not look
 * inside `#if`, `#each` and the arguments of helpers.
 */
function guarded(view: object, locale: Locale, current: () => string): object {
  const missing = (key: string): CliError =>
    new CliError("ERR_TEMPLATE", `template "${current()}", language ${locale.language}: no value for "${key}"`);
  return new Proxy(view, {
    get(target, key) {
      if (typeof key === "symbol") return Reflect.get(target, key) as unknown;
      const value: unknown = Reflect.get(target, key);
      if (value === undefined || value === null) throw missing(key);
      return typeof value === "object" ? guarded(value, locale, current) : value;
    },
    has(target, key) {
      if (typeof key === "symbol" || Reflect.has(target, key)) return Reflect.has(target, key);
      throw missing(key);
    },
  });
}
