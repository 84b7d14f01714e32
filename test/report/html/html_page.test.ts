import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyOf } from "../../../src/report/html/markdown_html.ts";
import { pageScript } from "../../../src/report/html/page_script.ts";
import { numbersIn } from "../../../src/report/proof/marks.ts";
import { writeReport } from "../../../src/report/write_report.ts";
import { FIVE_CNIS, syntheticResult } from "../synthetic_result.ts";

let dir = "";
const read = (name: string): string => readFileSync(join(dir, name), "utf8");
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "html-"));
  await writeReport(syntheticResult(FIVE_CNIS), { outDir: dir, languages: ["en", "zh_CN"], isHtml: true });
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** What a reader of the page reads: its main part without tags, entities resolved. */
function wordsOf(html: string): string {
  const [main = ""] = /<main>.*<\/main>/s.exec(html) ?? [];
  return main
    .replace(/<img [^>]*alt="([^"]*)"[^>]*>/g, " $1 ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

const FLOW = /```mermaid.*?```/gs;
/** Numbers of the flow charts stand in pictures and their descriptions; the names of their boxes are no words. */
const flowWords = (flow: string): string => [...flow.matchAll(/\["(.*)"\]/g)].map(([, text]) => text).join(" ");

describe.each(["ipam-performance", "ipam-performance-zh_CN"])("%s.html", (name) => {
  test("has the same numbers as the Markdown, each as often", () => {
    const markdown = read(`${name}.md`)
      .replace(FLOW, flowWords)
      .replace(/<!--.*?-->/gs, "")
      .replace(/<br\s*\/?>/g, " ")
      .replace(/\]\([^)]*\)/g, "]")
      .replace(/\\(?=[!-/:-@[-`{-~])/g, "");
    const count = (text: string): string[] => [...numbersIn(text)].sort();
    expect(count(wordsOf(read(`${name}.html`)))).toEqual(count(markdown));
  });

  test("loads nothing, and only its own script may run", () => {
    const html = read(`${name}.html`);
    const script = /<script>(.*)<\/script>/s.exec(html)?.[1] ?? "";
    const page = html.replace(script, "");
    for (const [, address = ""] of page.matchAll(/\s(?:src|href|srcset|data|action|poster)="([^"]*)"/g)) {
      expect(address).toMatch(/^(data:image\/svg\+xml;base64,|#|\.\/ipam-performance[\w-]*\.html$)/);
    }
    expect(page).not.toMatch(/<(link|iframe|object|embed|base)\b|@import|url\(|\son\w+=/);
    expect(/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]).toBe(
      `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
    );
  });

  test("has every chart as a picture for paper and as a specification for the screen", () => {
    const html = read(`${name}.html`);
    const names = [...read(`${name}.md`).matchAll(/\(\.\/charts\/(\w+?)-\w+\.svg\)/g)].map(([, chart]) => chart);
    expect(names.length).toBeGreaterThan(3);
    for (const chart of names) {
      expect(html).toContain(`<span class="live" data-chart="${chart ?? ""}"></span>`);
      expect(html).toContain(`<script type="application/json" id="chart-${chart ?? ""}">{`);
    }
    expect(html.match(/<img class="still" src="data:image\/svg\+xml;base64,/g)?.length).toBe(names.length);
  });

  test("has a table of contents whose links lead to headings", () => {
    const html = read(`${name}.html`);
    const links = [...html.matchAll(/<li class="level\d"><a href="#([^"]*)">/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(10);
    expect(new Set(links).size).toBe(links.length);
    for (const id of links) expect(html).toMatch(new RegExp(`<h[23] id="${id ?? ""}">`));
  });

  test("the language switch leads to the other HTML page", () => {
    const other = name === "ipam-performance" ? "ipam-performance-zh_CN" : "ipam-performance";
    expect(read(`${name}.html`)).toContain(`<a href="./${other}.html">`);
  });
});

describe("Markdown as HTML", () => {
  const html = (markdown: string): string => bodyOf(markdown, new Map()).html;

  test("HTML in it is text, a line break is one, a comment is nothing", () => {
    expect(html("a<br>b <script>x</script>\n\n<!-- keep:begin a -->\n\n| a<br/>b |\n| --- |\n")).toBe(
      '<p>a<br>\nb &lt;script&gt;x&lt;/script&gt;</p>\n<div class="table"><table>\n<thead>\n<tr>\n<th>a<br>\nb</th>\n</tr>\n</thead>\n</table></div>\n',
    );
  });

  test("a picture from elsewhere is a link, so that nothing is loaded", () => {
    expect(html("![Logo](https://example.org/logo.png)")).toBe(
      '<p><a href="https://example.org/logo.png">Logo</a></p>\n',
    );
  });

  test("a flow chart is a picture with its boxes in words; one that is laid out otherwise stays code", () => {
    const flow = html(
      '```mermaid\nflowchart LR\n  a["Lock<br/>2 causes"]\n  b["3 pods"]\n  a -- "gives up" --> b\n```\n',
    );
    const [, data = "", alt] =
      /^<figure class="flow"><img src="data:image\/svg\+xml;base64,(.*)" alt="(.*)"><\/figure>\n$/.exec(flow) ?? [];
    const svg = Buffer.from(data, "base64").toString("utf8");
    for (const words of ["Lock", "2 causes", "3 pods", "gives up"]) expect(svg).toContain(`>${words}</text>`);
    expect(alt).toBe("Lock, 2 causes; 3 pods");
    expect(html("```mermaid\npie\n```\n")).toContain("<code");
  });

  test("equal headings have different names", () => {
    expect(bodyOf("## 节点\n\n### 节点\n", new Map()).headings.map(({ id }) => id)).toEqual(["节点", "节点-2"]);
  });
});

test("the script draws a chart where nothing may make functions of texts", () => {
  const [engine = ""] = pageScript().split('"use strict";\n/* global console');
  const [, spec = ""] = /id="chart-phases">(.*?)<\/script>/.exec(read("ipam-performance.html")) ?? [];
  const context = { spec, setTimeout, setInterval, console, drawn: 0 };
  const draw = `
    const view = new vega.View(vega.parse(JSON.parse(spec), null, { ast: true }), {
      renderer: "none",
      expr: vega.expressionInterpreter,
    });
    drawn = view.run().scenegraph().root.items[0].items.length;`;
  const forbidding = { contextCodeGeneration: { strings: false, wasm: false } };
  runInNewContext(engine + draw, context, forbidding);
  expect(context.drawn).toBeGreaterThan(3);
  const without = draw.replace("{ ast: true }", "{}").replace("expr: vega.expressionInterpreter,", "");
  expect(() => {
    runInNewContext(engine + without, { ...context }, forbidding);
  }).toThrow(/Code generation from strings/);
});
