import { Bytes } from "../memory/bytes";

const BLOCK_VALUES: i32 = 128;
const MINIBLOCKS: i32 = 4;
const MINIBLOCK_VALUES: i32 = BLOCK_VALUES / MINIBLOCKS;

/** Differences of one block: first as they are, then without the smallest of them. */
const differences: usize = heap.alloc(BLOCK_VALUES * 8);

/**
 * Writes integers as DELTA_BINARY_PACKED: numbers that rise by the same step take next to no space.
 *
 * Differences wrap around in the integers' own size, for a reader of INT32 takes no wider ones.
 *
 * @param values of which there is one at least
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 */
export function writeDelta<T extends number>(out: Bytes, values: Bytes): void {
  const size = sizeof<T>();
  const count = values.size / (size as i32);
  writeHeader(out, count, load<T>(values.at) as i64);
  for (let first = 1; first < count; first += BLOCK_VALUES) {
    const inBlock = min(BLOCK_VALUES, count - first);
    let from = values.at + (first as usize) * size;
    let least = i64.MAX_VALUE;
    for (let index = 0; index < inBlock; index++, from += size) {
      // In their own size first: in 64 bits the difference of two of 32 would not wrap around.
      const difference = (load<T>(from) - load<T>(from - size)) as T as i64;
      store<i64>(differences + (index << 3), difference);
      least = min(least, difference);
    }
    writeBlock(out, least, inBlock);
  }
}

function writeHeader(out: Bytes, count: i32, firstValue: i64): void {
  out.varint(BLOCK_VALUES);
  out.varint(MINIBLOCKS);
  out.varint(count);
  out.zigzag(firstValue);
}

/** The last miniblock that has values is filled with zeros, those after it are left out. */
function writeBlock(out: Bytes, least: i64, size: i32): void {
  for (let index = 0; index < size; index++) {
    const at = differences + (index << 3);
    store<i64>(at, load<i64>(at) - least);
  }
  for (let index = size; index < BLOCK_VALUES; index++) store<i64>(differences + (index << 3), 0);
  out.zigzag(least);
  const widthsAt = out.size;
  for (let miniblock = 0; miniblock < MINIBLOCKS; miniblock++) out.byte(0);
  for (let miniblock = 0; miniblock * MINIBLOCK_VALUES < size; miniblock++) {
    const from = differences + ((miniblock * MINIBLOCK_VALUES) << 3);
    const width = bitWidthFrom(from);
    store<u8>(out.at + widthsAt + miniblock, width as u8);
    if (width > 0) pack(out, from, width);
  }
}

function bitWidthFrom(from: usize): i32 {
  let bits: u64 = 0;
  for (let index = 0; index < MINIBLOCK_VALUES; index++) bits |= load<u64>(from + (index << 3));
  return 64 - (clz(bits) as i32);
}

/** Puts 32 values next to each other, from the lowest bit up; they fill whole words of 32 bits. */
function pack(out: Bytes, from: usize, width: i32): void {
  const size = width * (MINIBLOCK_VALUES / 8);
  out.reserve(size);
  let to = out.at + out.size;
  let word: u64 = 0;
  let used = 0;
  for (let index = 0; index < MINIBLOCK_VALUES; index++) {
    const value = load<u64>(from + (index << 3));
    word |= value << used;
    used += width;
    if (used < 64) continue;
    store<u64>(to, word);
    to += 8;
    used -= 64;
    // The bits that had no room; a shift by 64 would be one by 0.
    word = used == 0 ? 0 : value >> (width - used);
  }
  if (used > 0) store<u32>(to, word as u32);
  out.size += size;
}
