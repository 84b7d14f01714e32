import { createHash } from "node:crypto";
import { queryOf, type Source } from "../figures/cited.ts";
import { dataSetQuery, type DataSet } from "../figures/data_set.ts";
import { printed, type Figure, type FormatName } from "../figures/figure.ts";
import type { Value } from "../figures/sql_text.ts";
import type { RenderedReport } from "../render_report.ts";

/** Beside the pages: where every number comes from. */
export const PROOF_FILE = "proof.json";

/** Data sets with more rows than this are kept as their digest. */
const LISTED_ROWS = 12;

/** Values of the result, the query that gives them, and how they are printed. */
export interface Proof {
  readonly format: FormatName;
  readonly sources: readonly { readonly table: string; readonly columns: readonly string[]; readonly rows: string }[];
  /** Gives one row with one column per value. */
  readonly query: string;
  readonly values: readonly Value[];
}

/** The proofs of a report, each once however often it is shown. */
export class ProofList {
  readonly proofs: Proof[] = [];
  readonly #numbers = new Map<string, number>();

  /** The place of the figure's proof in the list. */
  numberOf({ format, of }: Figure): number {
    const query = queryOf(of);
    const key = `${format} ${query}`;
    const listed = this.#numbers.get(key);
    if (listed !== undefined) return listed;
    const sources = of.flatMap((cited) => cited.sources);
    const number = this.proofs.push({
      format,
      sources: joinedSources(sources),
      query,
      values: of.map(({ value }) => value),
    });
    this.#numbers.set(key, number - 1);
    return number - 1;
  }
}

/** Sources with the same rows as one with the columns of all. */
function joinedSources(sources: readonly Source[]): Proof["sources"] {
  const joined = new Map<string, { table: string; columns: string[]; rows: string }>();
  for (const { table, condition, columns } of sources) {
    const rows = condition ?? "all";
    const source = joined.get(`${table} ${rows}`) ?? { table, columns: [], rows };
    source.columns.push(...columns.filter((column) => !source.columns.includes(column)));
    joined.set(`${table} ${rows}`, source);
  }
  return [...joined.values()];
}

/**
 * What `proof.json` holds:
 *
 * - `schema_version`: 1, raised when a field is removed or changes its meaning.
 * - `generator`: as in `result.json`.
 * - `own`: the words of the user that the pages were written with, as in the file of notes. Nothing proves them.
 * - `proofs`: each the name of the format in which `values` are printed, their `sources` (table, columns, and the SQL
 *   condition that its rows meet, `all` for every row), and the `query` over the Parquet files that gives one row of them.
 * - `pages`: each with its digest, its `figures` (line and column from 1, the text that stands there, and the place of
 *   its proof in `proofs`, from 0) and its `words`, the numbers that a locale or template says.
 * - `charts`: each with its `pictures`, the `figures` of its texts, and its `data`: table, columns, rows and query of
 *   what is drawn, with the rows themselves when few, and otherwise their number and digest.
 *
 * One entry stands on a line, so that two reports can be compared with `diff`.
 */
export function proofText({ result, own, pages, charts }: RenderedReport): string {
  const list = new ProofList();
  const shownPages = pages.map(({ language, file, text, places }) => ({
    head: { language, file, sha256: digest(text) },
    figures: places.flatMap(({ line, column, text: shown, figure }) =>
      figure === null ? [] : [{ line, column, text: shown, proof: list.numberOf(figure) }],
    ),
    words: places.flatMap(({ line, column, text: shown, said }) =>
      said === null ? [] : [{ line, column, text: shown, said }],
    ),
  }));
  const shownCharts = charts.map(({ chart, pictures }) => ({
    name: chart.name,
    pictures: pictures.map(({ language, file, svg }) => ({ language, file, sha256: digest(svg) })),
    figures: [...new Set(pictures.flatMap(({ figures }) => figures.map((figure) => list.numberOf(figure))))].map(
      (number) => ({ text: textOf(list, number), proof: number }),
    ),
    data: chart.data.map(dataEntry),
  }));
  return `{
"schema_version": 1,
"generator": ${JSON.stringify(result.generator)},
"own": ${JSON.stringify(own)},
"proofs": ${lines(list.proofs)},
"pages": [${shownPages.map(pageText).join(",")}
],
"charts": ${lines(shownCharts)}
}
`;
}

function textOf({ proofs }: ProofList, number: number): string {
  const proof = proofs[number];
  return proof === undefined ? "" : printed(proof.format, proof.values);
}

function dataEntry(data: DataSet): object {
  const { table, condition, columns, rows } = data;
  const entry = { table, columns, rows: condition ?? "all", query: dataSetQuery(data) };
  return rows.length > LISTED_ROWS
    ? { ...entry, row_count: rows.length, sha256: rowsDigest(rows) }
    : { ...entry, row_count: rows.length, values: rows };
}

function pageText(page: { head: object; figures: readonly object[]; words: readonly object[] }): string {
  const head = JSON.stringify(page.head).slice(0, -1);
  return `\n${head},"figures":${lines(page.figures)},"words":${lines(page.words)}}`;
}

function lines(entries: readonly object[]): string {
  return entries.length === 0 ? "[]" : `[\n${entries.map((entry) => JSON.stringify(entry)).join(",\n")}\n]`;
}

/** Digest of rows whatever their order. */
export function rowsDigest(rows: readonly (readonly Value[])[]): string {
  return digest(
    rows
      .map((row) => JSON.stringify(row))
      .sort()
      .join("\n"),
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
