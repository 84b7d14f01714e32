import { isAscii } from "node:buffer";

const MIN_CAPACITY = 1 << 17;
/** Text is decoded in blocks of at least this: objects cut out of one share its memory, at a tenth of the time. */
const BLOCK_BYTES = 1 << 16;

/**
 * The bytes of a stream that are not consumed yet, in one buffer that doubles as needed and shrinks again.
 *
 * `bytes[start..end)` is the content; positions are valid until the next `append`, which moves the content to the front.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafe(MIN_CAPACITY);
  start = 0;
  end = 0;
  /** The block decoded last, as positions. */
  #blockStart = 0;
  #blockEnd = 0;
  /** Its text; null when not all of it is ASCII. */
  #block: string | null = null;

  /** Adds a chunk (copied). Returns by how much every earlier position has moved down. */
  append(chunk: Buffer): number {
    const moved = this.start;
    const kept = this.end - this.start;
    const needed = kept + chunk.length;
    let target = this.bytes;
    if (needed > target.length) {
      target = Buffer.allocUnsafe(Math.max(MIN_CAPACITY, 2 ** Math.ceil(Math.log2(needed))));
    } else if (target.length > 64 * MIN_CAPACITY && needed < target.length >> 3) {
      target = Buffer.allocUnsafe(Math.max(MIN_CAPACITY, target.length >> 2));
    }
    this.bytes.copy(target, 0, this.start, this.end);
    chunk.copy(target, kept);
    this.bytes = target;
    this.start = 0;
    this.end = needed;
    this.#blockEnd = 0;
    return moved;
  }

  /** The bytes from `from` to `to` as text; invalid UTF-8 becomes U+FFFD. */
  text(from: number, to: number): string {
    if (from < this.#blockStart || to > this.#blockEnd) this.#decodeBlock(from, to);
    const block = this.#block;
    if (block === null) return this.bytes.toString("utf8", from, to);
    return block.substring(from - this.#blockStart, to - this.#blockStart);
  }

  #decodeBlock(from: number, to: number): void {
    this.#blockStart = from;
    this.#blockEnd = Math.max(to, Math.min(this.end, from + BLOCK_BYTES));
    const block = this.bytes.subarray(from, this.#blockEnd);
    this.#block = isAscii(block) ? block.toString("latin1") : null;
  }
}
