import type { LineText } from "./line_text.ts";

const QUOTE = 34;
const BACKSLASH = 92;
const LAST_ASCII = 0x7f;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Position of the quote that closes the string opened at `open`; -1 when it is cut off. */
export function closingQuote(line: LineText, open: number): number {
  for (let close = line.text.indexOf('"', open + 1); close >= 0; close = line.text.indexOf('"', close + 1)) {
    let i = close - 1;
    while (i > open && line.code(i) === BACKSLASH) i--;
    if ((close - i) % 2 === 1) return close;
  }
  return -1;
}

/** Value of the quoted Go or JSON string whose quotes are at `open` and `close` (or whose text ends there). */
export function unquote(line: LineText, open: number, close: number): string {
  const { text } = line;
  const first = text.indexOf("\\", open + 1);
  if (first < 0 || first >= close) {
    return text.substring(open + 1, close);
  }
  // Quotes in quotes in quotes: so many escapes that going from one to the next takes longer than from byte to byte.
  const nested = text.indexOf("\\\\", first);
  const isDeep = nested >= 0 && nested < close;
  return (isDeep ? unescapeAscii(line, open + 1, close) : null) ?? unescapeGo(text.substring(open + 1, close));
}

/** Codes that the character after a backslash stands for; 0 when it is one of these letters with digits, or no escape. */
const UNESCAPED = new Uint8Array(256);
for (const self of "\"\\/'") UNESCAPED[self.charCodeAt(0)] = self.charCodeAt(0);
for (const [letter, meant] of Object.entries(SIMPLE_ESCAPES)) UNESCAPED[letter.charCodeAt(0)] = meant.charCodeAt(0);

let unescaped = Buffer.alloc(4096);

/** The same as `unescapeGo` for text of ASCII characters and escapes of one character, which most is; else null. */
function unescapeAscii(line: LineText, start: number, end: number): string | null {
  if (unescaped.length < end - start) {
    unescaped = Buffer.alloc(2 * (end - start));
  }
  const { codes, origin } = line;
  let length = 0;
  for (let i = origin + start; i < origin + end; i++) {
    let c = codes[i] as number;
    if (c === BACKSLASH) {
      i++;
      c = i < origin + end ? (UNESCAPED[codes[i] as number] as number) : 0;
    }
    if (c === 0 || c > LAST_ASCII) {
      return null;
    }
    unescaped[length++] = c;
  }
  return unescaped.toString("latin1", 0, length);
}

/** Undoes one level of the escapes of Go's `%q`, which are a superset of JSON's; an unknown escape stays as it is. */
function unescapeGo(inner: string): string {
  let out = "";
  let from = 0;
  /** A character that stands for itself belongs to the next piece, but begins no other escape. */
  let search: number;
  for (let at = inner.indexOf("\\"); at >= 0; at = inner.indexOf("\\", search)) {
    out += inner.substring(from, at);
    const kind = inner.charAt(at + 1);
    if (kind === '"' || kind === "\\" || kind === "/" || kind === "'") {
      from = at + 1;
      search = at + 2;
      continue;
    }
    const simple = SIMPLE_ESCAPES[kind];
    if (simple !== undefined) {
      out += simple;
      from = search = at + 2;
      continue;
    }
    const length = kind === "x" ? 2 : kind === "u" ? 4 : kind === "U" ? 8 : 0;
    const code = length === 0 ? NaN : hexNumber(inner, at + 2, length);
    if (code >= 0 && code <= 0x10ffff) {
      out += String.fromCodePoint(code);
      from = search = at + 2 + length;
    } else {
      out += "\\";
      from = search = at + 1;
    }
  }
  return out + inner.substring(from);
}

function hexNumber(text: string, pos: number, length: number): number {
  const digits = text.substring(pos, pos + length);
  return digits.length === length && /^[0-9a-f]+$/i.test(digits) ? parseInt(digits, 16) : NaN;
}

const ID = /[0-9a-f]{64}(?![0-9a-z])/iy;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 64 hex digits at `pos` when they are a whole word; else null. Sandbox and container ids have this shape. */
export function idAt(text: string, pos: number): string | null {
  ID.lastIndex = pos;
  return ID.test(text) ? text.substring(pos, pos + 64) : null;
}

/** True for `8-4-4-4-12` hex digits. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/**
 * End of an unquoted Go `%+v` value that starts at `pos`.
 *
 * Such a value has spaces of its own (`&{ID:a Type:b}`, `[a b]`, `2023-08-30 04:32:42 +0000 UTC`), so it ends where, outside
 * of brackets and quotes, a space is followed by `key=`.
 */
export function bareValueEnd(line: LineText, pos: number): number {
  const { codes, origin } = line;
  const start = origin + pos;
  const end = origin + line.length;
  let first = -1;
  let depth = 0;
  for (let i = start; i < end; i++) {
    const c = codes[i] as number;
    const step = NESTING[c] as number;
    if (step === 0) continue;
    if (step === OTHER) {
      if (c === SPACE) {
        if (first < 0) first = i;
        if (depth <= 0 && keyFollows(line, i + 1 - origin)) return i - origin;
      } else if (depth > 0) {
        const close = closingQuote(line, i - origin);
        if (close < 0) return line.length;
        i = origin + close;
      }
    } else {
      depth += step;
    }
  }
  // Brackets that never close say nothing about where the value ends.
  const opening = String.fromCharCode(codes[start] ?? 0);
  return depth > 0 && first >= 0 && !"{[&".includes(opening) ? first - origin : line.length;
}

const SPACE = 32;
const OTHER = 2;
/** What a character does to the depth of brackets; OTHER for a space or a quote, which need a closer look. */
const NESTING = new Int8Array(256);
for (const bracket of "{[(") NESTING[bracket.charCodeAt(0)] = 1;
for (const bracket of "}])") NESTING[bracket.charCodeAt(0)] = -1;
NESTING[SPACE] = NESTING[QUOTE] = OTHER;

/** True when `key=` stands at `pos`. */
function keyFollows(line: LineText, pos: number): boolean {
  for (let i = pos; i < line.length; i++) {
    const c = line.code(i);
    if (c === 61) {
      // `m=+705425.96` ends a Go time that carries its monotonic reading.
      return i > pos && !(i === pos + 1 && line.code(pos) === 109 && (line.code(i + 1) & ~6) === 41);
    }
    const lower = c | 32;
    const isWord = (lower >= 97 && lower <= 122) || (c >= 48 && c <= 58) || (c >= 45 && c <= 47) || c === 95;
    if (!isWord) {
      return false;
    }
  }
  return false;
}
