import { ByteWriter } from "./byte_writer.ts";
import type { ColumnChunkWriter } from "./column_chunk.ts";
import type { DefinitionLevels } from "./definition_levels.ts";
import { writeDeltaInt32 } from "./delta_binary_packed.ts";
import { Encoding } from "./parquet_format.ts";

/** Strings are written when so many characters have come together: a native call costs as much as many of them. */
const JOINED_LENGTH = 32 * 1024;
/** A page is closed when its values take so many bytes, as other writers do; a longer value is a page of its own. */
const PAGE_BYTES = 1024 * 1024;

/** A page before it is compressed; in use by one column at a time. */
const body = new ByteWriter();

/**
 * Text as DELTA_LENGTH_BYTE_ARRAY: the lengths of a page's values, then the values one after the other.
 *
 * That is how they come together here, so that strings are joined and written some hundred at a time.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTALENGTH
 */
export class TextPages {
  private readonly chunk: ColumnChunkWriter;
  private readonly levels: DefinitionLevels;
  /** Lengths of the page's values: in bytes, of those in `joined` in UTF-16 units as if each were a byte. */
  private lengths = new Int32Array(64);
  private count = 0;
  private readonly bytes = new ByteWriter();
  /** Values that are not in `bytes` yet, and the index of the first of them. */
  private joined = "";
  private joinedFrom = 0;
  /** Bytes in the pages that are closed. */
  private closedBytes = 0;

  constructor(chunk: ColumnChunkWriter, levels: DefinitionLevels) {
    this.chunk = chunk;
    this.levels = levels;
  }

  /** Bytes the values take. */
  get byteLength(): number {
    return this.closedBytes + this.bytes.length + this.joined.length;
  }

  /** Appends the value of the row that `levels` marked last. */
  append(value: string): void {
    if (this.count === this.lengths.length) this.growLengths();
    this.lengths[this.count++] = value.length;
    this.joined += value;
    if (this.joined.length >= JOINED_LENGTH) this.writeJoined();
  }

  /** Closes the page of the rows before `endRow` that are in none yet. */
  finish(endRow: number): void {
    this.flush();
    if (this.levels.hasRowsBefore(endRow)) this.writePage(endRow);
  }

  clear(): void {
    this.count = 0;
    this.bytes.clear();
    this.joined = "";
    this.joinedFrom = 0;
    this.closedBytes = 0;
  }

  private writeJoined(): void {
    this.flush();
    if (this.bytes.length >= PAGE_BYTES) this.writePage(this.levels.endRow);
  }

  private flush(): void {
    if (!this.bytes.ascii(this.joined)) this.writeEach();
    this.joined = "";
    this.joinedFrom = this.count;
  }

  /** Writes values of which some take more bytes than characters, one by one: a surrogate must not meet its neighbour's. */
  private writeEach(): void {
    let from = 0;
    for (let index = this.joinedFrom; index < this.count; index++) {
      const to = from + (this.lengths[index] as number);
      this.lengths[index] = this.bytes.text(this.joined.substring(from, to));
      from = to;
    }
  }

  private writePage(endRow: number): void {
    body.clear();
    const rowCount = this.levels.writePage(body, endRow);
    if (this.count === 0) this.chunk.dataPage(rowCount, Encoding.PLAIN, body.written);
    else {
      writeDeltaInt32(body, this.lengths, this.count);
      body.bytes(this.bytes.written);
      this.chunk.dataPage(rowCount, Encoding.DELTA_LENGTH_BYTE_ARRAY, body.written);
    }
    this.closedBytes += this.bytes.length;
    this.bytes.clear();
    this.count = 0;
    this.joinedFrom = 0;
  }

  private growLengths(): void {
    const lengths = new Int32Array(this.lengths.length * 2);
    lengths.set(this.lengths);
    this.lengths = lengths;
  }
}
