/** A line of a page as it should be, and the line of the file that stands for it; one of them may be missing. */
export interface LinePair {
  readonly expected: number | null;
  readonly found: number | null;
}

/**
 * Brings the lines of two versions of a page together: equal ones in order, then between them those that are most alike.
 * Line numbers start at 0; pairs of equal lines are left out.
 */
export function differingLines(expected: readonly string[], found: readonly string[]): LinePair[] {
  const pairs: LinePair[] = [];
  let [start, end] = [0, 0];
  for (const [left, right] of [...commonLines(expected, found), [expected.length, found.length] as const]) {
    pairs.push(...alignGap(expected, found, [start, left], [end, right]));
    [start, end] = [left + 1, right + 1];
  }
  return pairs;
}

type Range = readonly [from: number, to: number];

/** Lines without a partner in their order; each finds the first one that shares at least half of its words. */
function alignGap(expected: readonly string[], found: readonly string[], left: Range, right: Range): LinePair[] {
  const pairs: LinePair[] = [];
  let next = left[0];
  for (let line = right[0]; line < right[1]; line++) {
    const partner = range([next, left[1]]).find((each) => likeness(expected[each] ?? "", found[line] ?? "") >= 0.5);
    if (partner === undefined) pairs.push({ expected: null, found: line });
    else {
      for (const skipped of range([next, partner])) pairs.push({ expected: skipped, found: null });
      pairs.push({ expected: partner, found: line });
      next = partner + 1;
    }
  }
  for (const skipped of range([next, left[1]])) pairs.push({ expected: skipped, found: null });
  return pairs;
}

function range([from, to]: Range): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

/** Share of the words that two lines have in common, 0 to 1. */
function likeness(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  if (left.length + right.length === 0) return 1;
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count > 0) common++;
    counts.set(word, count - 1);
  }
  return (2 * common) / (left.length + right.length);
}

/** Latin words and numbers, single characters of scripts without spaces. */
function wordsOf(line: string): readonly string[] {
  return line.match(/[\p{Script=Latin}\p{Nd}._-]+|\p{L}|[^\s\p{L}\p{Nd}]/gu) ?? [];
}

/** The longest common subsequence of lines as pairs of line numbers; equal beginnings and ends cost nothing. */
function commonLines(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [rows, columns] = [a.length - head - tail, b.length - head - tail];
  const length = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
  const at = (row: number, column: number): number => length[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const isSame = a[head + row] === b[head + column];
      const longest = isSame ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      length[row]?.fill(longest, column, column + 1);
    }
  }
  const pairs = Array.from({ length: head }, (_, line) => [line, line] as const);
  let [row, column] = [0, 0];
  while (row < rows && column < columns) {
    if (a[head + row] === b[head + column]) pairs.push([head + row++, head + column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return [
    ...pairs,
    ...Array.from({ length: tail }, (_, line) => [a.length - tail + line, b.length - tail + line] as const),
  ];
}
