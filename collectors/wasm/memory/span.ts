/**
 * The bytes [start,end) of memory as one number, so that a text is passed, returned and kept without an object: the start is
 * in the upper half, the end in the lower. An empty text has a place like any other; NONE, which is 0, is no text at all.
 */
export type Span = u64;

export const NONE: Span = 0;

export function span(start: usize, end: usize): Span {
  return ((start as u64) << 32) | (end as u64);
}

export function startOf(text: Span): usize {
  return (text >> 32) as usize;
}

export function endOf(text: Span): usize {
  return (text & 0xffff_ffff) as usize;
}

export function sizeOf(text: Span): i32 {
  return (endOf(text) - startOf(text)) as i32;
}

/** From `start` bytes after its beginning to its end; the empty rest of a shorter text. */
export function after(text: Span, start: i32): Span {
  const at = startOf(text) + start;
  return span(at < endOf(text) ? at : endOf(text), endOf(text));
}

/** A text of the program itself: made once, and never freed. */
export function word(text: string): Span {
  const bytes = String.UTF8.encode(text);
  const start = changetype<usize>(bytes);
  return span(start, start + bytes.byteLength);
}

/** Byte at a place of a text; 256 outside of it, which no byte equals. */
export function byteAt(text: Span, index: i32): i32 {
  const at = startOf(text) + index;
  return index >= 0 && at < endOf(text) ? (load<u8>(at) as i32) : 256;
}

export function isDigit(byte: i32): bool {
  return ((byte - 48) as u32) < 10;
}

/** Of lower or upper case. */
export function isLetter(byte: i32): bool {
  return (((byte | 32) - 97) as u32) < 26;
}

export function isHex(byte: i32): bool {
  return isDigit(byte) || (((byte | 32) - 97) as u32) < 6;
}

/** Letter, digit or underscore: what regular expressions call `\w`. */
export function isWordByte(byte: i32): bool {
  return isLetter(byte) || isDigit(byte) || byte == 95;
}

export function isSpace(byte: i32): bool {
  return byte == 32 || ((byte - 9) as u32) < 5;
}
