import MarkdownIt from "markdown-it";
import { flowPicture } from "./flow_picture.ts";

/** A chart of the page, by the address that the Markdown has for it. */
export interface PageChart {
  readonly name: string;
  readonly svg: string;
}

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface PageBody {
  readonly html: string;
  readonly headings: readonly Heading[];
}

type Token = ReturnType<InstanceType<typeof MarkdownIt>["parse"]>[number];

/**
 * The page's Markdown as HTML, nothing of which loads anything: charts and flow charts are pictures in the page, other
 * pictures are links, HTML is shown as text but for line breaks, and comments are left out.
 *
 * @param charts by address in the Markdown, such as `./charts/progress-en.svg`
 */
export function bodyOf(markdown: string, charts: ReadonlyMap<string, PageChart>): PageBody {
  const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });
  parser.inline.ruler.before("html_inline", "line_break", (state, silent) => {
    const [found] = /^<br\s*\/?>/.exec(state.src.slice(state.pos)) ?? [];
    if (found === undefined) return false;
    if (!silent) state.push("hardbreak", "br", 0);
    state.pos += found.length;
    return true;
  });
  const source = markdown.replace(/^[ \t]*<!--.*?-->[ \t]*$/gms, "");
  const tokens = parser.parse(source, {});
  const headings = nameHeadings(tokens);
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "inline") continue;
    followLinks(token);
    if (isChart(token, charts)) makeFigure(tokens, index);
  }
  const { rules } = parser.renderer;
  rules["table_open"] = () => '<div class="table"><table>\n';
  rules["table_close"] = () => "</table></div>\n";
  rules["image"] = (all, index) => image(all[index], charts);
  const fence = rules["fence"];
  rules["fence"] = (all, index, options, environment, self) => {
    const token = all[index];
    const picture = token?.info === "mermaid" ? flowPicture(token.content) : null;
    if (picture === null) return fence?.(all, index, options, environment, self) ?? "";
    return `<figure class="flow"><img src="${dataUri(picture)}" alt="${attribute(flowText(token?.content ?? ""))}"></figure>\n`;
  };
  return { html: parser.renderer.render(tokens, parser.options, {}), headings };
}

/** Text as the value of an HTML attribute in double quotes, or between tags. */
export function attribute(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function nameHeadings(tokens: readonly Token[]): Heading[] {
  const used = new Map<string, number>();
  return tokens.flatMap((token, index): Heading[] => {
    if (token.type !== "heading_open") return [];
    const text = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join("");
    const slug = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-") || "section";
    const count = (used.get(slug) ?? 0) + 1;
    used.set(slug, count);
    const id = count === 1 ? slug : `${slug}-${count}`;
    token.attrSet("id", id);
    return [{ level: Number(token.tag.slice(1)), id, text }];
  });
}

/** Links to the pages in other languages lead to their HTML. */
function followLinks(token: Token): void {
  for (const child of token.children ?? []) {
    const href = child.type === "link_open" ? address(child, "href") : "";
    if (/^\.\/[\w.-]+\.md$/.test(href)) child.attrSet("href", href.replace(/\.md$/, ".html"));
  }
}

function isChart(token: Token, charts: ReadonlyMap<string, PageChart>): boolean {
  const [first] = token.children ?? [];
  return first?.type === "image" && charts.has(address(first, "src"));
}

function makeFigure(tokens: readonly Token[], index: number): void {
  const [open, close] = [tokens[index - 1], tokens[index + 1]];
  if (open?.type !== "paragraph_open" || close?.type !== "paragraph_close") return;
  open.tag = close.tag = "figure";
  open.attrSet("class", "chart");
}

function image(token: Token | undefined, charts: ReadonlyMap<string, PageChart>): string {
  if (token === undefined) return "";
  const alt = attribute((token.children ?? []).map(({ content }) => content).join(""));
  const chart = charts.get(address(token, "src"));
  if (chart === undefined) return `<a href="${attribute(address(token, "src"))}">${alt}</a>`;
  return `<img class="still" src="${dataUri(chart.svg)}" alt="${alt}"><span class="live" data-chart="${attribute(chart.name)}"></span>`;
}

function address(token: Token, name: "href" | "src"): string {
  return String(token.attrGet(name) ?? "");
}

/** What a flow chart says to a reader who does not see it. */
function flowText(mermaid: string): string {
  return [...mermaid.matchAll(/\["(.*)"\]/g)].map(([, text = ""]) => text.replace(/<br\s*\/?>/g, ", ")).join("; ");
}

function dataUri(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
