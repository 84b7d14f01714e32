import { Bytes } from "../memory/bytes";
import { equals } from "../memory/search";
import { endOf, NONE, Span, startOf } from "../memory/span";
import { numbered } from "./texts";

const PAIR_BYTES: usize = 16;
const HEX_DIGITS: string = "0123456789abcdef";

/** The keys without a column, as JSON text without its last brace. */
const json = new Bytes();
/** Name and value of each. */
const pairs = new Bytes();
let count = 0;

export function clearFields(): void {
  json.clear();
  pairs.clear();
  count = 0;
}

/** Keeps a key that has no column; a key that comes twice gets a number (`component`, `component_2`). */
export function field(key: Span, value: Span): void {
  let name = key;
  for (let n = 2; indexOf(name) >= 0; n++) name = numbered(key, n);
  pairs.put<Span>(name);
  pairs.put<Span>(value);
  count++;
  json.byte(json.size == 0 ? 123 : 44);
  quote(name);
  json.byte(58);
  quote(value);
}

/** Value of a kept key; NONE when there is none. */
export function fieldValue(key: Span): Span {
  const index = indexOf(key);
  return index < 0 ? NONE : load<u64>(pairs.at + (index as usize) * PAIR_BYTES + 8);
}

/** The fields as JSON text, until the next are cleared; NONE without fields. */
export function closeFields(): Span {
  if (count == 0) return NONE;
  json.byte(125);
  return json.written;
}

function indexOf(key: Span): i32 {
  for (let index = 0; index < count; index++) {
    if (equals(load<u64>(pairs.at + (index as usize) * PAIR_BYTES), key)) return index;
  }
  return -1;
}

/** A text in quotes; escapes only what JSON asks for. */
function quote(text: Span): void {
  const end = endOf(text);
  json.byte(34);
  let from = startOf(text);
  for (let at = escapedIn(from, end); at < end; at = escapedIn(from, end)) {
    json.copy(from, (at - from) as i32);
    escape(load<u8>(at));
    from = at + 1;
  }
  json.copy(from, (end - from) as i32);
  json.byte(34);
}

/** Place of the first byte that must be escaped; the end when there is none. */
function escapedIn(start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const quotes = v128.or(i8x16.eq(bytes, i8x16.splat(34)), i8x16.eq(bytes, i8x16.splat(92)));
    const hits = i8x16.bitmask(v128.or(quotes, i8x16.lt_u(bytes, i8x16.splat(32))));
    if (hits != 0) return min(end, at + (ctz(hits) as usize));
  }
  return end;
}

function escape(byte: i32): void {
  json.byte(92);
  switch (byte) {
    case 34:
    case 92:
      json.byte(byte);
      return;
    case 8:
      json.byte(98);
      return;
    case 9:
      json.byte(116);
      return;
    case 10:
      json.byte(110);
      return;
    case 12:
      json.byte(102);
      return;
    case 13:
      json.byte(114);
      return;
    default:
      json.byte(117);
      json.byte(48);
      json.byte(48);
      json.byte(HEX_DIGITS.charCodeAt(byte >> 4));
      json.byte(HEX_DIGITS.charCodeAt(byte & 15));
  }
}
