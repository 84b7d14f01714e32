import type { ByteWriter } from "./byte_writer.ts";

/** Type numbers of the compact protocol; a boolean's value is its type. */
const TRUE = 1;
const FALSE = 2;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/**
 * Writes Thrift's compact protocol: page headers and the footer of Parquet are Thrift structs.
 *
 * Only what parquet.thrift needs. Fields of a struct are written in ascending order of their ids.
 *
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftWriter {
  private readonly out: ByteWriter;
  private lastId = 0;

  constructor(out: ByteWriter) {
    this.out = out;
  }

  bool(id: number, value: boolean): void {
    this.field(id, value ? TRUE : FALSE);
  }

  i32(id: number, value: number): void {
    this.field(id, I32);
    this.out.zigzag(value);
  }

  i64(id: number, value: number): void {
    this.field(id, I64);
    this.out.zigzag(value);
  }

  binary(id: number, value: Uint8Array): void {
    this.field(id, BINARY);
    this.out.varint(value.length);
    this.out.bytes(value);
  }

  text(id: number, value: string): void {
    this.field(id, BINARY);
    this.textItem(value);
  }

  /** A struct whose fields `write` writes; without it an empty one, as unions in parquet.thrift have them. */
  struct(id: number, write?: () => void): void {
    this.field(id, STRUCT);
    this.fields(write);
  }

  /** The fields of a struct that is no field itself: the outermost, or an item of a list. */
  fields(write?: () => void): void {
    const outer = this.lastId;
    this.lastId = 0;
    write?.();
    this.out.byte(0);
    this.lastId = outer;
  }

  structs<T>(id: number, items: readonly T[], write: (item: T) => void): void {
    this.list(id, STRUCT, items.length);
    for (const item of items) {
      this.fields(() => {
        write(item);
      });
    }
  }

  texts(id: number, items: readonly string[]): void {
    this.list(id, BINARY, items.length);
    for (const item of items) this.textItem(item);
  }

  i32s(id: number, items: readonly number[]): void {
    this.list(id, I32, items.length);
    for (const item of items) this.out.zigzag(item);
  }

  private list(id: number, itemType: number, count: number): void {
    this.field(id, LIST);
    if (count < 15) this.out.byte((count << 4) | itemType);
    else {
      this.out.byte(0xf0 | itemType);
      this.out.varint(count);
    }
  }

  private textItem(value: string): void {
    this.out.varint(Buffer.byteLength(value));
    this.out.text(value);
  }

  private field(id: number, type: number): void {
    const delta = id - this.lastId;
    if (delta > 0 && delta <= 15) this.out.byte((delta << 4) | type);
    else {
      this.out.byte(type);
      this.out.zigzag(id);
    }
    this.lastId = id;
  }
}
