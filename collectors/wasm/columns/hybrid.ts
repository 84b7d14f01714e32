import { Bytes } from "../memory/bytes";

/** A bit-packed run is closed after so many groups of eight, so that its header is one byte. */
const MAX_GROUPS: i32 = 63;

/**
 * Writes the RLE/bit-packing hybrid: definition levels and dictionary indexes.
 *
 * A value that comes eight times or more is written once with its count; others are packed in groups of eight.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
@unmanaged
export class HybridWriter {
  private out: Bytes;
  private bitWidth: i32;
  /** Values of the open group, and those of their bits that are not written yet. */
  private filled: i32 = 0;
  private bits: u64 = 0;
  private bitCount: i32 = 0;
  /** Place of the open bit-packed run's header, and its groups so far; -1 when none is open. */
  private headerAt: i32 = -1;
  private groups: i32 = 0;

  constructor(out: Bytes) {
    this.out = out;
    this.bitWidth = 1;
  }

  /** @param bitWidth of every value, 1 to 24 */
  begin(bitWidth: i32): void {
    this.bitWidth = bitWidth;
  }

  /** Appends a value `count` times; call it once for equal neighbours, it does not look back. */
  run(value: i32, count: i32): void {
    let rest = count;
    for (; this.filled > 0 && rest > 0; rest--) this.pack(value);
    if (rest >= 8) {
      this.repeat(value, rest);
      rest = 0;
    }
    for (; rest > 0; rest--) this.pack(value);
  }

  /** Completes the last group; nothing may follow. The reader knows the number of values. */
  end(): void {
    while (this.filled > 0) this.pack(0);
    this.headerAt = -1;
  }

  private repeat(value: i32, count: i32): void {
    this.headerAt = -1;
    this.out.varint((count as u64) << 1);
    for (let shift = 0; shift < this.bitWidth; shift += 8) this.out.byte(value >>> shift);
  }

  private pack(value: i32): void {
    if (this.filled == 0) this.beginGroup();
    this.bits |= (value as u64) << this.bitCount;
    this.bitCount += this.bitWidth;
    if (this.bitCount >= 32) {
      this.out.put<i32>(this.bits as i32);
      this.bits >>= 32;
      this.bitCount -= 32;
    }
    this.filled++;
    if (this.filled == 8) this.endGroup();
  }

  private beginGroup(): void {
    if (this.headerAt >= 0 && this.groups < MAX_GROUPS) return;
    this.headerAt = this.out.size;
    this.groups = 0;
    this.out.byte(0);
  }

  /** Eight values fill whole bytes. */
  private endGroup(): void {
    for (; this.bitCount > 0; this.bitCount -= 8) {
      this.out.byte(this.bits as i32);
      this.bits >>= 8;
    }
    this.groups++;
    store<u8>(this.out.at + this.headerAt, (this.groups << 1) | 1);
    this.filled = 0;
  }
}

/** Bits that the values from 0 to `most` take, at least 1: not all readers know dictionary indexes of no bits. */
export function bitWidthOf(most: i32): i32 {
  return max(1, 32 - clz(most));
}
