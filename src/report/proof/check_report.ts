import { RESULT_TABLES, type AnalysisResult, type ValueType } from "../../analysis/result.ts";
import { CliError } from "../../errors.ts";
import { queryOf } from "../figures/cited.ts";
import { dataSetQuery, type DataSet } from "../figures/data_set.ts";
import { printed, type Figure } from "../figures/figure.ts";
import type { Value } from "../figures/sql_text.ts";
import { htmlFiles } from "../html/html_files.ts";
import { knownLanguages, type Language } from "../locale.ts";
import { markedParts } from "../page/marks.ts";
import type { OwnWords } from "../page/own_words.ts";
import { parseOwnWords } from "../page/own_words_file.ts";
import { sectionBegin } from "../page/sections.ts";
import {
  renderReport,
  type RenderedChart,
  type RenderedPage,
  type ChartFormat,
  type RenderedReport,
} from "../render_report.ts";
import { pageName } from "../view.ts";
import { checkPage, type Difference } from "./check_page.ts";
import { numbersIn } from "./marks.ts";
import { PROOF_FILE, proofText, rowsDigest } from "./proof_file.ts";

export type { Difference } from "./check_page.ts";

/** Doubles that are added in another order differ in their last bits. */
const ROUNDING = 1e-12;

/** What is checked: the files of a report, and the data they must agree with. */
export interface ReportToCheck {
  /** As the Parquet files have it. */
  readonly result: AnalysisResult;
  /** Folder of the report, from whose pages the parts to keep are taken as they are. */
  readonly folder: string;
  /** The text of a file of the report; null when there is none. */
  read(file: string): string | null;
  /** Answers a query over the report tables. */
  readonly ask: (query: string) => Promise<readonly (readonly unknown[])[]>;
}

export interface CheckedReport {
  readonly differences: readonly Difference[];
  /** Places on pages and texts of charts where a figure stands. */
  readonly figureCount: number;
  readonly queryCount: number;
  readonly pageCount: number;
  readonly chartCount: number;
  /** Numbers in the words of the user, which nothing proves. */
  readonly ownNumberCount: number;
}

/**
 * Checks a written report against the data: every figure is computed again with its own query, every page, chart and the
 * proof itself are made again from the data and compared with the files, and the languages with each other. So a number
 * that no proof covers, words that nobody wrote and rows in another order are found too.
 *
 * @throws CliError ERR_INPUT when there is no `proof.json` of this version
 */
export async function checkReport(report: ReportToCheck): Promise<CheckedReport> {
  const stored = report.read(PROOF_FILE);
  const options = optionsOf(stored);
  const isLinked = options.languages.some((language) =>
    /\(\.\/charts\/\S+\.png\)/.test(report.read(pageName(language)) ?? ""),
  );
  const linked = isLinked ? "png" : "svg";
  const rendered = await renderReport(report.result, { ...options, earlier: report.folder, linked });
  const queries = await checkQueries(rendered, report.ask);
  const differences = [
    ...rendered.pages.flatMap((page) => {
      const found = report.read(page.file);
      return found === null ? [missing(page.file)] : checkPage(page, found);
    }),
    ...checkHtml(rendered, linked, report),
    ...rendered.charts.flatMap((chart) => checkPictures(chart, report)),
    ...checkProof(rendered, stored ?? ""),
    ...queries.differences,
    ...checkLanguages(rendered.pages, rendered.own),
  ];
  const placed = rendered.pages.flatMap(({ places }) => places.filter(({ figure }) => figure !== null));
  const drawn = rendered.charts.flatMap(({ pictures }) => pictures.flatMap(({ figures }) => figures));
  return {
    differences,
    figureCount: placed.length + drawn.length,
    queryCount: queries.count,
    pageCount: rendered.pages.length,
    chartCount: rendered.charts.flatMap(({ pictures }) => pictures).length,
    ownNumberCount: rendered.pages.flatMap(ownNumbers).length,
  };
}

/** Numbers between the marks of the user's own words. */
function ownNumbers({ text, file }: RenderedPage): readonly string[] {
  const lines = text.split("\n");
  return markedParts(lines, file).flatMap(({ first, last }) => lines.slice(first + 1, last).flatMap(numbersIn));
}

