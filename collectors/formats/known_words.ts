import type { LineText } from "./line_text.ts";

const SLOTS = 4096;
const LONGEST = 40;
const LAST_ASCII = 0x7f;
const words: (string | undefined)[] = new Array<string | undefined>(SLOTS);

/**
 * The word at [start,end), one of the few hundred that a file says again and again: names of keys, source positions.
 *
 * Each is made once. A string cut out anew would be hashed anew at every look-up, and keep the block alive that it was
 * cut out of.
 */
export function wordAt(line: LineText, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST || length <= 0) return line.text.substring(start, end);
  let hash = length;
  for (let i = start; i < end; i++) {
    const code = line.code(i);
    if (code > LAST_ASCII) return line.text.substring(start, end);
    hash = Math.imul(hash, 31) + code;
  }
  const slot = hash & (SLOTS - 1);
  const known = words[slot];
  if (known !== undefined && isAt(known, line, start, length)) return known;
  const word = Buffer.from(line.text.substring(start, end)).toString();
  words[slot] = word;
  return word;
}

function isAt(word: string, line: LineText, start: number, length: number): boolean {
  if (word.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (word.charCodeAt(i) !== line.code(start + i)) return false;
  }
  return true;
}
