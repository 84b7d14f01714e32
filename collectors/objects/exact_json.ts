/** Most texts have no such run of digits: this asks three times as fast as the pattern with look-behind. */
const SIXTEEN_DIGITS = /\d{16}/;
/** An integer of 16 digits or more, which may be past 2^53; it may also stand inside a string. */
const LONG_INTEGER = /(?<=[:,[\s])-?\d{16,}(?=[\s,\]}])/g;

/**
 * Parses JSON; integers that a double cannot hold become strings of their digits, so that none is silently rounded
 * (Calico's sequence numbers, a recorder's unix ns).
 *
 * @throws SyntaxError when it is not JSON
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(SIXTEEN_DIGITS.test(text) ? quoteLongIntegers(text) : text);
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
