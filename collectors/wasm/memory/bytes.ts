import { sizeOf, Span, span, startOf } from "./span";

const INITIAL_BYTES: i32 = 256;
/** Searches read sixteen bytes at a time, and may look behind the end: the memory there must be there. */
const READ_BEHIND: i32 = 16;

/** Copies bytes, and what is behind them: up to fifteen more are read and written. */
export function copyOver(to: usize, from: usize, size: i32): void {
  // A call of the memory's own copy takes as long as some ten of these.
  if (size > 128) memory.copy(to, from, size);
  else for (let index = 0; index < size; index += 16) v128.store(to + index, v128.load(from + index));
}

/** Bytes in memory that grows and is kept. Growing may move them: a span of them holds until the next append. */
@unmanaged
export class Bytes {
  at: usize = heap.alloc(INITIAL_BYTES + READ_BEHIND);
  size: i32 = 0;
  private room: i32 = INITIAL_BYTES;

  get written(): Span {
    return span(this.at, this.at + this.size);
  }

  clear(): void {
    this.size = 0;
  }

  /** Makes room for so many bytes after those written. */
  @inline
  reserve(extra: i32): void {
    if (this.size + extra > this.room) this.grow(this.size + extra);
  }

  private grow(need: i32): void {
    this.room = max(this.room * 2, need);
    this.at = heap.realloc(this.at, this.room + READ_BEHIND);
  }

  @inline
  byte(value: i32): void {
    this.reserve(1);
    store<u8>(this.at + this.size, value as u8);
    this.size++;
  }

  /** A number as it lies in memory. */
  @inline
  put<T>(value: T): void {
    this.reserve(sizeof<T>() as i32);
    store<T>(this.at + this.size, value);
    this.size += sizeof<T>() as i32;
  }

  text(value: Span): void {
    this.copy(startOf(value), sizeOf(value));
  }

  copy(from: usize, size: i32): void {
    this.reserve(size);
    copyOver(this.at + this.size, from, size);
    this.size += size;
  }

  /** An unsigned integer in ULEB128: seven bits a byte, the lowest first. */
  varint(value: u64): void {
    let rest = value;
    for (; rest > 127; rest >>= 7) this.byte(((rest & 127) | 128) as i32);
    this.byte(rest as i32);
  }

  /** A signed integer as zigzag ULEB128: 0, -1, 1, -2 ... become 0, 1, 2, 3. */
  zigzag(value: i64): void {
    this.varint(((value << 1) ^ (value >> 63)) as u64);
  }
}
