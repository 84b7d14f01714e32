import { Bytes, copyOver } from "../memory/bytes";

const HASH_BITS: i32 = 15;
/** Of the format: elements by the lower two bits of their tag, and what a copy of each kind can say. */
const LITERAL: i32 = 0;
const NEAR_COPY: i32 = 1;
const FAR_COPY: i32 = 2;
const MAX_DISTANCE: usize = 65_535;
const NEAR_DISTANCE: usize = 2048;
const MAX_COPY: i32 = 64;
/** Matches shorter than this are not worth a copy. */
const MIN_MATCH: i32 = 4;
/** Bytes that are looked at to find a match. */
const HASHED_BYTES: usize = 6;
/** After 2^4 places without a match every second one is looked at, after as many more every third, and so on. */
const PATIENCE_BITS: i32 = 4;

/**
 * Last place at which six bytes with each hash began: of four there are more matches, too short to be worth their time.
 *
 * Places count from one more than the greatest distance, so that 0, which stands for none, is too far from all.
 */
const places: usize = heap.alloc(4 << HASH_BITS);
const FIRST_PLACE: usize = MAX_DISTANCE + 1;

/**
 * Compresses into Snappy's raw format, the one codec for fast compression that every reader of Parquet knows: Trino and
 * parquet-mr before 1.13 (Spark 3.4) cannot read LZ4_RAW.
 *
 * Written here for it needs no native code and gives the same bytes everywhere. A match may lie anywhere in the 64 KiB
 * before, not only in the same block of 64 KiB, as in the snappy package: of the pages of a kubelet's and a containerd's
 * log it leaves 18 % of the bytes, that package 22 %.
 *
 * @param source with memory behind its end that may be read
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
export function compressSnappy(source: usize, size: i32, target: Bytes): void {
  target.clear();
  target.reserve(33 + size + size / 6);
  target.varint(size);
  memory.fill(places, 0, 4 << HASH_BITS);
  const limit = source + size;
  const lastStart = limit - HASHED_BYTES;
  const base = source - FIRST_PLACE;
  let to = target.at + target.size;
  let anchor = source;
  let misses = 1 << PATIENCE_BITS;
  for (let at = source; at <= lastStart;) {
    const word = load<u32>(at);
    const slot = slotOf(word, load<u16>(at, 4));
    let from = base + load<u32>(slot);
    store<u32>(slot, at - base);
    if (at - from > MAX_DISTANCE || load<u32>(from) != word) {
      at += misses++ >> PATIENCE_BITS;
      continue;
    }
    misses = 1 << PATIENCE_BITS;
    const matchEnd = endOfMatch(at + MIN_MATCH, at - from, limit);
    while (at > anchor && from > source && load<u8>(at - 1) == load<u8>(from - 1)) {
      at--;
      from--;
    }
    if (at > anchor) to = writeLiterals(anchor, at, to);
    to = writeMatch(at - from, matchEnd - at, to);
    at = anchor = matchEnd;
  }
  if (anchor < limit) to = writeLiterals(anchor, limit, to);
  target.size = (to - target.at) as i32;
}

/** Address of the place for a multiplicative hash of six bytes. */
function slotOf(word: u32, next: u32): usize {
  const hash = (word ^ (next * 2_246_822_507)) * 2_654_435_761;
  return places + ((hash >> (32 - HASH_BITS)) << 2);
}

/** The first place from `start` on that does not equal the one `distance` before it. */
function endOfMatch(start: usize, distance: usize, limit: usize): usize {
  let at = start;
  for (; at + 8 <= limit; at += 8) {
    const difference = load<u64>(at) ^ load<u64>(at - distance);
    if (difference != 0) return at + ((ctz(difference) >> 3) as usize);
  }
  while (at < limit && load<u8>(at) == load<u8>(at - distance)) at++;
  return at;
}

/** A tag with the length less one, in bytes of its own from 60 on, and the bytes. @returns the end of what is written */
function writeLiterals(from: usize, to: usize, target: usize): usize {
  const count = (to - from) as i32;
  let end = target + 1;
  if (count <= 60) store<u8>(target, ((count - 1) << 2) | LITERAL);
  else {
    for (let rest = count - 1; rest > 0; rest >>>= 8) store<u8>(end++, rest as u8);
    store<u8>(target, ((58 + ((end - target) as i32)) << 2) | LITERAL);
  }
  copyOver(end, from, count);
  return end + count;
}

/** Copies of at most 64 bytes; what is left for the last one is never too short for it. */
function writeMatch(distance: usize, length: usize, target: usize): usize {
  let end = target;
  let rest = length as i32;
  while (rest > MAX_COPY) {
    const count = rest < MAX_COPY + MIN_MATCH ? MAX_COPY - MIN_MATCH : MAX_COPY;
    end = writeFarCopy(distance, count, end);
    rest -= count;
  }
  if (rest > 11 || distance >= NEAR_DISTANCE) return writeFarCopy(distance, rest, end);
  store<u8>(end, ((distance >> 8) << 5) | ((rest - 4) << 2) | NEAR_COPY);
  store<u8>(end, distance as u8, 1);
  return end + 2;
}

function writeFarCopy(distance: usize, length: i32, target: usize): usize {
  store<u8>(target, ((length - 1) << 2) | FAR_COPY);
  store<u16>(target, distance as u16, 1);
  return target + 3;
}
