import { inflateSync } from "node:zlib";

/** A font whose outlines can be drawn. */
export interface Font {
  /** As OpenType, whatever it was packed in. */
  readonly bytes: Uint8Array;
  /** As the font names itself; empty when it does not. */
  readonly family: string;
  /** Whether the font has an outline for this code point. */
  readonly has: (codePoint: number) => boolean;
}

const WOFF = 0x774f4646;
const COLLECTION = 0x74746366;
const KNOWN = [0x00010000, 0x4f54544f, 0x74727565, COLLECTION];

/** Reads a font of one of the formats TrueType, OpenType or WOFF; null for bytes that are none of them. */
export function readFont(file: Uint8Array): Font | null {
  const view = viewOf(file);
  if (view.byteLength < 12) return null;
  const signature = view.getUint32(0);
  if (signature !== WOFF && !KNOWN.includes(signature)) return null;
  const bytes = signature === WOFF ? unpacked(file) : file;
  const covered = codePoints(bytes);
  return {
    bytes,
    family: familyOf(bytes),
    has: (codePoint) => covered.some(([first, last]) => codePoint >= first && codePoint <= last),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The OpenType font in a WOFF file: its tables are compressed one by one. https://www.w3.org/TR/WOFF/ */
function unpacked(file: Uint8Array): Uint8Array {
  const view = viewOf(file);
  const count = view.getUint16(12);
  const font = new Uint8Array(view.getUint32(16));
  const out = viewOf(font);
  const power = 2 ** Math.floor(Math.log2(count));
  out.setUint32(0, view.getUint32(4));
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((value, index) => {
    out.setUint16(4 + 2 * index, value);
  });
  let offset = 12 + 16 * count;
  for (let index = 0; index < count; index++) {
    const entry = 44 + 20 * index;
    const [tag, from, packed, length, checksum] = [0, 4, 8, 12, 16].map((at) => view.getUint32(entry + at)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const table = file.subarray(from, from + packed);
    font.set(packed < length ? inflateSync(table) : table, offset);
    [tag, checksum, offset, length].forEach((value, place) => {
      out.setUint32(12 + 16 * index + 4 * place, value);
    });
    offset += Math.ceil(length / 4) * 4;
  }
  return font;
}

/** Offset of a table of the font, of the first one in a collection; null when it is not there. */
function tableAt(view: DataView, tag: number): number | null {
  const begin = view.getUint32(0) === COLLECTION ? view.getUint32(12) : 0;
  for (let index = 0; index < view.getUint16(begin + 4); index++) {
    const entry = begin + 12 + 16 * index;
    if (view.getUint32(entry) === tag) return view.getUint32(entry + 8);
  }
  return null;
}

/** The typographic family, or else the family. https://learn.microsoft.com/typography/opentype/spec/name */
function familyOf(font: Uint8Array): string {
  const view = viewOf(font);
  const table = tableAt(view, 0x6e616d65);
  if (table === null) return "";
  const texts = table + view.getUint16(table + 4);
  const names = new Map<number, string>();
  for (let index = 0; index < view.getUint16(table + 2); index++) {
    const record = table + 6 + 12 * index;
    const [platform, name] = [view.getUint16(record), view.getUint16(record + 6)];
    const [length, offset] = [view.getUint16(record + 8), texts + view.getUint16(record + 10)];
    const text = new TextDecoder("utf-16be").decode(font.subarray(offset, offset + length));
    if (platform === 3 && !names.has(name)) names.set(name, text);
  }
  return names.get(16) ?? names.get(1) ?? "";
}

type Range = readonly [first: number, last: number];

/** The code points that the font maps to an outline. */
function codePoints(font: Uint8Array): readonly Range[] {
  const view = viewOf(font);
  const cmap = tableAt(view, 0x636d6170);
  if (cmap === null) return [];
  const tables = Array.from({ length: view.getUint16(cmap + 2) }, (_, at) => cmap + view.getUint32(cmap + 8 + 8 * at));
  return tables.flatMap((table) => (view.getUint16(table) === 12 ? groups(view, table) : segments(view, table)));
}

/** Format 12. https://learn.microsoft.com/typography/opentype/spec/cmap */
function groups(view: DataView, table: number): Range[] {
  return Array.from({ length: view.getUint32(table + 12) }, (_, index): Range => {
    const group = table + 16 + 12 * index;
    return [view.getUint32(group), view.getUint32(group + 4)];
  });
}

/** Format 4; code points that a segment maps to no glyph are left out. */
function segments(view: DataView, table: number): Range[] {
  if (view.getUint16(table) !== 4) return [];
  const double = view.getUint16(table + 6);
  const ranges: Range[] = [];
  for (let at = 0; at < double; at += 2) {
    const ends = table + 14 + at;
    const [last, first] = [view.getUint16(ends), view.getUint16(ends + double + 2)];
    const delta = view.getUint16(ends + 2 * double + 2);
    const place = ends + 3 * double + 2;
    const offset = view.getUint16(place);
    for (let code = first; code <= last && code !== 0xffff; code++) {
      const glyph = offset === 0 ? (code + delta) & 0xffff : view.getUint16(place + offset + 2 * (code - first));
      if (glyph !== 0) ranges.push([code, code]);
    }
  }
  return ranges;
}
