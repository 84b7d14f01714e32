/** Digits of the smallest integer that a double may not hold. */
const LONG = 16;
/** An integer of 16 digits or more, which may be past 2^53; it may also stand inside a string. */
const LONG_INTEGER = /(?<=[:,[\s])-?\d{16,}(?=[\s,\]}])/g;

/**
 * Parses JSON; integers that a double cannot hold become strings of their digits, so that none is silently rounded
 * (Calico's sequence numbers, a recorder's unix ns).
 *
 * @throws SyntaxError when it is not JSON
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(hasLongDigits(text) ? quoteLongIntegers(text) : text);
}

/** Whether LONG digits stand in a row, as in few texts: wherever they do, one of them is at a multiple of LONG. */
function hasLongDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let from = at;
    let to = at + 1;
    while (isDigit(text, from - 1)) from--;
    while (isDigit(text, to)) to++;
    if (to - from >= LONG) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function quoteLongIntegers(text: string): string {
  const strings = new StringCursor(text);
  return text.replace(LONG_INTEGER, (digits: string, offset: number) =>
    Number.isSafeInteger(Number(digits)) || strings.covers(offset) ? digits : `"${digits}"`,
  );
}

/** Tells whether a place in JSON text lies inside a string; places must be asked for in ascending order. */
class StringCursor {
  readonly #text: string;
  #pos = 0;
  /** End of the string that begins last before `#pos`, exclusive. */
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  covers(offset: number): boolean {
    while (this.#end <= offset) {
      const open = this.#text.indexOf('"', this.#end);
      if (open < 0 || open > offset) return false;
      this.#pos = open;
      this.#end = this.#closeOf(open) + 1;
    }
    return this.#pos < offset;
  }

  #closeOf(open: number): number {
    for (let at = open + 1; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === "\\") at++;
      else if (char === '"') return at;
    }
    return this.#text.length;
  }
}
