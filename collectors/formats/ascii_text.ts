import { isAscii } from "node:buffer";

/** Short, so that a text that is kept keeps little alive, and one foreign character slows few lines down. */
const BLOCK_BYTES = 16 << 10;
const EMPTY = Buffer.alloc(0);

/**
 * Text of a buffer's ASCII bytes, decoded in blocks: a line cut out of a decoded block costs a tenth of decoding it alone,
 * and shares the block's memory.
 */
export class AsciiText {
  private buf: Buffer = EMPTY;
  private filled = 0;
  private start = 0;
  private end = 0;
  /** The block's text; null when not all of it is ASCII. */
  private text: string | null = null;

  /** Tells that the first `filled` bytes of a buffer are new. */
  open(buf: Buffer, filled: number): void {
    this.buf = buf;
    this.filled = filled;
    this.start = this.end = 0;
  }

  /** Text of [start,end); null when there are other bytes nearby, or it is not in the open buffer, or too long. */
  slice(buf: Buffer, start: number, end: number): string | null {
    if (buf !== this.buf) {
      return null;
    }
    if (start < this.start || end > this.end) {
      if (end - start > BLOCK_BYTES || end > this.filled) {
        return null;
      }
      this.decodeBlock(start);
    }
    return this.text === null ? null : this.text.substring(start - this.start, end - this.start);
  }

  private decodeBlock(start: number): void {
    this.start = start;
    this.end = Math.min(this.filled, start + BLOCK_BYTES);
    const block = this.buf.subarray(start, this.end);
    this.text = isAscii(block) ? block.toString("latin1") : null;
  }
}
