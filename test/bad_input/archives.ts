import { deflateRawSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";

/** A tar of the files. */
export async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function tarGzOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return gzipSync(await tarOf(files));
}

/** A Zstandard frame (RFC 8878) of uncompressed blocks. */
export function zstdOf(text: string): Buffer {
  const content = Buffer.from(text);
  const blockSize = 4096;
  // Magic; no content size, no checksum; a window of 1 MiB (exponent 10, mantissa 0).
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 10 << 3])];
  for (let at = 0; at < content.length; at += blockSize) {
    const block = content.subarray(at, at + blockSize);
    const isLast = at + blockSize >= content.length ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE(isLast | (block.length << 3), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

function fields(sizes: readonly (readonly [size: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    sizes.map(([size, value]) => {
      const buffer = Buffer.alloc(size);
      buffer.writeUIntLE(value, 0, size);
      return buffer;
    }),
  );
}

/** A zip of deflated members (APPNOTE.TXT 4.3); its directory is at the end, so a cut file has none. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const members: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, plain] = [Buffer.from(path), Buffer.from(text)];
    const content = deflateRawSync(plain);
    const common = [20, 0, 8, 0, 0x21].map((value) => [2, value] as const);
    const sizes = [4, 4, 4].map(
      (size, at) => [size as 4, [crc32(plain), content.length, plain.length][at] ?? 0] as const,
    );
    const head = fields([[4, 0x04034b50], ...common, ...sizes, [2, name.length], [2, 0]]);
    members.push(head, name, content);
    const rest = [
      [2, name.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ] as const;
    directory.push(fields([[4, 0x02014b50], [2, 20], ...common, ...sizes, ...rest]), name);
    offset += head.length + name.length + content.length;
  }
  const listing = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end = fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, listing.length],
    [4, offset],
    [2, 0],
  ]);
  return Buffer.concat([...members, listing, end]);
}

/** The first part of a file, as a broken copy leaves it. */
export function cutAt(content: Buffer, share: number): Buffer {
  return content.subarray(0, Math.floor(content.length * share));
}
