import type { ByteWriter } from "./byte_writer.ts";

/** A bit-packed run is closed after so many groups of eight, so that its header is one byte. */
const MAX_GROUPS = 63;

/**
 * Writes the RLE/bit-packing hybrid: definition levels and dictionary indexes.
 *
 * A value that comes eight times or more is written once with its count; others are packed in groups of eight.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export class HybridWriter {
  private readonly out: ByteWriter;
  private readonly bitWidth: number;
  private readonly group = new Int32Array(8);
  private filled = 0;
  /** Place of the open bit-packed run's header, and its groups so far; -1 when none is open. */
  private headerAt = -1;
  private groups = 0;

  /** @param bitWidth of every value, 1 to 24 */
  constructor(out: ByteWriter, bitWidth: number) {
    this.out = out;
    this.bitWidth = bitWidth;
  }

  /** Appends a value `count` times; call it once for equal neighbours, it does not look back. */
  run(value: number, count: number): void {
    let rest = count;
    while (this.filled > 0 && rest > 0) {
      this.pack(value);
      rest--;
    }
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

  private repeat(value: number, count: number): void {
    const { out } = this;
    this.headerAt = -1;
    out.varint(count * 2);
    for (let shift = 0; shift < this.bitWidth; shift += 8) out.byte((value >>> shift) & 255);
  }

  private pack(value: number): void {
    this.group[this.filled++] = value;
    if (this.filled === 8) this.writeGroup();
  }

  private writeGroup(): void {
    const { out, bitWidth, group } = this;
    if (this.headerAt < 0 || this.groups === MAX_GROUPS) {
      this.headerAt = out.length;
      this.groups = 0;
      out.byte(0);
    }
    out.buffer[this.headerAt] = (++this.groups << 1) | 1;
    out.reserve(bitWidth);
    let { length } = out;
    let bits = 0;
    let used = 0;
    for (let index = 0; index < 8; index++) {
      bits |= (group[index] as number) << used;
      for (used += bitWidth; used >= 8; used -= 8) {
        out.buffer[length++] = bits;
        bits >>>= 8;
      }
    }
    out.length = length;
    this.filled = 0;
  }
}

/** Bits that the values from 0 to `max` take, at least 1: not all readers know dictionary indexes of no bits. */
export function bitWidthOf(max: number): number {
  return Math.max(1, 32 - Math.clz32(max));
}
