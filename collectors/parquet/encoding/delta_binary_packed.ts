import type { ByteWriter } from "./byte_writer.ts";

const BLOCK_VALUES = 128;
const MINIBLOCKS = 4;
const MINIBLOCK_VALUES = BLOCK_VALUES / MINIBLOCKS;
const TWO_32 = 4_294_967_296;

/** Differences of one block: first as they are, then without the smallest of them, in 32-bit halves. */
const differences = new Float64Array(BLOCK_VALUES);
const lows = new Uint32Array(BLOCK_VALUES);
const highs = new Uint32Array(BLOCK_VALUES);

/**
 * Writes 32-bit integers as DELTA_BINARY_PACKED: numbers that rise by the same step take next to no space.
 *
 * Differences wrap around in 32 bits, for a reader of INT32 takes no wider ones.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 */
export function writeDeltaInt32(out: ByteWriter, values: Int32Array, count: number): void {
  writeHeader(out, count);
  out.zigzag(count === 0 ? 0 : (values[0] as number));
  for (let first = 1; first < count; first += BLOCK_VALUES) {
    const size = Math.min(BLOCK_VALUES, count - first);
    let min = Infinity;
    for (let index = 0; index < size; index++) {
      const at = first + index;
      const difference = ((values[at] as number) - (values[at - 1] as number)) | 0;
      differences[index] = difference;
      if (difference < min) min = difference;
    }
    out.zigzag(min);
    // With differences in 32 bits the distance from the smallest takes 32 bits too.
    for (let index = 0; index < size; index++) lows[index] = (differences[index] as number) - min;
    highs.fill(0);
    writeMiniblocks(out, size);
  }
}

/**
 * Writes 64-bit integers as DELTA_BINARY_PACKED.
 *
 * @param halves each value as two: its lower 32 bits, then its upper ones
 */
export function writeDeltaInt64(out: ByteWriter, halves: Int32Array, count: number): void {
  writeHeader(out, count);
  out.zigzagBigint(count === 0 ? 0n : bigintAt(halves, 0));
  for (let first = 1; first < count; first += BLOCK_VALUES) {
    const size = Math.min(BLOCK_VALUES, count - first);
    if (!subtractExactly(out, halves, first, size)) subtractWrapping(out, halves, first, size);
    writeMiniblocks(out, size);
  }
}

/** The 64-bit integer at an index of halves. */
export function bigintAt(halves: Int32Array, index: number): bigint {
  const low = BigInt((halves[index * 2] as number) >>> 0);
  return (BigInt(halves[index * 2 + 1] as number) << 32n) | low;
}

/** Writes a block's smallest difference and leaves the others' distance from it; false when doubles cannot hold them. */
function subtractExactly(out: ByteWriter, halves: Int32Array, first: number, size: number): boolean {
  let min = Infinity;
  let max = -Infinity;
  for (let index = 0; index < size; index++) {
    const at = (first + index) * 2;
    const high = (halves[at + 1] as number) - (halves[at - 1] as number);
    const difference = high * TWO_32 + (((halves[at] as number) >>> 0) - ((halves[at - 2] as number) >>> 0));
    differences[index] = difference;
    if (difference < min) min = difference;
    if (difference > max) max = difference;
  }
  // Below 2^52 each difference, and each distance between two, is exact.
  if (min < -(2 ** 52) || max > 2 ** 52) return false;
  out.zigzag(min);
  for (let index = 0; index < size; index++) {
    const distance = (differences[index] as number) - min;
    highs[index] = distance / TWO_32;
    lows[index] = distance % TWO_32;
  }
  return true;
}

/** As `subtractExactly` for any values; differences wrap around in 64 bits, as the format allows. */
function subtractWrapping(out: ByteWriter, halves: Int32Array, first: number, size: number): void {
  const wide: bigint[] = [];
  for (let at = first; at < first + size; at++) {
    wide.push(BigInt.asIntN(64, bigintAt(halves, at) - bigintAt(halves, at - 1)));
  }
  const min = wide.reduce((least, difference) => (difference < least ? difference : least));
  out.zigzagBigint(min);
  wide.forEach((difference, index) => {
    const distance = BigInt.asUintN(64, difference - min);
    lows[index] = Number(distance & 0xffff_ffffn);
    highs[index] = Number(distance >> 32n);
  });
}

function writeHeader(out: ByteWriter, count: number): void {
  out.varint(BLOCK_VALUES);
  out.varint(MINIBLOCKS);
  out.varint(count);
}

/** Packs the first `size` distances; the last miniblock that has values is filled with zeros, those after it are left out. */
function writeMiniblocks(out: ByteWriter, size: number): void {
  lows.fill(0, size);
  highs.fill(0, size);
  const widthsAt = out.length;
  for (let miniblock = 0; miniblock < MINIBLOCKS; miniblock++) out.byte(0);
  for (let miniblock = 0; miniblock * MINIBLOCK_VALUES < size; miniblock++) {
    const first = miniblock * MINIBLOCK_VALUES;
    const width = bitWidthFrom(first);
    out.buffer[widthsAt + miniblock] = width;
    out.reserve(width * (MINIBLOCK_VALUES / 8));
    if (width > 32) packWide(out, first, width - 32);
    else if (width > 0) packNarrow(out, first, width);
  }
}

function bitWidthFrom(first: number): number {
  let low = 0;
  let high = 0;
  for (let index = first; index < first + MINIBLOCK_VALUES; index++) {
    low |= lows[index] as number;
    high |= highs[index] as number;
  }
  return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
}

/** Packs 32 values of at most 32 bits each; together they fill whole words. */
function packNarrow(out: ByteWriter, first: number, width: number): void {
  const words = new WordPacker(out);
  for (let index = first; index < first + MINIBLOCK_VALUES; index++) words.put(lows[index] as number, width);
}

function packWide(out: ByteWriter, first: number, highWidth: number): void {
  const words = new WordPacker(out);
  for (let index = first; index < first + MINIBLOCK_VALUES; index++) {
    words.put(lows[index] as number, 32);
    words.put(highs[index] as number, highWidth);
  }
}

/** Puts values of few bits next to each other, from the lowest bit up, and writes each word of 32 bits that is full. */
class WordPacker {
  private readonly out: ByteWriter;
  private word = 0;
  private used = 0;

  constructor(out: ByteWriter) {
    this.out = out;
  }

  /** @param value without bits above `width`, which is 1 to 32 */
  put(value: number, width: number): void {
    this.word |= value << this.used;
    this.used += width;
    if (this.used < 32) return;
    this.out.int32(this.word);
    this.used -= 32;
    // The bits that had no room; a shift by 32 would be one by 0.
    this.word = this.used === 0 ? 0 : value >>> (width - this.used);
  }
}
