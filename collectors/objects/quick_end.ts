/** Larger objects are not looked for here. */
const MAX_QUICK = 1 << 20;

const LF = 10;
const SPACE = 0x20;
const TAB = 9;
const CR = 13;
const CLOSE_BRACE = 0x7d;

/**
 * Where an object seems to end, exclusive, with the line feeds in it: told by lines, in a fraction of the time that
 * following its braces takes. `later` when more bytes are needed to tell; null when it is not written in such lines.
 */
export type QuickEnd = { readonly end: number; readonly lines: number } | "later" | null;

/**
 * The end of an object that has a line for itself, as in NDJSON.
 *
 * @param end    end of the bytes that have come
 * @param isLast no more will come
 */
export function endOfLine(bytes: Buffer, start: number, end: number, isLast: boolean): QuickEnd {
  const lineFeed = bytes.indexOf(LF, start);
  const isCut = lineFeed < 0 || lineFeed >= end;
  let to = isCut ? end : lineFeed;
  if (to - start > MAX_QUICK) return null;
  if (isCut && !isLast) return "later";
  while (to > start && isBlank(bytes[to - 1])) to--;
  return bytes[to - 1] === CLOSE_BRACE ? { end: to, lines: 0 } : null;
}

/**
 * The end of an object whose last brace is as far in as its first, with deeper lines between them, as kubectl writes.
 *
 * @param indent whitespace before the first brace; -1 when something else stands there
 */
export function endOfIndented(bytes: Buffer, start: number, end: number, indent: number, isLast: boolean): QuickEnd {
  if (indent < 0) return null;
  if (start + 1 < end && bytes[start + 1] !== LF) return null;
  const limit = Math.min(end, start + MAX_QUICK);
  let lines = 0;
  for (let at = start + 1; at + indent + 1 < limit; at++) {
    if (bytes[at] !== LF) continue;
    lines++;
    const brace = at + indent + 1;
    if (bytes[brace] === CLOSE_BRACE && areBlank(bytes, at + 1, brace)) return { end: brace + 1, lines };
  }
  return limit < end || isLast ? null : "later";
}

function areBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlank(bytes[at])) return false;
  return true;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR;
}
