import { byteIn } from "../memory/search";
import { isHex, isLetter, isDigit, NONE, Span, span, startOf, endOf, sizeOf } from "../memory/span";
import { keep, room } from "./texts";

const QUOTE: u8 = 34;
const BACKSLASH: i8 = 92;
const ID_SIZE: i32 = 64;
const UUID_SIZE: i32 = 36;
const REPLACEMENT: i32 = 0xfffd;
/** Bytes that one instruction takes. */
const WIDTH: i32 = 16;

/** Place of the quote that closes the string whose opening quote is at `open`; 0 when it is cut off. */
export function closingQuote(open: usize, end: usize): usize {
  for (let close = byteIn(open + 1, end, QUOTE); close != 0; close = byteIn(close + 1, end, QUOTE)) {
    let at = close - 1;
    while (at > open && load<u8>(at) == BACKSLASH) at--;
    if (((close - at) & 1) == 1) return close;
  }
  return 0;
}

/** Value of the Go or JSON string whose text is [start,end): undoes one level of the escapes of Go's `%q`, which are a
 * superset of JSON's; an unknown escape stays as it is. */
export function unquote(start: usize, end: usize): Span {
  if (byteIn(start, end, BACKSLASH as u8) == 0) return span(start, end);
  // No escape is shorter than what it stands for; sixteen bytes are copied at a time, some of them to be written over.
  let to = room(((end - start) as i32) + WIDTH);
  const backslashes = i8x16.splat(BACKSLASH);
  for (let at = start; at < end;) {
    const bytes = v128.load(at);
    v128.store(to, bytes);
    const hits = i8x16.bitmask(i8x16.eq(bytes, backslashes));
    const plainSize = min(hits == 0 ? WIDTH : ctz(hits), (end - at) as i32);
    at += plainSize;
    to += plainSize;
    if (at >= end || plainSize == WIDTH) continue;
    const plain = at + 1 < end ? simpleEscape(load<u8>(at + 1)) : 0;
    if (plain != 0) {
      store<u8>(to++, plain);
      at += 2;
      continue;
    }
    const size = at + 1 < end ? hexDigits(load<u8>(at + 1)) : 0;
    const code = size == 0 ? -1 : hexNumber(at + 2, end, size);
    if (code < 0 || code > 0x10_ffff) {
      store<u8>(to++, BACKSLASH);
      at++;
      continue;
    }
    at += 2 + size;
    if (code >= 0xd800 && code < 0xdc00) {
      const low = isLowSurrogate(at, end) ? hexNumber(at + 2, end, 4) : -1;
      if (low >= 0) at += 6;
      to = putCharacter(to, low < 0 ? REPLACEMENT : 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00));
    } else to = putCharacter(to, code >= 0xdc00 && code < 0xe000 ? REPLACEMENT : code);
  }
  return keep(to);
}

/** What the letter after a backslash stands for alone; 0 for none. */
function simpleEscape(letter: u8): u8 {
  switch (letter as i32) {
    case 34:
    case 92:
    case 47:
    case 39:
      return letter;
    case 97:
      return 7;
    case 98:
      return 8;
    case 102:
      return 12;
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    case 118:
      return 11;
    default:
      return 0;
  }
}

/** How many hex digits follow `\x`, `\u` or `\U`; 0 after any other letter. */
function hexDigits(letter: u8): i32 {
  return letter == 120 ? 2 : letter == 117 ? 4 : letter == 85 ? 8 : 0;
}

function isLowSurrogate(at: usize, end: usize): bool {
  if (at + 6 > end || load<u8>(at) != BACKSLASH || load<u8>(at + 1) != 117) return false;
  const code = hexNumber(at + 2, end, 4);
  return code >= 0xdc00 && code < 0xe000;
}

/** Number of so many hex digits; -1 when one is missing, or it is no number of a character. */
function hexNumber(at: usize, end: usize, count: i32): i32 {
  if (at + count > end) return -1;
  let value: u32 = 0;
  for (let index = 0; index < count; index++) {
    const byte = load<u8>(at + index) as i32;
    if (!isHex(byte)) return -1;
    value = (value << 4) | ((byte & 15) + (byte > 57 ? 9 : 0));
  }
  return value as i32;
}

