import { NONE, Span } from "../memory/span";
import { keep, room } from "./texts";

/** Place of the first byte of [start,end) that is not ASCII; `end` when all are. */
function foreignIn(start: usize, end: usize): usize {
  let at = start;
  for (; at + 16 <= end; at += 16) if (v128.any_true(v128.and(v128.load(at), i8x16.splat(-128)))) break;
  while (at < end && load<u8>(at) < 0x80) at++;
  return at;
}

/** Bytes of the well-formed character at a place; less than 0: so many bytes that begin none. */
function characterSize(at: usize, end: usize): i32 {
  const first = load<u8>(at) as i32;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return -1;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let index = 1; index < size; index++) {
    if (at + index >= end) return -index;
    const next = load<u8>(at + index) as i32;
    // What follows E0, ED, F0 and F4 is limited further: no overlong forms, no surrogates, nothing above 10FFFF.
    const low = index > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const high = index > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return -index;
  }
  return size;
}

/** The bytes as UTF-8, each run of others replaced by U+FFFD; NONE when they are well-formed as they are. */
export function mended(start: usize, end: usize): Span {
  let at = foreignIn(start, end);
  while (at < end) {
    const size = characterSize(at, end);
    if (size < 0) return replaced(start, end);
    at = size == 1 ? foreignIn(at, end) : at + size;
  }
  return NONE;
}

function replaced(start: usize, end: usize): Span {
  let to = room(((end - start) as i32) * 3);
  for (let at = start; at < end;) {
    const size = characterSize(at, end);
    if (size > 0) {
      memory.copy(to, at, size);
      to += size;
      at += size;
    } else {
      store<u8>(to, 0xef);
      store<u8>(to + 1, 0xbf);
      store<u8>(to + 2, 0xbd);
      to += 3;
      at -= size;
    }
  }
  return keep(to);
}
