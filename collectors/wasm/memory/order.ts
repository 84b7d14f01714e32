import { sizeOf, Span, startOf } from "./span";

/** Whether one text comes before another in the order of their bytes, unsigned; a text comes before a longer one it begins. */
export function isBefore(one: Span, other: Span): bool {
  const size = min(sizeOf(one), sizeOf(other));
  const left = startOf(one);
  const right = startOf(other);
  for (let index = 0; index < size; index++) {
    const byte = load<u8>(left + index);
    const otherByte = load<u8>(right + index);
    if (byte != otherByte) return byte < otherByte;
  }
  return sizeOf(one) < sizeOf(other);
}
