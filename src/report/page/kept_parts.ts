import { withoutMarks } from "../proof/marks.ts";
import { markedParts } from "./marks.ts";
import { sectionBegin } from "./sections.ts";

/** A part of a page that was written by hand, and where it stood. */
export interface KeptPart {
  readonly name: string;
  /** From its first mark to its last, both included. */
  readonly lines: readonly string[];
  /** Section of the page; null above the first one. */
  readonly section: string | null;
  /** The line of the heading it stood under; null where there was none in its section. */
  readonly heading: string | null;
  /** It stood right below the heading, not after what the heading covers. */
  readonly isFirst: boolean;
}

export interface KeptPage {
  readonly markdown: string;
  /** A sentence for each part whose place is gone; the part itself is at the end of the section, or of the page. */
  readonly warnings: readonly string[];
}

/**
 * The parts of a page between `<!-- keep:begin <name> -->` and `<!-- keep:end <name> -->`, in its order.
 *
 * @throws CliError ERR_INPUT naming the line of a mark that does not fit
 */
export function keptParts(markdown: string, path: string): KeptPart[] {
  const lines = markdown.split("\n");
  return markedParts(lines, path)
    .filter((part) => part.kind === "keep")
    .map(({ name, first, last }) => ({ name, lines: lines.slice(first, last + 1), ...placeOf(lines, first) }));
}

/** The page without the parts to keep: what is left is what this program wrote, as long as nobody edited it. */
export function withoutKept(markdown: string, path: string): string {
  const lines = markdown.split("\n");
  const kept = markedParts(lines, path).filter((part) => part.kind === "keep");
  const rest = lines.filter((_, index) => !kept.some(({ first, last }) => index >= first && index <= last));
  return tidy(rest);
}

/** The new page with the parts of the old one, each where it stood. */
export function withKept(markdown: string, parts: readonly KeptPart[]): KeptPage {
  const lines = markdown.trimEnd().split("\n");
  const warnings: string[] = [];
  for (const part of parts) {
    const place = placeFor(part, lines);
    if (place.lost !== null) warnings.push(`the kept part "${part.name}" stands at the end: ${place.lost} is gone`);
    lines.splice(place.index, 0, "", ...part.lines, "");
  }
  return { markdown: tidy(lines), warnings };
}

/** Lines as a text whose paragraphs are one empty line apart. */
function tidy(lines: readonly string[]): string {
  return `${lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

function placeOf(lines: readonly string[], first: number): Pick<KeptPart, "section" | "heading" | "isFirst"> {
  let section: string | null = null;
  let heading: string | null = null;
  let isFirst = true;
  let inKept = false;
  for (const line of lines.slice(0, first)) {
    const begin = sectionBegin(line);
    if (/^<!-- keep:begin /.test(line)) inKept = true;
    if (begin !== null || (isHeading(line) && !inKept)) {
      if (begin !== null) section = begin;
      heading = begin === null ? line : null;
      isFirst = true;
    } else if (line.trim() !== "" && !inKept) isFirst = false;
    if (/^<!-- keep:end /.test(line)) inKept = false;
  }
  return { section, heading, isFirst };
}

function isHeading(line: string): boolean {
  return /^#{1,6} /.test(line);
}

interface Place {
  /** Index of the line before which the part goes. */
  readonly index: number;
  /** What the part stood in and the page no longer has; null when its place was found. */
  readonly lost: string | null;
}

function placeFor(part: KeptPart, lines: readonly string[]): Place {
  const begin = part.section === null ? 0 : lines.findIndex((line) => sectionBegin(line) === part.section) + 1;
  if (part.section !== null && begin === 0) return { index: lines.length, lost: `the section "${part.section}"` };
  const end = nextIndex(lines, begin, (line) => sectionBegin(line) !== null);
  const heading =
    part.heading === null
      ? begin - 1
      : lines.findIndex((line, index) => index >= begin && index < end && sameHeading(line, part.heading));
  if (part.heading !== null && heading < 0) return { index: end, lost: `the heading "${part.heading}"` };
  return { index: part.isFirst ? afterKept(lines, heading + 1) : nextBlock(lines, heading + 1, end), lost: null };
}

/** A heading is the same at another level: a section may have moved. */
function sameHeading(line: string, heading: string | null): boolean {
  return isHeading(line) && withoutMarks(line).replace(/^#+ /, "") === heading?.replace(/^#+ /, "");
}

/** Behind the parts that were put there before: they keep their order. */
function afterKept(lines: readonly string[], from: number): number {
  let index = from;
  for (;;) {
    const next = nextIndex(lines, index, (line) => line.trim() !== "");
    if (!/^<!-- keep:begin /.test(lines[next] ?? "")) return index;
    index = nextIndex(lines, next, (line) => /^<!-- keep:end /.test(line)) + 1;
  }
}

/** Index of the next heading that is not inside a kept part, or `end`. */
function nextBlock(lines: readonly string[], from: number, end: number): number {
  let inKept = false;
  for (let index = from; index < end; index++) {
    const line = lines[index] ?? "";
    if (/^<!-- keep:begin /.test(line)) inKept = true;
    if (/^<!-- keep:end /.test(line)) inKept = false;
    if (!inKept && isHeading(line)) return index;
  }
  return end;
}

function nextIndex(lines: readonly string[], from: number, isIt: (line: string) => boolean): number {
  const index = lines.findIndex((line, at) => at >= from && isIt(line));
  return index < 0 ? lines.length : index;
}
