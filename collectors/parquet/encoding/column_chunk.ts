import type { Column } from "../../../src/schema/column.ts";
import { bytesAt, memory, wasm } from "../../wasm_module.ts";
import { ByteWriter } from "./byte_writer.ts";
import { Codec, Encoding, PageType } from "./parquet_format.ts";
import { ThriftWriter } from "./thrift_writer.ts";

/** Smallest and largest value, each in PLAIN encoding without a length; null when there is none or it is not kept. */
export interface Bounds {
  readonly min: Buffer;
  readonly max: Buffer;
}

/** One column of one row group: its pages, and what the footer says of them. */
export interface ColumnChunk {
  readonly column: Column;
  /** The pages; they stay in the writer's memory until it is cleared. */
  readonly pages: Buffer;
  readonly codec: Codec;
  readonly encodings: readonly Encoding[];
  /** Rows, those without a value included. */
  readonly valueCount: number;
  readonly nullCount: number;
  /** Size of the pages if none were compressed. */
  readonly uncompressedSize: number;
  /** Places in `pages`; the dictionary's is null when there is none. */
  readonly dictionaryAt: number | null;
  readonly dataAt: number;
  readonly bounds: Bounds | null;
}

/**
 * Collects the pages of one column, each compressed as soon as it is whole.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/
 */
export class ColumnChunkWriter {
  private readonly codec: Codec;
  private readonly out = new ByteWriter();
  private readonly thrift = new ThriftWriter(this.out);
  private readonly encodings = new Set<Encoding>();
  private uncompressedSize = 0;
  private valueCount = 0;
  private dictionaryAt: number | null = null;
  private dataAt = 0;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** Adds the dictionary, PLAIN values in the module's memory; before any data page. */
  dictionaryPage(valueCount: number, at: number, size: number): void {
    this.dictionaryAt = this.out.length;
    this.encodings.add(Encoding.PLAIN);
    this.page(PageType.DICTIONARY_PAGE, at, size, () => {
      this.thrift.struct(7, () => {
        this.thrift.i32(1, valueCount);
        this.thrift.i32(2, Encoding.PLAIN);
      });
    });
    this.dataAt = this.out.length;
  }

  /**
   * Adds a data page of version 1, which all readers know.
   *
   * @param rowCount rows of the page, those without a value included
   * @param at       the page in the module's memory: definition levels with their length, then the values
   */
  dataPage(rowCount: number, encoding: Encoding, at: number, size: number): void {
    this.encodings.add(Encoding.RLE).add(encoding);
    this.valueCount += rowCount;
    this.page(PageType.DATA_PAGE, at, size, () => {
      this.thrift.struct(5, () => {
        this.thrift.i32(1, rowCount);
        this.thrift.i32(2, encoding);
        this.thrift.i32(3, Encoding.RLE); // definition levels
        this.thrift.i32(4, Encoding.RLE); // repetition levels: none, the columns are flat
      });
    });
  }

  /** What the chunk has become; it keeps the writer's memory until `clear`. */
  finish(column: Column, nullCount: number, bounds: Bounds | null): ColumnChunk {
    return {
      column,
      pages: this.out.written,
      codec: this.codec,
      encodings: [...this.encodings].sort((a, b) => a - b),
      valueCount: this.valueCount,
      nullCount,
      uncompressedSize: this.uncompressedSize,
      dictionaryAt: this.dictionaryAt,
      dataAt: this.dataAt,
      bounds,
    };
  }

  clear(): void {
    this.out.clear();
    this.encodings.clear();
    this.uncompressedSize = 0;
    this.valueCount = 0;
    this.dictionaryAt = null;
    this.dataAt = 0;
  }

  /** Writes a PageHeader, with the part for this kind of page, and the page. */
  private page(type: number, at: number, size: number, writeKind: () => void): void {
    const { out, thrift } = this;
    const headerAt = out.length;
    const packed = this.codec === Codec.SNAPPY ? bytesAt(wasm.compress(at, size)) : memory().subarray(at, at + size);
    thrift.fields(() => {
      thrift.i32(1, type);
      thrift.i32(2, size);
      thrift.i32(3, packed.length);
      writeKind();
    });
    this.uncompressedSize += out.length - headerAt + size;
    out.bytes(packed);
  }
}
