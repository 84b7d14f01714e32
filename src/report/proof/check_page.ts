import { queryOf } from "../figures/cited.ts";
import type { RenderedPage } from "../render_report.ts";
import { differingLines } from "./line_match.ts";
import { numbersIn, type Place } from "./marks.ts";

/** Something that is not as the data say. */
export interface Difference {
  readonly file: string;
  /** From 1; null when it is about the whole file. */
  readonly line: number | null;
  readonly what: string;
  /** The query that tells what is right; null when it is about words. */
  readonly query: string | null;
}

const SHOWN_CHARACTERS = 100;

/** Where a page differs from what the data give, in the order of its lines. */
export function checkPage(expected: RenderedPage, found: string): Difference[] {
  if (expected.text === found) return [];
  const [right, written] = [expected.text.split("\n"), found.split("\n")];
  const pairs = differingLines(right, written);
  const missing = new Map(
    pairs.flatMap((pair) =>
      pair.expected !== null && pair.found === null ? [[right[pair.expected] ?? "", pair.expected]] : [],
    ),
  );
  const moved = new Set<number>();
  const at = (line: number | null, what: string, query: string | null = null): Difference => ({
    file: expected.file,
    line: line === null ? null : line + 1,
    what,
    query,
  });
  const differences: Difference[] = [];
  for (const pair of pairs) {
    const line = pair.found === null ? "" : (written[pair.found] ?? "");
    const home = missing.get(line);
    if (pair.found !== null && pair.expected !== null) {
      const places = expected.places.filter((place) => place.line === (pair.expected ?? 0) + 1);
      const found = lineDifferences(right[pair.expected] ?? "", places, line);
      differences.push(...found.map(({ what, query }) => at(pair.found, what, query)));
    } else if (home !== undefined && line.trim() !== "") {
      moved.add(home);
      differences.push(at(pair.found, `this line belongs to line ${home + 1}: ${shown(line)}`));
    } else if (pair.found !== null) {
      differences.push(...addedLine(line).map((what) => at(pair.found, what)));
    }
  }
  let last = 0;
  for (const pair of pairs) {
    if (pair.found !== null) last = pair.found;
    else if (pair.expected !== null && !moved.has(pair.expected)) {
      differences.push(at(Math.max(last, pair.expected), `a line is missing: ${shown(right[pair.expected] ?? "")}`));
    }
  }
  return differences.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function addedLine(line: string): string[] {
  const numbers = numbersIn(line).map((number) => `no proof covers the number ${number}`);
  return numbers.length > 0 ? numbers : [`a line that the data do not give: ${shown(line)}`];
}

interface LineDifference {
  readonly what: string;
  readonly query: string | null;
}

/** What differs in one line: its figures when only they do, otherwise the words and the numbers that nothing covers. */
function lineDifferences(right: string, places: readonly Place[], written: string): LineDifference[] {
  const texts = figureTexts(right, places, written);
  if (texts === null) return wordDifferences(right, written);
  return places.flatMap((place, index): LineDifference[] => {
    const text = texts[index] ?? "";
    if (text === place.text) return [];
    if (place.figure === null)
      return [{ what: `printed is "${text}", the page's own words say "${place.text}"`, query: null }];
    const query = queryOf(place.figure.of);
    return [{ what: `printed is "${text}", the data say "${place.text}"`, query }];
  });
}

/** What stands in the places of the figures; null when the words around them are not as they should be. */
function figureTexts(right: string, places: readonly Place[], written: string): string[] | null {
  const texts: string[] = [];
  let [begin, from] = [0, 0];
  for (const [index, place] of places.entries()) {
    const before = right.slice(from, place.column - 1);
    if (!written.startsWith(before, begin)) return null;
    begin += before.length;
    from = place.column - 1 + place.text.length;
    const next = places[index + 1];
    const after = right.slice(from, next === undefined ? undefined : next.column - 1);
    const unchanged = begin + place.text.length;
    const isUnchanged = written.startsWith(place.text + after, begin);
    const end =
      next === undefined
        ? written.length - after.length
        : isUnchanged || after === ""
          ? unchanged
          : written.indexOf(after, begin);
    if (end < begin || !written.startsWith(after, end)) return null;
    texts.push(written.slice(begin, end));
    begin = end;
  }
  return places.length === 0 ? null : texts;
}

function wordDifferences(right: string, written: string): LineDifference[] {
  let begin = 0;
  while (begin < right.length && begin < written.length && right[begin] === written[begin]) begin++;
  let end = 0;
  const room = Math.min(right.length, written.length) - begin;
  while (end < room && right.at(-1 - end) === written.at(-1 - end)) end++;
  // Whole words: from the blank before the first difference to the one behind the last.
  begin = right.lastIndexOf(" ", begin - 1) + 1;
  const rest = right.slice(right.length - end).search(/\s/);
  end = rest < 0 ? 0 : end - rest;
  const [wanted, changed] = [right.slice(begin, right.length - end), written.slice(begin, written.length - end)];
  const known = [...numbersIn(right)];
  const added = numbersIn(written).filter((number) => {
    const place = known.indexOf(number);
    if (place >= 0) known.splice(place, 1);
    return place < 0;
  });
  const words = { what: `written is "${shown(changed)}" where the page says "${shown(wanted)}"`, query: null };
  return [words, ...added.map((number) => ({ what: `no proof covers the number ${number}`, query: null }))];
}

function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