/** Languages and words of the user that the report was written with. */
function optionsOf(stored: string | null): { readonly languages: readonly Language[]; readonly own: OwnWords } {
  const fail = (why: string): CliError =>
    new CliError("ERR_INPUT", why, { hint: "Write the report again with `cnitrace report <out>`." });
  if (stored === null) throw fail(`the report has no ${PROOF_FILE}`);
  let proof: unknown;
  try {
    proof = JSON.parse(stored);
  } catch (cause) {
    throw new CliError("ERR_INPUT", `${PROOF_FILE} is no JSON`, { cause });
  }
  const { schema_version: version, pages, own } = (proof ?? {}) as Readonly<Record<string, unknown>>;
  if (version !== 1 || !Array.isArray(pages)) throw fail(`${PROOF_FILE} is not of this version`);
  const names = pages.map((page) => (page as { language?: unknown } | null)?.language);
  const languages = knownLanguages().filter((language) => names.includes(language));
  if (languages.length < names.length) {
    throw new CliError("ERR_INPUT", `${PROOF_FILE} names a language without a locale: ${names.join(", ")}`, {
      hint: "Give the --templates that the report was written with.",
    });
  }
  return { languages, own: parseOwnWords(JSON.stringify(own ?? {}), PROOF_FILE) };
}

function missing(file: string): Difference {
  return { file, line: null, what: "the file is missing", query: null };
}

/** Pages that were written as HTML too: each must be what its figures and charts make. */
function checkHtml(rendered: RenderedReport, linked: ChartFormat, report: ReportToCheck): Difference[] {
  if (rendered.pages.every(({ file }) => report.read(file.replace(/\.md$/, ".html")) === null)) return [];
  return htmlFiles(rendered, linked).flatMap(({ name, content }): Difference[] => {
    const found = report.read(name);
    if (found === content) return [];
    if (found === null) return [missing(name)];
    const right = content.split("\n");
    const line = found.split("\n").findIndex((text, index) => text !== right[index]);
    const what = "from here on it is not the page that the data give";
    return [{ file: name, line: (line < 0 ? right.length : line) + 1, what, query: null }];
  });
}

function checkPictures({ pictures }: RenderedChart, report: ReportToCheck): Difference[] {
  return pictures.flatMap(({ file, svg }): Difference[] => {
    const found = report.read(file);
    if (found === svg) return [];
    if (found === null) return [missing(file)];
    const texts = (text: string): string[] => [...text.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1] ?? "");
    const [right, written] = [texts(svg), texts(found)];
    const first = written.findIndex((text, index) => text !== right[index]);
    const what =
      first < 0
        ? "the picture is not the one that the data draw"
        : `printed is "${written[first] ?? ""}", the data draw "${right[first] ?? ""}"`;
    return [{ file, line: null, what, query: null }];
  });
}

