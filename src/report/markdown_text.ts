const MARKDOWN_SPECIAL = /[\\`*_[\]<~]/g;

/** A name or a log message as inline code, on one line; backticks inside it do not end it. */
export function inlineCode(value: string): string {
  const line = value.replace(/\s*[\r\n]+\s*/g, " ").trim();
  if (line === "") return "``` ```";
  const longestRun = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longestRun + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Text from the capture as plain words: nothing in it is read as Markdown or HTML. */
export function plainText(value: string): string {
  return value.replace(/\s*[\r\n]+\s*/g, " ").replace(MARKDOWN_SPECIAL, "\\$&");
}

/** What a reader sees of text that {@link plainText} has guarded: for pictures, which are no Markdown. */
export function withoutEscapes(text: string): string {
  return text.replace(/\\([\\`*_[\]<~])/g, "$1");
}

/** `text` fit for a table cell: one line, and no `|` that would end the cell. An empty cell is an error of the view. */
export function tableCell(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/\|/g, "\\|");
}

/** `text` fit for the square brackets of an image or a link. */
export function linkText(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/[[\]]/g, "\\$&");
}

/**
 * `value` with its middle left out when it is longer than `limit` characters: an error says at its beginning what failed
 * and at its end why.
 */
export function shorten(value: string, limit: number): string {
  const characters = [...value];
  if (characters.length <= limit) return value;
  const head = Math.floor((limit - 1) / 4);
  return `${characters.slice(0, head).join("")}…${characters.slice(head + 1 - limit).join("")}`;
}
