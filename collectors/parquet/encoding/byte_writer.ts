const INITIAL_BYTES = 256;

/** Bytes in memory that grows and is kept: levels, pages, chunks and the footer are written to one of these. */
export class ByteWriter {
  /** The memory; only the first `length` bytes are written. */
  buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  length = 0;

  /** What is written, in this object's memory: use it before it is cleared. */
  get written(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many bytes after those written. */
  reserve(extra: number): void {
    const need = this.length + extra;
    if (need <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, need));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** The lower 32 bits of a number. */
  int32(value: number): void {
    this.reserve(4);
    this.putInt32(this.length, value);
    this.length += 4;
  }

  /** As `int32`, at a place that is written already. */
  putInt32(at: number, value: number): void {
    const { buffer } = this;
    buffer[at] = value;
    buffer[at + 1] = value >>> 8;
    buffer[at + 2] = value >>> 16;
    buffer[at + 3] = value >>> 24;
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.buffer.set(source, this.length);
    this.length += source.length;
  }

  /** Text in UTF-8, without its length; a lone surrogate becomes U+FFFD. @returns the number of bytes */
  text(value: string): number {
    const size = Buffer.byteLength(value);
    this.reserve(size);
    this.length += this.buffer.write(value, this.length, "utf8");
    return size;
  }

  /** An integer from 0 to 2^53 in ULEB128: seven bits a byte, the lowest first. */
  varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** A safe integer as zigzag ULEB128: 0, -1, 1, -2 ... become 0, 1, 2, 3. */
  zigzag(value: number): void {
    if (value >= 0 && value < 2 ** 52) this.varint(value * 2);
    else if (value < 0 && value >= -(2 ** 52)) this.varint(-value * 2 - 1);
    else this.zigzagBigint(BigInt(value));
  }

  /** As `zigzag`, for any 64-bit integer. */
  zigzagBigint(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 127n) {
      this.byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }
}
