import { printed, type Figure } from "../figures/figure.ts";

// Characters of the Private Use Area: `printed` takes them out of what comes from a capture.
const FIGURE = "\uE000";
const FIXED = "\uE001";
const BEGIN = "\uE002";
const END = "\uE003";
const DIGIT_ZERO = 0xe010;
const MARK = /([\uE000\uE001])([\uE010-\uE01F]+)\uE002([^\uE003]*)\uE003/g;
const NUMBER = /[\p{L}\p{Nd}_.%]*\p{Nd}[\p{L}\p{Nd}_%]*/gu;

/** A place of a text where a number or a name stands. */
export interface Place {
  /** 1 for the first line. */
  readonly line: number;
  /** 1 for the first character of the line, in UTF-16 units. */
  readonly column: number;
  /** What stands there. */
  readonly text: string;
  /** The figure that it is; null for a number that a locale, a template or the program says. */
  readonly figure: Figure | null;
  /** What says it: null for a figure, else `locale:<key>`, `template:<name>` or `generator.version`. */
  readonly said: string | null;
}

/** What says numbers that are no figures: a mark holds a place in this list, and means the same on every page. */
const ORIGINS: string[] = [];

/** Words of a locale or template, with the numbers in them marked as said by `origin`. */
export function saidBy(origin: string, text: string): string {
  return text.replace(NUMBER, (number) => mark(FIXED, placeOf(origin), number));
}

function placeOf(origin: string): number {
  const place = ORIGINS.indexOf(origin);
  return place < 0 ? ORIGINS.push(origin) - 1 : place;
}

/**
 * Marks the figures of a text while it is put together, so that afterwards each can be found where it came to stand, and
 * a number without a mark is one that nobody vouches for.
 */
export class Marks {
  readonly #figures: Figure[] = [];

  /** The figure's text, marked. */
  figure(figure: Figure): string {
    const text = printed(
      figure.format,
      figure.of.map((cited) => cited.value),
    );
    return mark(FIGURE, this.#figures.push(figure) - 1, text);
  }

  /** `marked` as it is read, and the places of everything that was marked, in their order. */
  taken(marked: string): { readonly text: string; readonly places: readonly Place[] } {
    const places: Place[] = [];
    const lines = marked.split("\n").map((line, index) => {
      let removed = 0;
      return line.replace(MARK, (whole: string, kind: string, digits: string, text: string, offset: number) => {
        const number = numberOf(digits);
        const [figure, said] =
          kind === FIGURE ? [this.#figures[number] ?? null, null] : [null, ORIGINS[number] ?? null];
        places.push({ line: index + 1, column: offset - removed + 1, text, figure, said });
        removed += whole.length - text.length;
        return text;
      });
    });
    return { text: lines.join("\n"), places };
  }
}

/** The first number of `marked` that no mark covers, with the line it stands in; null when all are covered. */
export function unmarkedNumber(marked: string): { readonly number: string; readonly line: string } | null {
  for (const line of marked.split("\n")) {
    const number = line.replace(MARK, " ").match(NUMBER)?.[0];
    if (number !== undefined) return { number, line: line.replace(MARK, "$3").trim() };
  }
  return null;
}

/** `marked` as it is read. */
export function withoutMarks(marked: string): string {
  return marked.replace(MARK, "$3");
}

/** Every number of a text, with the letters around it. */
export function numbersIn(text: string): readonly string[] {
  return text.match(NUMBER) ?? [];
}

function mark(kind: string, number: number, text: string): string {
  const digits = [...number.toString(16)].map((digit) => String.fromCharCode(DIGIT_ZERO + Number.parseInt(digit, 16)));
  return `${kind}${digits.join("")}${BEGIN}${text}${END}`;
}

function numberOf(digits: string): number {
  return Number.parseInt([...digits].map((digit) => (digit.charCodeAt(0) - DIGIT_ZERO).toString(16)).join(""), 16);
}
