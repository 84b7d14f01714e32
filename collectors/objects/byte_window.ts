const MIN_CAPACITY = 1 << 17;

/**
 * The bytes of a stream that are not consumed yet, in one buffer that doubles as needed and shrinks again.
 *
 * `bytes[start..end)` is the content; positions are valid until the next `append`, which moves the content to the front.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafe(MIN_CAPACITY);
  start = 0;
  end = 0;

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
    return moved;
  }

  /** The bytes from `from` to `to` as text; invalid UTF-8 becomes U+FFFD. */
  text(from: number, to: number): string {
    return this.bytes.toString("utf8", from, to);
  }
}
