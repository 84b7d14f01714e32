import { ByteWriter } from "./byte_writer.ts";
import type { Bounds, ColumnChunkWriter } from "./column_chunk.ts";
import type { DefinitionLevels } from "./definition_levels.ts";
import { bitWidthOf, HybridWriter } from "./hybrid_writer.ts";
import { Encoding } from "./parquet_format.ts";

/** A dictionary is full with so many characters, the limit of parquet-mr. */
const DICTIONARY_LENGTH = 1024 * 1024;

/** Values seen lately that are compared with before the dictionary is asked. */
const RECENT_BITS = 10;
const RECENT_VALUES = 1 << RECENT_BITS;
/** Room for a value's length in the dictionary page. */
const LENGTH_PLACE = "\0\0\0\0";

/** A page before it is compressed; in use by one column at a time. */
const body = new ByteWriter();

/**
 * Text of few values as RLE_DICTIONARY: each value once, then its index for every row that has it.
 *
 * Equal neighbours are a run, so that a column of one value costs next to nothing a row.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DICTIONARY
 */
export class DictionaryPages {
  private readonly chunk: ColumnChunkWriter;
  private readonly levels: DefinitionLevels;
  private readonly indexes = new Map<string, number>();
  /** Values by a few of their characters, and their indexes: a comparison costs less than a hash over all characters. */
  private readonly recent = new Array<string | undefined>(RECENT_VALUES).fill(undefined);
  private readonly recentIndexes = new Int32Array(RECENT_VALUES);
  /** Characters in the dictionary. */
  private length = 0;
  /** An index and how often it comes, in turn. */
  private runs = new Int32Array(64);
  private runCount = 0;
  /** Value of the last row, its index, and for how many rows it has been the same. */
  private last: string | null = null;
  private lastIndex = 0;
  private repeats = 0;

  constructor(chunk: ColumnChunkWriter, levels: DefinitionLevels) {
    this.chunk = chunk;
    this.levels = levels;
  }

  /** Characters of the dictionary: what of the column grows with its values. */
  get byteLength(): number {
    return this.length;
  }

  get isFull(): boolean {
    return this.length >= DICTIONARY_LENGTH;
  }

  /** Appends the value of the row that `levels` marked last. */
  append(value: string): void {
    if (value === this.last) this.repeats++;
    else this.change(value);
  }

  private change(value: string): void {
    this.closeRun();
    const slot = slotOf(value);
    if (this.recent[slot] !== value) {
      this.recentIndexes[slot] = this.indexOf(value);
      this.recent[slot] = value;
    }
    this.last = value;
    this.lastIndex = this.recentIndexes[slot] as number;
    this.repeats = 1;
  }

  private indexOf(value: string): number {
    let index = this.indexes.get(value);
    if (index === undefined) {
      index = this.indexes.size;
      this.indexes.set(value, index);
      this.length += value.length;
    }
    return index;
  }

  private closeRun(): void {
    if (this.repeats === 0) return;
    if (this.runCount === this.runs.length) {
      const runs = new Int32Array(this.runs.length * 2);
      runs.set(this.runs);
      this.runs = runs;
    }
    this.runs[this.runCount++] = this.lastIndex;
    this.runs[this.runCount++] = this.repeats;
    this.repeats = 0;
  }

  /** Writes the dictionary and the page of all rows up to one; none may be appended afterwards. */
  finish(endRow: number): void {
    this.closeRun();
    if (this.indexes.size > 0) this.writeDictionary();
    body.clear();
    const rowCount = this.levels.writePage(body, endRow);
    // A page of nulls has no indexes, and no dictionary that they could be of.
    if (this.indexes.size > 0) this.writeIndexes();
    this.chunk.dataPage(rowCount, this.indexes.size > 0 ? Encoding.RLE_DICTIONARY : Encoding.PLAIN, body.written);
  }

  /** Smallest and largest value in the order of their bytes; null without values. */
  bounds(): Bounds | null {
    const values = [...this.indexes.keys()].map((value) => Buffer.from(value)).sort((a, b) => a.compare(b));
    const [min] = values;
    const max = values.at(-1);
    return min === undefined || max === undefined ? null : { min, max };
  }

  clear(): void {
    this.indexes.clear();
    this.recent.fill(undefined);
    this.length = 0;
    this.runCount = 0;
    this.last = null;
    this.repeats = 0;
  }

  /** Each value with its length in front; all are written at once when each character is a byte. */
  private writeDictionary(): void {
    let joined = "";
    for (const value of this.indexes.keys()) joined += LENGTH_PLACE + value;
    body.clear();
    if (body.ascii(joined)) this.putLengths();
    else for (const value of this.indexes.keys()) writeValue(value);
    this.chunk.dictionaryPage(this.indexes.size, body.written);
  }

  private putLengths(): void {
    let at = 0;
    for (const { length } of this.indexes.keys()) {
      body.putInt32(at, length);
      at += LENGTH_PLACE.length + length;
    }
  }

  private writeIndexes(): void {
    const bitWidth = bitWidthOf(this.indexes.size - 1);
    body.byte(bitWidth);
    const indexes = new HybridWriter(body, bitWidth);
    for (let at = 0; at < this.runCount; at += 2) indexes.run(this.runs[at] as number, this.runs[at + 1] as number);
    indexes.end();
  }
}

/** From characters at the end, where names differ, and from within. */
function slotOf(value: string): number {
  const { length } = value;
  if (length < 2) return length;
  const end = value.charCodeAt(length - 1) | (value.charCodeAt(length - 2) << 8);
  const middle = value.charCodeAt(length >> 1) | (value.charCodeAt(length >> 2) << 8);
  return Math.imul(end | (middle << 16), -1_640_531_535) >>> (32 - RECENT_BITS);
}

function writeValue(value: string): void {
  const sizeAt = body.length;
  body.int32(0);
  body.putInt32(sizeAt, body.text(value));
}
