/**
 * A piece of the page that knows no language yet: fixed text (a name, a formatted number), a message of the locale, or
 * several of these joined.
 *
 * The view is built once from `Text` and resolved once per language, so both pages hold the same numbers by construction.
 */
export type Text = string | Message | Joined;

/** A message of the locale. A number is a count: it is printed as such and chooses singular or plural. */
export interface Message {
  readonly key: string;
  readonly params: Readonly<Record<string, Text | number>>;
}

/**
 * How parts are joined: `and` ends with the language's word for "and", `break` is a line break inside a table cell,
 * `tight` puts nothing between.
 */
export type Joint = "and" | "comma" | "semicolon" | "space" | "break" | "tight";

export interface Joined {
  readonly parts: readonly Text[];
  readonly joint: Joint;
}

/** The message of `key` with its parameters. */
export function message(key: string, params: Readonly<Record<string, Text | number>> = {}): Message {
  return { key, params };
}

/** `parts` in order, joined by the language's own punctuation. */
export function joined(parts: readonly Text[], joint: Joint): Joined {
  return { parts, joint };
}

/** The text of `value`, or the word for "unknown" when it is null. */
export function orUnknown<T>(value: T | null, format: (value: T) => Text): Text {
  return value === null ? message("word.unknown") : format(value);
}

export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "key" in value && "params" in value;
}

export function isJoined(value: unknown): value is Joined {
  return typeof value === "object" && value !== null && "parts" in value && "joint" in value;
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
    rows: table.columns.map((column, index) => [column.title, row[index] ?? ""]),
  };
}

/** The table without the columns at `indexes` whose cells all say the same: with many rows they would only take room. */
export function withoutConstant(table: TableView, indexes: readonly number[]): TableView {
  const [first, ...others] = table.rows;
  if (first === undefined || others.length === 0) return table;
  const same = (index: number): boolean =>
    others.every((row) => JSON.stringify(row[index]) === JSON.stringify(first[index]));
  const kept = table.columns.map((_, index) => index).filter((index) => !indexes.includes(index) || !same(index));
  return {
    columns: kept.flatMap((index) => table.columns[index] ?? []),
    rows: table.rows.map((row) => kept.flatMap((index) => row[index] ?? [])),
  };
}
