import { equals } from "./search";
import { endOf, NONE, sizeOf, Span, startOf, word } from "./span";

const SLOT_BYTES: usize = 16;
const GOLDEN: u32 = 0x9e37_79b1;
export const UNKNOWN: i32 = -1;

/** A number for each of some words. */
@unmanaged
export class WordTable {
  private slots: usize;
  private bits: i32;

  /** @param bits room for 2^bits words, of which half at most are to be used */
  constructor(bits: i32) {
    this.bits = bits;
    this.slots = heap.alloc(SLOT_BYTES << bits);
    memory.fill(this.slots, 0, SLOT_BYTES << bits);
  }

  add(text: string, value: i32): void {
    this.set(word(text), value);
  }

  /** @param text in memory that stays */
  set(text: Span, value: i32): void {
    const slot = this.slotOf(text);
    store<u64>(slot, text);
    store<i32>(slot, value, 8);
  }

  /** UNKNOWN for a word that is not in the table. */
  get(text: Span): i32 {
    const slot = this.slotOf(text);
    return load<u64>(slot) == NONE ? UNKNOWN : load<i32>(slot, 8);
  }

  /** The word's slot, or the free one in which it would be. */
  private slotOf(text: Span): usize {
    const mask = (1 << this.bits) - 1;
    let index = (hashOf(text) >> (32 - this.bits)) as i32;
    let slot = this.slots + (index as usize) * SLOT_BYTES;
    while (load<u64>(slot) != NONE && !equals(load<u64>(slot), text)) {
      index = (index + 1) & mask;
      slot = this.slots + (index as usize) * SLOT_BYTES;
    }
    return slot;
  }
}

/** Of size and three of the bytes: words of a table hardly agree in all of them. */
function hashOf(text: Span): u32 {
  const size = sizeOf(text);
  if (size <= 0) return 0;
  const start = startOf(text);
  const mixed =
    (size as u32) ^
    ((load<u8>(start) as u32) << 8) ^
    ((load<u8>(endOf(text) - 1) as u32) << 16) ^
    ((load<u8>(start + (size >> 1)) as u32) << 24);
  return mixed * GOLDEN;
}
