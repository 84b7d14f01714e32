import { Bytes } from "../memory/bytes";
import { isBefore } from "../memory/order";
import { isSame } from "../memory/search";
import { NONE, sizeOf, Span, span, startOf } from "../memory/span";

const INITIAL_BITS: i32 = 6;
/** What the size of a value takes in front of it. */
const SIZE_BYTES: i32 = 4;

/** Different values, each with a number: the first has 0. */
@unmanaged
export class Dictionary {
  /** The values in order, each with its size in front: PLAIN, as the dictionary page has them. */
  values: Bytes = new Bytes();
  /** Where in `values` each of them begins. */
  private places: Bytes = new Bytes();
  /** Open addressing: of a value the upper half of its hash, then its index plus one; 0 in a slot that is free. */
  private slots: usize = newSlots(INITIAL_BITS);
  private slotBits: i32 = INITIAL_BITS;

  get count(): i32 {
    return this.places.size >> 2;
  }

  /** Bytes of all values, without their sizes. */
  get byteLength(): i32 {
    return this.values.size - this.count * SIZE_BYTES;
  }

  /** Of the value at an index; it holds until the next is added. */
  value(index: i32): Span {
    const at = this.values.at + load<i32>(this.places.at + (index << 2));
    return span(at + SIZE_BYTES, at + SIZE_BYTES + load<i32>(at));
  }

  /** Index of a value, which is added if it is new. */
  indexOf(value: Span): i32 {
    const hash = hashOf(value);
    const mask = (1 << this.slotBits) - 1;
    let slot = hash >> (32 - this.slotBits);
    for (let entry = this.entryAt(slot); entry != 0; entry = this.entryAt(slot)) {
      const index = (entry as i32) - 1;
      if (((entry >> 32) as u32) == hash && this.isAt(index, value)) return index;
      slot = (slot + 1) & mask;
    }
    return this.add(value, hash, slot);
  }

  /** Whether the value at an index is this one. */
  isAt(index: i32, value: Span): bool {
    const at = this.values.at + load<i32>(this.places.at + (index << 2));
    const size = sizeOf(value);
    return load<i32>(at) == size && isSame(at + SIZE_BYTES, startOf(value), size);
  }

  /** The first value in the order of their bytes; NONE without values. */
  smallest(): Span {
    let found = NONE;
    for (let index = 0; index < this.count; index++) {
      const value = this.value(index);
      if (found == NONE || isBefore(value, found)) found = value;
    }
    return found;
  }

  largest(): Span {
    let found = NONE;
    for (let index = 0; index < this.count; index++) {
      const value = this.value(index);
      if (found == NONE || isBefore(found, value)) found = value;
    }
    return found;
  }

  clear(): void {
    if (this.count > 0) memory.fill(this.slots, 0, 8 << this.slotBits);
    this.values.clear();
    this.places.clear();
  }

  private entryAt(slot: u32): u64 {
    return load<u64>(this.slots + (slot << 3));
  }

  private add(value: Span, hash: u32, slot: u32): i32 {
    const index = this.count;
    this.places.put<i32>(this.values.size);
    this.values.put<i32>(sizeOf(value));
    this.values.text(value);
    store<u64>(this.slots + (slot << 3), entryOf(hash, index));
    // At most half of the slots are taken: the next free one is never far.
    if (this.count << 1 > 1 << this.slotBits) this.growSlots();
    return index;
  }

  private growSlots(): void {
    const old = this.slots;
    const oldEnd = old + (8 << this.slotBits);
    this.slotBits++;
    this.slots = newSlots(this.slotBits);
    const mask = (1 << this.slotBits) - 1;
    for (let at = old; at < oldEnd; at += 8) {
      const entry = load<u64>(at);
      if (entry == 0) continue;
      let slot = ((entry >> 32) as u32) >> (32 - this.slotBits);
      while (this.entryAt(slot) != 0) slot = (slot + 1) & mask;
      store<u64>(this.slots + (slot << 3), entry);
    }
    heap.free(old);
  }
}

function newSlots(bits: i32): usize {
  const slots = heap.alloc(8 << bits);
  memory.fill(slots, 0, 8 << bits);
  return slots;
}

function entryOf(hash: u32, index: i32): u64 {
  return ((hash as u64) << 32) | (index + 1);
}

/** Of eight bytes at a time; its upper bits are the ones to use. */
function hashOf(value: Span): u32 {
  const size = sizeOf(value);
  const end = startOf(value) + size;
  let hash = (size as u64) * 0x9e37_79b9_7f4a_7c15;
  let at = startOf(value);
  for (; at + 8 <= end; at += 8) hash = mixed(hash, load<u64>(at));
  // Of the last eight bytes those behind the value, which are higher, are shifted out.
  if (at < end) hash = mixed(hash, load<u64>(at) << ((8 - (end - at)) << 3));
  return (((hash ^ (hash >> 29)) * 0xbf58_476d_1ce4_e5b9) >> 32) as u32;
}

function mixed(hash: u64, word: u64): u64 {
  return (rotl<u64>(hash, 23) ^ word) * 0x9e37_79b9_7f4a_7c15;
}
