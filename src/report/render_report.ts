import type { AnalysisResult } from "../analysis/result.ts";
import { renderChart, type Picture } from "./charts/chart_renderer.ts";
import type { Chart } from "./charts/chart.ts";
import { LANGUAGES, loadLocale, Translator, type Language, type Locale } from "./locale.ts";
import { Marks, type Place } from "./proof/marks.ts";
import { loadTemplates, renderPage, type TemplateSources } from "./template_engine.ts";
import { languageSwitch, pageName, reportView, type ReportView } from "./view.ts";

/** One page as it is written, and where on it every figure stands. */
export interface RenderedPage {
  readonly language: Language;
  readonly file: string;
  readonly text: string;
  readonly places: readonly Place[];
}

/** One chart in one language. */
export interface RenderedPicture extends Picture {
  readonly language: Language;
  readonly file: string;
}

export interface RenderedChart {
  readonly chart: Chart;
  readonly pictures: readonly RenderedPicture[];
}

/** Everything that a report consists of; files are relative to its folder. */
export interface RenderedReport {
  readonly result: AnalysisResult;
  readonly pages: readonly RenderedPage[];
  readonly charts: readonly RenderedChart[];
}

/**
 * The pages and charts of a result. The same result gives the same bytes.
 *
 * @throws CliError ERR_TEMPLATE for a missing translation or value, or a number that does not say where it comes from
 */
export async function renderReport(result: AnalysisResult, wanted: readonly Language[]): Promise<RenderedReport> {
  const view = reportView(result);
  const templates = loadTemplates();
  const languages = LANGUAGES.filter((language) => wanted.includes(language));
  const locales = languages.map(loadLocale);
  const charts: RenderedChart[] = [];
  for (const chart of view.charts) {
    const pictures: RenderedPicture[] = [];
    for (const locale of locales) {
      const file = chartPath(chart.name, locale.language);
      pictures.push({ language: locale.language, file, ...(await renderChart(chart, locale)) });
    }
    charts.push({ chart, pictures });
  }
  return { result, pages: locales.map((locale) => renderedPage(view, templates, locale, languages)), charts };
}

function renderedPage(
  view: ReportView,
  templates: TemplateSources,
  locale: Locale,
  languages: readonly Language[],
): RenderedPage {
  const { language } = locale;
  const marks = new Marks();
  const sections = Object.entries(view.sections).map(([name, section]): [string, unknown] => [
    name,
    withChartFiles(new Translator(locale, name, marks).deep(section), language),
  ]);
  const madeBy = new Translator(locale, "report", marks).text(view.frame.madeBy);
  const frame = { madeBy, languageSwitch: languageSwitch(language, languages) };
  const marked = renderPage(templates, locale, { ...Object.fromEntries(sections), ...frame }, marks);
  return { language, file: pageName(language), ...marks.taken(marked) };
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
