import { Arena } from "../memory/arena";
import { NONE, sizeOf, Span, startOf } from "../memory/span";

/*
 * Memory for texts that do not stand in the window as they are. The record that waits for further lines may hold one of the
 * two arenas; the line being read fills the other one then.
 */
let current = new Arena();
let other = new Arena();
let isHeld: bool = false;

/** Begins a line, and forgets the texts of the last one, but for those of a record that is still waiting. */
export function beginLine(isWaiting: bool): void {
  if (isWaiting && isHeld) {
    const held = current;
    current = other;
    other = held;
  }
  isHeld = false;
  current.clear();
}

/** The line being read begins a record: its texts stay until another line does, or the record waits no more. */
export function holdTexts(): void {
  isHeld = true;
}

/** Room for a text of so many bytes; write there, then `keep` what was written. */
export function room(size: i32): usize {
  return current.room(size);
}

/** The text from the room's start to `end`. */
export function keep(end: usize): Span {
  return current.keep(end);
}

/** A copy that lives as long as the line's other texts; NONE of NONE. */
export function copyOf(text: Span): Span {
  return text == NONE ? NONE : current.copyOf(text);
}

/** As `copyOf`, for a record that waits: its own texts were made in the line that it began with. */
export function heldCopyOf(text: Span): Span {
  if (text == NONE) return NONE;
  return isHeld ? current.copyOf(text) : other.copyOf(text);
}

/** One text after the other, with a byte between them; none when it is 0. */
export function joined(one: Span, between: u8, two: Span): Span {
  let at = room(sizeOf(one) + 1 + sizeOf(two));
  memory.copy(at, startOf(one), sizeOf(one));
  at += sizeOf(one);
  if (between != 0) store<u8>(at++, between);
  memory.copy(at, startOf(two), sizeOf(two));
  return keep(at + sizeOf(two));
}

/** A number behind a text and an underscore: `component_2`. */
export function numbered(text: Span, n: i32): Span {
  const size = sizeOf(text);
  let at = room(size + 12);
  memory.copy(at, startOf(text), size);
  at += size;
  store<u8>(at++, 95);
  let unit = 1;
  while (n / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) store<u8>(at++, (48 + ((n / unit) % 10)) as u8);
  return keep(at);
}
