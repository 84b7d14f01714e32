import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnalysisResult } from "../analysis/result.ts";
import { CliError } from "../errors.ts";
import { renderChart } from "./charts/chart_renderer.ts";
import { LANGUAGES, loadLocale, Translator, type Language, type Locale } from "./locale.ts";
import { loadTemplates, renderPage, type TemplateSources } from "./template_engine.ts";
import { languageSwitch, pageName, reportView, type ReportView } from "./view.ts";

export { LANGUAGES, type Language } from "./locale.ts";

export interface ReportOptions {
  /** Folder of the pages; created when missing. */
  readonly outDir: string;
  readonly languages: readonly Language[];
}

export interface WrittenReport {
  /** Every file written, pages first. */
  readonly files: readonly string[];
}

/**
 * Writes the page and its charts in each language: `ipam-performance.md`, `ipam-performance-zh_CN.md` and
 * `charts/<chart>-<language>.svg`. Everything is rendered before the first file is touched, and each file appears whole
 * or not at all.
 *
 * @throws CliError ERR_TEMPLATE for a missing translation or value, ERR_OUTPUT when a file cannot be written
 */
export async function writeReport(result: AnalysisResult, options: ReportOptions): Promise<WrittenReport> {
  const view = reportView(result);
  const templates = loadTemplates();
  const languages = LANGUAGES.filter((language) => options.languages.includes(language));
  const pages: [string, string][] = [];
  const charts: [string, string][] = [];
  for (const language of languages) {
    const locale = loadLocale(language);
    pages.push([pageName(language), pageText(view, templates, locale, languages)]);
    for (const chart of view.charts) charts.push([chartPath(chart.name, language), await renderChart(chart, locale)]);
  }
  const files: string[] = [];
  for (const [name, text] of [...pages, ...charts]) {
    const path = join(options.outDir, name);
    await writeWhole(path, text);
    files.push(path);
  }
  return { files };
}

/** One page as Markdown. */
export function pageText(
  view: ReportView,
  templates: TemplateSources,
  locale: Locale,
  languages: readonly Language[],
): string {
  const sections = Object.entries(view.sections).map(([name, section]): [string, unknown] => [
    name,
    withChartFiles(new Translator(locale, name).deep(section), locale.language),
  ]);
  const madeBy = new Translator(locale, "report").text(view.frame.madeBy);
  const frame = { madeBy, languageSwitch: languageSwitch(locale.language, languages) };
  return renderPage(templates, locale, { ...Object.fromEntries(sections), ...frame });
}

function chartPath(name: string, language: Language): string {
  return `charts/${name}-${language}.svg`;
}

/** `section` with the file of every chart beside its name. */
function withChartFiles(section: unknown, language: Language): unknown {
  if (Array.isArray(section)) return section.map((item) => withChartFiles(item, language));
  if (typeof section !== "object" || section === null) return section;
  const entries = Object.entries(section).map(([key, value]) => [key, withChartFiles(value, language)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if (typeof copy["name"] === "string" && typeof copy["alt"] === "string")
    copy["file"] = `./${chartPath(copy["name"], language)}`;
  return copy;
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw new CliError("ERR_OUTPUT", `${path} cannot be written`, { cause });
  }
}
