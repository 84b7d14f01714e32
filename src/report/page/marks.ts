import { CliError } from "../../errors.ts";

/** A part of a page between two marks: `kept` was written into the page by hand, `own` comes from the user's notes. */
export interface MarkedPart {
  readonly kind: "keep" | "own";
  readonly name: string;
  /** Lines from the mark of its begin to that of its end, counted from 0. */
  readonly first: number;
  readonly last: number;
}

const MARK = /^<!-- (keep|own):(begin|end) ([\w.-]+) -->$/;
const LOOKS_LIKE_MARK = /<!--\s*(?:keep|own):/;

/** `text` between marks of its own. */
export function marked(kind: MarkedPart["kind"], name: string, text: string): string {
  return `<!-- ${kind}:begin ${name} -->\n\n${text.trim()}\n\n<!-- ${kind}:end ${name} -->`;
}

/** Whether there is a mark, or what may be meant as one, in `text`. */
export function hasMark(text: string): boolean {
  return LOOKS_LIKE_MARK.test(text) || /<!--\s*section:/.test(text);
}

/**
 * The marked parts of a page, in its order.
 *
 * @param path the page's file, for errors
 * @throws CliError ERR_INPUT naming the line of a mark that is not closed, not opened, misspelt, or used twice
 */
export function markedParts(lines: readonly string[], path: string): MarkedPart[] {
  const parts: MarkedPart[] = [];
  let open: { kind: string; name: string; first: number } | null = null;
  for (const [index, line] of lines.entries()) {
    if (!LOOKS_LIKE_MARK.test(line)) continue;
    const [, kind, edge, name = ""] = MARK.exec(line.trim()) ?? [];
    if (kind !== "keep" && kind !== "own") throw badMark(path, index, "is not a mark on a line of its own");
    if (edge === "begin") {
      if (open !== null) throw badMark(path, index, `begins before "${open.name}" ends`);
      open = { kind, name, first: index };
      continue;
    }
    if (open?.kind !== kind || open.name !== name) throw badMark(path, index, `ends what did not begin`);
    if (parts.some((part) => part.kind === kind && part.name === name)) throw badMark(path, index, "is there twice");
    parts.push({ kind, name, first: open.first, last: index });
    open = null;
  }
  if (open !== null) throw badMark(path, open.first, "does not end");
  return parts;
}

function badMark(path: string, index: number, what: string): CliError {
  return new CliError("ERR_INPUT", `${path}:${index + 1}: the mark ${what}`, {
    hint: "A part to keep stands between `<!-- keep:begin <name> -->` and `<!-- keep:end <name> -->`, each on a line of its own.",
  });
}
