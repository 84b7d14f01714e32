import { fillChart } from "../charts/chart_renderer.ts";
import { vegaSpec } from "../charts/drawing.ts";
import { chartPath, type ChartFormat, type RenderedReport } from "../render_report.ts";
import { htmlPage } from "./html_page.ts";

/** Every page of a report as one HTML file; the same report gives the same bytes. */
export function htmlFiles(
  { pages, charts }: RenderedReport,
  linked: ChartFormat,
): { readonly name: string; readonly content: string }[] {
  return pages.map(({ language, locale, file, text }) => {
    const inPage = charts.flatMap(({ chart, pictures }) =>
      pictures
        .filter((picture) => picture.language === language)
        .map((picture) => ({
          name: chart.name,
          address: `./${chartPath(chart.name, language, linked)}`,
          svg: picture.svg,
          spec: vegaSpec(fillChart(chart, locale, "web").drawing),
        })),
    );
    return { name: file.replace(/\.md$/, ".html"), content: htmlPage(text, inPage, locale) };
  });
}
