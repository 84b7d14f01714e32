import { Span, sizeOf, span, startOf } from "./span";

const BLOCK_BYTES: usize = 64 << 10;
/** Searches read sixteen bytes at a time, and may look behind the end. */
const READ_BEHIND: usize = 16;
/** Of a block: the address of the one before it, and its size. */
const HEAD: usize = 16;

/**
 * Memory for texts that live as long as a record: unescaped values, lines that had to be decoded.
 *
 * Nothing in it moves, so that spans of it hold until it is cleared.
 */
@unmanaged
export class Arena {
  /** The block that is being filled; those before it are full. */
  private block: usize = newBlock(BLOCK_BYTES, 0);
  private next: usize = this.block + HEAD;
  private end: usize = this.next + BLOCK_BYTES;

  /** The start of room for so many bytes; `keep` says how many of them are used. */
  room(size: usize): usize {
    if (this.next + size > this.end) {
      const want = max(BLOCK_BYTES, size);
      this.block = newBlock(want, this.block);
      this.next = this.block + HEAD;
      this.end = this.next + want;
    }
    return this.next;
  }

  /** The text in the room given last, up to `end`. */
  keep(end: usize): Span {
    const start = this.next;
    this.next = end;
    return span(start, end);
  }

  /** A copy that stays when the text's own memory is used again. */
  copyOf(text: Span): Span {
    const size = sizeOf(text);
    const start = this.room(size);
    memory.copy(start, startOf(text), size);
    return this.keep(start + size);
  }

  /** Forgets every text. */
  clear(): void {
    for (let before = load<usize>(this.block); before != 0; before = load<usize>(this.block)) {
      heap.free(this.block);
      this.block = before;
    }
    this.next = this.block + HEAD;
    this.end = this.next + load<usize>(this.block, 8);
  }
}

function newBlock(size: usize, before: usize): usize {
  const made = heap.alloc(HEAD + size + READ_BEHIND);
  store<usize>(made, before);
  store<usize>(made, size, 8);
  return made;
}
