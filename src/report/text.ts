import type { AnalysisResult } from "../analysis/result.ts";
import type { Cited } from "./figures/cited.ts";
import { printed, type Figure } from "./figures/figure.ts";
import type { Value } from "./figures/sql_text.ts";

/**
 * A piece of the page that knows no language yet: a figure of the result, a message of the locale, a few words that are
 * the same in every language, or several of these joined.
 *
 * The view is built once from `Text` and resolved once per language, so both pages hold the same numbers by construction.
 * Digits come onto the page as figures, which say where they come from, or stand in the texts of a locale or template.
 */
export type Text = Figure | Message | Words | Joined;

/** A message of the locale. A figure that is a count chooses singular or plural. */
export interface Message {
  readonly key: string;
  readonly params: Readonly<Record<string, Text>>;
}

/** Words or signs without a language. */
export interface Words {
  readonly words: string;
  /** What says digits in them that are no result: the version of this program. Null: there are no digits. */
  readonly said: "generator.version" | null;
}

/**
 * How parts are joined: `and` ends with the language's word for "and", `break` is a line break inside a table cell,
 * `tight` puts nothing between, `sentence` what stands between sentences, `clause` what stands between their parts.
 */
export type Joint = "and" | "comma" | "clause" | "semicolon" | "space" | "sentence" | "break" | "tight";

export interface Joined {
  readonly parts: readonly Text[];
  readonly joint: Joint;
}

/** The message of `key` with its parameters. */
export function message(key: string, params: Readonly<Record<string, Text>> = {}): Message {
  return { key, params };
}

/** Words or signs without a language, such as `–`. @throws Error for a digit: a number is a figure */
export function words(text: string): Words {
  if (/\p{Nd}/u.test(text)) throw new Error(`"${text}" holds a number that does not say where it comes from`);
  return { words: text, said: null };
}

/** The version of the program that made the result. */
export function generatorVersion({ generator }: AnalysisResult): Words {
  return { words: generator.version, said: "generator.version" };
}

/** `parts` in order, joined by the language's own punctuation. */
export function joined(parts: readonly Text[], joint: Joint): Joined {
  return { parts, joint };
}

/** The figure of a value, or `otherwise` when it is null. */
export function orElse<V extends Value>(
  cited: Cited<V | null>,
  format: (cited: Cited<V>) => Text,
  otherwise: Text,
): Text {
  return cited.value === null ? otherwise : format(cited as Cited<V>);
}

/** The figure of a value, or the word for "unknown" when it is null. */
export function orUnknown<V extends Value>(cited: Cited<V | null>, format: (cited: Cited<V>) => Text): Text {
  return orElse(cited, format, message("word.unknown"));
}

export function isFigure(value: unknown): value is Figure {
  return typeof value === "object" && value !== null && "format" in value && "of" in value;
}

export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "key" in value && "params" in value;
}

export function isWords(value: unknown): value is Words {
  return typeof value === "object" && value !== null && "words" in value && "said" in value;
}

export function isJoined(value: unknown): value is Joined {
  return typeof value === "object" && value !== null && "parts" in value && "joint" in value;
}

export function isText(value: unknown): value is Text {
  return isFigure(value) || isMessage(value) || isWords(value) || isJoined(value);
}

/** A Markdown table whose texts are not resolved yet. Every row has one cell per column. */
export interface TableView {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Text[])[];
}

export interface Column {
  readonly title: Text;
  /** The cell of the line below the header, which aligns the column. */
  readonly rule: "---" | "---:";
}

/** A column of words. */
export function textColumn(key: string): Column {
  return { title: message(key), rule: "---" };
}

/** A column of numbers, aligned to the right. */
export function numberColumn(key: string, params: Message["params"] = {}): Column {
  return { title: message(key, params), rule: "---:" };
}

/**
 * The table, turned on its side when it has a single row: a quantity per line reads better than one line of twelve cells.
 */
export function uprightTable(table: TableView): TableView {
  const [row, ...others] = table.rows;
  if (row === undefined || others.length > 0 || table.columns.length < 4) return table;
  return {
    columns: [textColumn("column.quantity"), numberColumn("column.value")],
    rows: table.columns.flatMap((column, index) => {
      const cell = row[index];
      return cell === undefined ? [] : [[column.title, cell]];
    }),
  };
}

/** The table without the columns at `indexes` whose cells all say the same: with many rows they would only take room. */
export function withoutConstant(table: TableView, indexes: readonly number[]): TableView {
  const [first, ...others] = table.rows;
  if (first === undefined || others.length === 0) return table;
  const same = (index: number): boolean => others.every((row) => saysTheSame(row[index], first[index]));
  const kept = table.columns.map((_, index) => index).filter((index) => !indexes.includes(index) || !same(index));
  return {
    columns: kept.flatMap((index) => table.columns[index] ?? []),
    rows: table.rows.map((row) => kept.flatMap((index) => row[index] ?? [])),
  };
}

/** Whether two texts read alike, wherever their figures come from. */
function saysTheSame(a: Text | undefined, b: Text | undefined): boolean {
  const read = (text: Text | undefined): string =>
    JSON.stringify(text, (_key, value: unknown) =>
      isFigure(value)
        ? printed(
            value.format,
            value.of.map((cited) => cited.value),
          )
        : value,
    );
  return read(a) === read(b);
}