/** Writes a character in UTF-8; returns the place after it. */
function putCharacter(to: usize, code: i32): usize {
  if (code < 0x80) {
    store<u8>(to, code as u8);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, (0xc0 | (code >> 6)) as u8);
    store<u8>(to + 1, (0x80 | (code & 63)) as u8);
    return to + 2;
  }
  if (code < 0x1_0000) {
    store<u8>(to, (0xe0 | (code >> 12)) as u8);
    store<u8>(to + 1, (0x80 | ((code >> 6) & 63)) as u8);
    store<u8>(to + 2, (0x80 | (code & 63)) as u8);
    return to + 3;
  }
  store<u8>(to, (0xf0 | (code >> 18)) as u8);
  store<u8>(to + 1, (0x80 | ((code >> 12) & 63)) as u8);
  store<u8>(to + 2, (0x80 | ((code >> 6) & 63)) as u8);
  store<u8>(to + 3, (0x80 | (code & 63)) as u8);
  return to + 4;
}

/** Whether the sixteen bytes at a place are hex digits. */
function areHex(at: usize): bool {
  const bytes = v128.load(at);
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10));
  const lower = v128.or(bytes, i8x16.splat(32));
  const letters = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(97)), i8x16.splat(6));
  return i8x16.all_true(v128.or(digits, letters));
}

/** The 64 hex digits at a place when they are a whole word; else NONE. Sandbox and container ids have this shape. */
export function idAt(at: usize, end: usize): Span {
  if (at == 0 || at + ID_SIZE > end) return NONE;
  for (let index = 0; index < ID_SIZE; index += WIDTH) if (!areHex(at + index)) return NONE;
  const next = at + ID_SIZE < end ? (load<u8>(at + ID_SIZE) as i32) : 0;
  return isDigit(next) || isLetter(next) ? NONE : span(at, at + ID_SIZE);
}

/** True for `8-4-4-4-12` hex digits. */
export function isUuid(text: Span): bool {
  if (sizeOf(text) != UUID_SIZE) return false;
  for (let index = 0; index < UUID_SIZE; index++) {
    const byte = load<u8>(startOf(text) + index) as i32;
    const isDash = index == 8 || index == 13 || index == 18 || index == 23;
    if (isDash ? byte != 45 : !isHex(byte)) return false;
  }
  return true;
}

/** The text as a number of one to nine digits; -1 for any other. */
export function smallNumber(text: Span): i32 {
  const size = sizeOf(text);
  if (size < 1 || size > 9) return -1;
  let value = 0;
  for (let at = startOf(text); at < endOf(text); at++) {
    const byte = load<u8>(at) as i32;
    if (!isDigit(byte)) return -1;
    value = value * 10 + byte - 48;
  }
  return value;
}

/**
 * End of an unquoted Go `%+v` value that starts at a place.
 *
 * Such a value has spaces of its own (`&{ID:a Type:b}`, `[a b]`, `2023-08-30 04:32:42 +0000 UTC`), so it ends where, outside
 * of brackets and quotes, a space is followed by `key=`.
 */
export function bareValueEnd(start: usize, end: usize): usize {
  let first: usize = 0;
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at) as i32;
    if (byte == 32) {
      if (first == 0) first = at;
      if (depth <= 0 && keyFollows(at + 1, end)) return at;
    } else if (byte == 123 || byte == 91 || byte == 40) depth++;
    else if (byte == 125 || byte == 93 || byte == 41) depth--;
    else if (byte == 34 && depth > 0) {
      const close = closingQuote(at, end);
      if (close == 0) return end;
      at = close;
    }
  }
  // Brackets that never close say nothing about where the value ends.
  const opening = start < end ? (load<u8>(start) as i32) : 0;
  const isBracketed = opening == 123 || opening == 91 || opening == 38;
  return depth > 0 && first != 0 && !isBracketed ? first : end;
}

/** True when `key=` stands at a place. */
function keyFollows(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at) as i32;
    if (byte == 61) {
      // `m=+705425.96` ends a Go time that carries its monotonic reading.
      const isMonotonic = at == start + 1 && load<u8>(start) == 109 && at + 1 < end && (load<u8>(at + 1) & ~6) == 41;
      return at > start && !isMonotonic;
    }
    const isKey = isLetter(byte) || (byte >= 48 && byte <= 58) || (byte >= 45 && byte <= 47) || byte == 95;
    if (!isKey) return false;
  }
  return false;
}

/** The first place from `at` on where no space stands. */
export function afterSpaces(at: usize, end: usize): usize {
  let next = at;
  while (next < end && load<u8>(next) == 32) next++;
  return next;
}
