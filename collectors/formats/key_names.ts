import type { LineText } from "./line_text.ts";

const SLOTS = 1024;
const LONGEST = 40;
const LAST_ASCII = 0x7f;
const names: (string | undefined)[] = new Array<string | undefined>(SLOTS);

/**
 * The name of the key at [start,end), made once for the few hundred keys that occur.
 *
 * A string cut out anew would be hashed anew at every look-up, and keep the block alive that it was cut out of.
 */
export function keyAt(line: LineText, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST || length <= 0) return line.text.substring(start, end);
  let hash = length;
  for (let i = start; i < end; i++) {
    const code = line.code(i);
    if (code > LAST_ASCII) return line.text.substring(start, end);
    hash = Math.imul(hash, 31) + code;
  }
  const slot = hash & (SLOTS - 1);
  const known = names[slot];
  if (known !== undefined && isAt(known, line, start, length)) return known;
  const name = Buffer.from(line.text.substring(start, end)).toString();
  names[slot] = name;
  return name;
}

function isAt(name: string, line: LineText, start: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (name.charCodeAt(i) !== line.code(start + i)) return false;
  }
  return true;
}
