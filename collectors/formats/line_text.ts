const EMPTY = new Uint8Array(0);
/** Code that stands for every character outside ASCII: no structure of a log line is made of them. */
const FOREIGN = 0x80;

/**
 * A record's text with the codes of its characters beside it.
 *
 * Asking a string cut out of a block for one character takes several times as long as asking a typed array, and headers,
 * keys and values are read character by character. Searching for a longer text is what strings are good at.
 */
export class LineText {
  text = "";
  /** Characters of the text. */
  length = 0;
  /** For loops over many characters: `codes[origin + i]` is the code of character `i`, when 0 <= i < length. */
  codes: Uint8Array = EMPTY;
  origin = 0;
  private own = Buffer.alloc(1024);

  /** Takes a text whose character `i` is the byte `start + i` of `bytes`, which stay as they are while it is read. */
  setBytes(text: string, bytes: Uint8Array, start: number): void {
    this.text = text;
    this.length = text.length;
    this.codes = bytes;
    this.origin = start;
  }

  /** Takes any text. */
  setText(text: string): void {
    if (this.own.length < text.length) this.own = Buffer.alloc(text.length * 2);
    const { own } = this;
    if (Buffer.byteLength(text) === text.length) own.write(text, "latin1");
    else for (let i = 0; i < text.length; i++) own[i] = Math.min(text.charCodeAt(i), FOREIGN);
    this.setBytes(text, own, 0);
  }

  /** Code of a character; -1 outside of the text, 0x80 or more for one that is not ASCII. */
  code(pos: number): number {
    return pos >= 0 && pos < this.length ? (this.codes[this.origin + pos] as number) : -1;
  }

  /** Number of `count` decimal digits at `pos`; -1 when one of them is no digit. */
  digits(pos: number, count: number): number {
    let value = 0;
    for (let i = pos; i < pos + count; i++) {
      const digit = this.code(i) - 48;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** Position of the first character from `pos` on that is not a space. */
  afterSpaces(pos: number): number {
    let end = pos;
    while (this.code(end) === 32) end++;
    return end;
  }
}
