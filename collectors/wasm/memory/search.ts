import { endOf, isSpace, NONE, sizeOf, Span, span, startOf } from "./span";

/** Bytes that one instruction compares. */
const WIDTH = 16;

/** Place of a byte in [start,end); 0 when it is not there. */
export function byteIn(start: usize, end: usize, byte: u8): usize {
  const wanted = i8x16.splat(byte as i8);
  for (let at = start; at < end; at += WIDTH) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (hits != 0) {
      const place = at + (ctz(hits) as usize);
      return place < end ? place : 0;
    }
  }
  return 0;
}

/** Place of the first of two bytes in [start,end); 0 when neither is there. */
export function eitherIn(start: usize, end: usize, one: u8, other: u8): usize {
  const first = i8x16.splat(one as i8);
  const second = i8x16.splat(other as i8);
  for (let at = start; at < end; at += WIDTH) {
    const bytes = v128.load(at);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, first), i8x16.eq(bytes, second)));
    if (hits != 0) {
      const place = at + (ctz(hits) as usize);
      return place < end ? place : 0;
    }
  }
  return 0;
}

/** Place of a word, of at least one byte, in [start,end); 0 when it is not there. */
export function wordIn(start: usize, end: usize, wanted: Span): usize {
  const size = sizeOf(wanted);
  if (end < start + size) return 0;
  const last = end - size;
  const from = startOf(wanted);
  // Where its first and its last byte stand at their distance, the word is likely: most places fall out sixteen at a time.
  const head = i8x16.splat(load<u8>(from) as i8);
  const tail = i8x16.splat(load<u8>(from + size - 1) as i8);
  for (let at = start; at <= last; at += WIDTH) {
    let hits = i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), head), i8x16.eq(v128.load(at + size - 1), tail)));
    for (; hits != 0; hits &= hits - 1) {
      const place = at + (ctz(hits) as usize);
      if (place > last) return 0;
      if (isSame(place, from, size)) return place;
    }
  }
  return 0;
}

/** Last place of a word in [start,end); 0 when it is not there. */
export function lastWordIn(start: usize, end: usize, wanted: Span): usize {
  const size = sizeOf(wanted);
  if (end < start + size) return 0;
  for (let at = end - size; at >= start; at--) if (isSame(at, startOf(wanted), size)) return at;
  return 0;
}

export function find(text: Span, wanted: Span): usize {
  return wordIn(startOf(text), endOf(text), wanted);
}

export function has(text: Span, wanted: Span): bool {
  return find(text, wanted) != 0;
}

export function findByte(text: Span, byte: u8): usize {
  return byteIn(startOf(text), endOf(text), byte);
}

/** Whether so many bytes are the same at two places. */
export function isSame(one: usize, other: usize, size: i32): bool {
  if (size < 8) {
    // Of eight bytes those behind the end, which are higher, are shifted out.
    return size == 0 || (load<u64>(one) ^ load<u64>(other)) << ((8 - size) << 3) == 0;
  }
  const last = size - 8;
  for (let at = 0; at < last; at += 8) if (load<u64>(one + at) != load<u64>(other + at)) return false;
  return load<u64>(one + last) == load<u64>(other + last);
}

/** The same bytes; NONE equals NONE alone. */
export function equals(one: Span, other: Span): bool {
  if (one == other) return true;
  if (one == NONE || other == NONE) return false;
  const size = sizeOf(one);
  return size == sizeOf(other) && isSame(startOf(one), startOf(other), size);
}

/** Whether a word stands at a place; it need not end before `end`, it must. */
export function standsAt(at: usize, end: usize, wanted: Span): bool {
  const size = sizeOf(wanted);
  return at + size <= end && isSame(at, startOf(wanted), size);
}

/** Which of some words stands at a place, the first that does; -1 when none does. */
export function whichAt(at: usize, end: usize, words: StaticArray<Span>): i32 {
  for (let index = 0; index < words.length; index++) if (standsAt(at, end, unchecked(words[index]))) return index;
  return -1;
}

/** False for NONE, as is `hasOneOf`. */
export function startsWithOneOf(text: Span, words: StaticArray<Span>): bool {
  return text != NONE && whichAt(startOf(text), endOf(text), words) >= 0;
}

export function hasOneOf(text: Span, words: StaticArray<Span>): bool {
  if (text == NONE) return false;
  for (let index = 0; index < words.length; index++) if (has(text, unchecked(words[index]))) return true;
  return false;
}

export function startsWith(text: Span, wanted: Span): bool {
  return standsAt(startOf(text), endOf(text), wanted);
}

export function endsWith(text: Span, wanted: Span): bool {
  const size = sizeOf(wanted);
  return sizeOf(text) >= size && isSame(endOf(text) - size, startOf(wanted), size);
}

/** As `standsAt` for a word in lower case, whatever the case of the text. */
export function standsAtAnyCase(at: usize, end: usize, wanted: Span): bool {
  const size = sizeOf(wanted);
  if (at + size > end) return false;
  for (let index = 0; index < size; index++) {
    const byte = load<u8>(at + index);
    const lower: u8 = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower != load<u8>(startOf(wanted) + index)) return false;
  }
  return true;
}

/** Without white space at its end. */
export function trimEnd(text: Span): Span {
  let end = endOf(text);
  while (end > startOf(text) && isSpace(load<u8>(end - 1))) end--;
  return span(startOf(text), end);
}

/** Without white space at either end. */
export function trim(text: Span): Span {
  let start = startOf(text);
  while (start < endOf(text) && isSpace(load<u8>(start))) start++;
  return trimEnd(span(start, endOf(text)));
}
