import Handlebars from "handlebars";
import { CliError } from "../errors.ts";
import { Translator, type Locale } from "./locale.ts";
import { linkText, tableCell } from "./markdown_text.ts";
import { unmarkedNumber, type Marks } from "./proof/marks.ts";
import { templateText } from "./template_files.ts";

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

/** Reads the page and its parts. */
export function loadTemplates(): TemplateSources {
  const sources = new Map([["report", templateText("report.md.hbs")]]);
  for (const name of [...SECTIONS, ...SHARED_PARTS]) sources.set(name, templateText(`sections/${name}.md.hbs`));
  return sources;
}

/**
 * The page of `view` in one language, with the marks of its figures.
 *
 * @param view plain data without unresolved texts: one object per section, and what the page's own frame needs
 * @throws CliError ERR_TEMPLATE naming template, key and language for a translation or a value that is missing, and for
 *   a number that does not say where it comes from
 */
export function renderPage(
  sources: TemplateSources,
  locale: Locale,
  view: Readonly<Record<string, unknown>>,
  marks: Marks,
): string {
  const engine = Handlebars.create();
  const running: string[] = [];
  const current = (): string => running.at(-1) ?? "report";
  registerHelpers(engine, locale, current, marks);
  for (const [name, source] of sources) {
    engine.registerPartial(name, named(engine, name, saidByTemplate(source, name, marks), running));
  }
  try {
    const page = engine.compile("{{> report}}", { noEscape: true, strict: true })(guarded(view, locale, current));
    const unmarked = unmarkedNumber(page);
    if (unmarked !== null) {
      const place = `"${unmarked.number}" in the line "${unmarked.line}"`;
      throw new CliError("ERR_TEMPLATE", `language ${locale.language}: ${place} does not say where it comes from`);
    }
    return `${page.replace(/\n{3,}/g, "\n\n").trim()}\n`;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError("ERR_TEMPLATE", `template "${current()}", language ${locale.language}: ${reason}`, {
      cause: error,
    });
  }
}

type Engine = ReturnType<typeof Handlebars.create>;

function registerHelpers(engine: Engine, locale: Locale, current: () => string, marks: Marks): void {
  engine.registerHelper("t", (key: string) => new Translator(locale, current(), marks).text({ key, params: {} }));
  engine.registerHelper("cell", (text: string) => tableCell(text));
  engine.registerHelper("link", (text: string) => linkText(text));
}

/** The template with the numbers marked that it says itself, outside of its tags. */
function saidByTemplate(source: string, name: string, marks: Marks): string {
  const parts = source.split(/(\{\{.*?\}\})/s);
  return parts.map((part, index) => (index % 2 === 1 ? part : marks.said(part, `template:${name}`))).join("");
}

/** The compiled part, which says its name while it runs, so that an error can tell where it happened. */
function named(engine: Engine, name: string, source: string, running: string[]): Handlebars.Template {
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
