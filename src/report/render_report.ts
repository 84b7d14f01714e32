import { join } from "node:path";
import type { AnalysisResult } from "../analysis/result.ts";
import { renderChart, type Picture } from "./charts/chart_renderer.ts";
import type { Chart } from "./charts/chart.ts";
import { withDrawingThreads, type Draw } from "./charts/drawing_threads.ts";
import { loadLocale, Translator, type Language, type Locale } from "./locale.ts";
import { assemblePage } from "./page/assemble.ts";
import type { OwnWords } from "./page/own_words.ts";
import { Marks, type Place } from "./proof/marks.ts";
import { loadTemplates, renderPage, type Templates } from "./template_engine.ts";
import { languageSwitch, pageName, reportView, type ReportView } from "./view.ts";

/** One page as it is written, and where on it every figure stands. */
export interface RenderedPage {
  readonly language: Language;
  readonly locale: Locale;
  readonly file: string;
  readonly text: string;
  readonly places: readonly Place[];
  /** A sentence for each kept part whose place on the page is gone. */
  readonly warnings: readonly string[];
}

export type ChartFormat = "svg" | "png";

export interface RenderOptions {
  readonly languages: readonly Language[];
  /** Words of the user, and the sections to show; none by default. */
  readonly own?: OwnWords;
  /** Kind of picture that the pages link to; `svg` by default. */
  readonly linked?: ChartFormat;
  /** Folder of earlier pages, whose parts to keep are taken over; none by default. */
  readonly earlier?: string;
  /** What draws the charts; threads of this report's own by default. */
  readonly draw?: Draw;
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
  readonly own: OwnWords;
  readonly pages: readonly RenderedPage[];
  readonly charts: readonly RenderedChart[];
}

/**
 * The pages and charts of a result. The same result gives the same bytes.
 *
 * @throws CliError ERR_TEMPLATE for a missing translation or value, or a number that does not say where it comes from;
 *   ERR_INPUT for a mark in an earlier page that does not fit
 */
export function renderReport(result: AnalysisResult, options: RenderOptions): Promise<RenderedReport> {
  const { draw } = options;
  return draw === undefined
    ? withDrawingThreads((threads) => rendered(result, options, threads))
    : rendered(result, options, draw);
}

async function rendered(result: AnalysisResult, options: RenderOptions, draw: Draw): Promise<RenderedReport> {
  const view = reportView(result);
  const pages = renderPages(view, options);
  const { linked = "svg" } = options;
  const shown = view.charts.filter(({ name }) =>
    pages.some(({ text, language }) => text.includes(`(./${chartPath(name, language, linked)})`)),
  );
  const charts = await Promise.all(shown.map((chart) => renderedChart(chart, pages, draw)));
  return { result, own: options.own ?? {}, pages, charts };
}

async function renderedChart(chart: Chart, pages: readonly RenderedPage[], draw: Draw): Promise<RenderedChart> {
  const pictures = pages.map(async ({ language, locale }): Promise<RenderedPicture> => {
    const file = chartPath(chart.name, language, "svg");
    return { language, file, ...(await renderChart(chart, locale, draw)) };
  });
  return { chart, pictures: await Promise.all(pictures) };
}

/** The pages alone, by language. @throws CliError as `renderReport` */
export function renderPages(view: ReportView, options: RenderOptions): readonly RenderedPage[] {
  const templates = loadTemplates();
  const locales = [...options.languages].sort().map(loadLocale);
  return locales.map((locale) => renderedPage(view, templates, locale, locales, options));
}

function renderedPage(
  view: ReportView,
  templates: Templates,
  locale: Locale,
  written: readonly Locale[],
  { own = {}, earlier, linked = "svg" }: RenderOptions,
): RenderedPage {
  const { language } = locale;
  const marks = new Marks();
  const sections = Object.entries(view.sections).map(([name, section]): [string, unknown] => [
    name,
    withChartFiles(new Translator(locale, name, marks).deep(section), (chart) => chartPath(chart, language, linked)),
  ]);
  const madeBy = new Translator(locale, "report", marks).text(view.frame.madeBy);
  const frame = { madeBy, languageSwitch: languageSwitch(language, written) };
  const marked = renderPage(templates, locale, { ...Object.fromEntries(sections), ...frame }, marks);
  const file = pageName(language);
  const page = assemblePage(marked, own, language, earlier === undefined ? null : join(earlier, file));
  return { language, locale, file, warnings: page.warnings, ...marks.taken(page.markdown) };
}

/** Where a picture is, in the folder of the report. */
export function chartPath(name: string, language: Language, format: ChartFormat): string {
  return `charts/${name}-${language}.${format}`;
}

/** `section` with the file of every chart beside its name. */
function withChartFiles(section: unknown, fileOf: (chart: string) => string): unknown {
  if (Array.isArray(section)) return section.map((item) => withChartFiles(item, fileOf));
  if (typeof section !== "object" || section === null) return section;
  const entries = Object.entries(section).map(([key, value]) => [key, withChartFiles(value, fileOf)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if (typeof copy["name"] === "string" && typeof copy["alt"] === "string") copy["file"] = `./${fileOf(copy["name"])}`;
  return copy;
}
