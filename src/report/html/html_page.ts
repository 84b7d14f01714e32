import { createHash } from "node:crypto";
import type { Spec } from "vega";
import type { Locale } from "../locale.ts";
import { templateText } from "../template_files.ts";
import { attribute, bodyOf, type Heading } from "./markdown_html.ts";
import { pageScript } from "./page_script.ts";

/** A chart as it is put into a page: still for paper, and what Vega makes of it on a screen. */
export interface HtmlChart {
  readonly name: string;
  /** Its address in the Markdown. */
  readonly address: string;
  readonly svg: string;
  readonly spec: Spec;
}

/**
 * The page of a Markdown page as one HTML file that loads nothing: the same text, tables and numbers, charts that answer
 * to the pointer, and the still charts on paper. Its policy lets only its own script run.
 */
export function htmlPage(markdown: string, charts: readonly HtmlChart[], locale: Locale): string {
  const body = bodyOf(markdown, new Map(charts.map((chart) => [chart.address, chart])));
  const script = pageScript();
  const style = templateText("html/page.css");
  const title = body.headings[0]?.text ?? "";
  const word = (key: string): string => attribute(locale.messages.get(key) ?? key);
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${digest(script)}'`;
  const specs = charts.map(
    ({ name, spec }) =>
      `<script type="application/json" id="chart-${attribute(name)}">${JSON.stringify(spec).replace(/</g, "\\u003c")}</script>`,
  );
  return `<!doctype html>
<html lang="${attribute(locale.language.replace("_", "-"))}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="cnitrace">
<title>${attribute(title)}</title>
<style>
${style}</style>
</head>
<body data-legend="${word("html.legend")}" data-zoom="${word("html.zoom")}" data-sort="${word("html.sort")}">
<nav aria-label="${word("html.contents")}"><details open><summary>${word("html.contents")}</summary>
${contents(body.headings)}
</details></nav>
<main>
${body.html}</main>
${specs.join("\n")}
<script>${script}</script>
</body>
</html>
`;
}

/** Chapters with their sections. */
function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  const items = shown.map(
    ({ level, id, text }) => `<li class="level${level}"><a href="#${attribute(id)}">${attribute(text)}</a></li>`,
  );
  return `<ul>\n${items.join("\n")}\n</ul>`;
}

function digest(script: string): string {
  return createHash("sha256").update(script).digest("base64");
}