/** The first line in which the stored proof is not that of the data. */
function checkProof(rendered: RenderedReport, stored: string): Difference[] {
  // Parts that were put onto a page since it was written move what stands below them.
  const hasKept = rendered.pages.some(({ text, file }) =>
    markedParts(text.split("\n"), file).some(({ kind }) => kind === "keep"),
  );
  const lines = (proof: string): string[] =>
    (hasKept ? proof.replace(/"line":\d+|(?<="file":"[^"]*\.md","sha256":)"\w+"/g, "") : proof).split("\n");
  const [expected, found] = [lines(proofText(rendered)), lines(stored)];
  if (expected.join("\n") === found.join("\n")) return [];
  const line = expected.findIndex((text, index) => text !== found[index]);
  const at = line < 0 ? expected.length : line;
  return [{ file: PROOF_FILE, line: at + 1, what: "from here on it is not the proof of these data", query: null }];
}

/** Runs the query of every figure and of every chart's data, each once. */
export async function checkQueries(
  { pages, charts }: Pick<RenderedReport, "pages" | "charts">,
  ask: ReportToCheck["ask"],
): Promise<{ readonly differences: readonly Difference[]; readonly count: number }> {
  const shown = [
    ...pages.flatMap(({ file, places }) => places.map(({ line, figure }) => ({ file, line, figure }))),
    ...charts.flatMap(({ pictures }) =>
      pictures.flatMap(({ file, figures }) => figures.map((figure) => ({ file, line: null, figure }))),
    ),
  ];
  const answers = new Map<string, readonly (readonly unknown[])[]>();
  const differences: Difference[] = [];
  for (const { file, line, figure } of shown) {
    if (figure === null) continue;
    const query = queryOf(figure.of);
    const rows = answers.get(query) ?? (await ask(query));
    answers.set(query, rows);
    const what = figureDifference(figure, rows);
    if (what !== null) differences.push({ file, line, what, query });
  }
  for (const { chart } of charts) {
    for (const data of chart.data) {
      const query = dataSetQuery(data);
      const rows = await ask(query);
      answers.set(query, rows);
      if (rowsDigest(typedRows(data, rows)) === rowsDigest(data.rows)) continue;
      const what = `drawn are ${data.rows.length} rows, the data give others (${rows.length})`;
      differences.push({ file: `charts/${chart.name}`, line: null, what, query });
    }
  }
  return { differences, count: answers.size };
}

/** What the query gives when it is not what is printed; null when it is. */
function figureDifference({ format, of }: Figure, rows: readonly (readonly unknown[])[]): string | null {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) return `its query gives ${rows.length} rows, not one`;
  const values = of.map(({ value }, index) => typed(typeof value === "number" ? "number" : "string?", row[index]));
  if (of.every(({ value }, index) => isAlike(value, values[index] ?? null))) return null;
  const print = (some: readonly Value[]): string => printed(format, some);
  return `printed is "${print(of.map(({ value }) => value))}", its query gives ${JSON.stringify(values)}`;
}

function isAlike(a: Value, b: Value): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return a === b || Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
}

/** A JSON value of the database as the result has it: 64-bit numbers and decimals come as text. */
function typed(type: ValueType, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (type.startsWith("number")) return Number(value);
  return typeof value === "boolean" || typeof value === "number" ? value : (value as string);
}

function typedRows({ table, columns }: DataSet, rows: readonly (readonly unknown[])[]): readonly (readonly Value[])[] {
  const types = RESULT_TABLES[table.replace("report.", "") as keyof typeof RESULT_TABLES] as Readonly<
    Record<string, ValueType>
  >;
  return rows.map((row) => columns.map((column, index) => typed(types[column] ?? "string?", row[index])));
}

/** Figures that one language shows more often than another, where no words of the user stand in for sentences. */
export function checkLanguages(pages: readonly RenderedPage[], own: OwnWords = {}): Difference[] {
  const replaced = Object.entries(own.words ?? {}).flatMap(([name, { instead }]) => (instead ? [name] : []));
  const [first, ...others] = pages.map((page) => ({ page, counts: figureCounts(page, replaced) }));
  if (first === undefined) return [];
  return others.flatMap(({ page, counts }) => {
    const keys = new Set([...first.counts.keys(), ...counts.keys()]);
    return [...keys].flatMap((key): Difference[] => {
      const [wanted, found] = [first.counts.get(key), counts.get(key)];
      if (wanted?.count === found?.count) return [];
      const { line, text, query } = found ?? wanted ?? { line: null, text: "", query: null };
      const what = `"${text}" stands here ${found?.count ?? 0} times, in ${first.page.file} ${wanted?.count ?? 0} times`;
      return [{ file: page.file, line: found === undefined ? null : line, what, query }];
    });
  });
}

interface FigureCount {
  readonly count: number;
  readonly line: number;
  readonly text: string;
  readonly query: string;
}

function figureCounts(page: RenderedPage, replaced: readonly string[]): ReadonlyMap<string, FigureCount> {
  const counts = new Map<string, FigureCount>();
  const sections = sectionsOf(page.text);
  for (const { figure, line, text } of page.places) {
    if (figure === null || replaced.includes(sections[line - 1] ?? "")) continue;
    const query = queryOf(figure.of);
    const key = `${text}\n${query}`;
    counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, line, text, query });
  }
  return counts;
}

/** The section that each line stands in; '' above the first one. */
function sectionsOf(text: string): readonly string[] {
  let section = "";
  return text.split("\n").map((line) => (section = sectionBegin(line) ?? section));
}
