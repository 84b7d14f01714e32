/** Container or compression of a file, as its first bytes tell; null for none that is known. */
export type Magic = "gzip" | "zstd" | "tar" | "zip" | "bzip2" | "xz" | null;

const TAR_HEADER = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;

/** @param head the first 512 bytes, or all of a shorter file */
export function magicOf(head: Buffer): Magic {
  if (head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return "gzip";
  if (head.length >= 4) {
    const word = head.readUInt32LE(0);
    // 0x184D2A50 to 5F begin a skippable zstd frame, which may come first.
    if (word === 0xfd2fb528 || (word & 0xfffffff0) >>> 0 === 0x184d2a50) return "zstd";
    if (word === 0x04034b50 || word === 0x06054b50) return "zip";
    if (head.toString("latin1", 0, 3) === "BZh" && /[1-9]/.test(String.fromCharCode(head[3] ?? 0))) return "bzip2";
    if (word === 0x587a37fd) return "xz";
  }
  return isTarHeader(head) ? "tar" : null;
}

/** Whether files of this kind may hold several members, or one compressed file. */
export function isArchive(magic: Magic): boolean {
  return magic === "gzip" || magic === "zstd" || magic === "tar" || magic === "zip";
}

/** A tar header is told by its checksum: old archives have no `ustar` in it. */
function isTarHeader(head: Buffer): boolean {
  if (head.length < TAR_HEADER || head[0] === 0) return false;
  const stored = /^ *([0-7]+)[ \0]/.exec(head.toString("latin1", CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH));
  if (stored === null) return false;
  let sum = 0;
  for (let index = 0; index < TAR_HEADER; index++) {
    const inChecksum = index >= CHECKSUM_AT && index < CHECKSUM_AT + CHECKSUM_LENGTH;
    sum += inChecksum ? 32 : (head[index] ?? 0);
  }
  return sum === parseInt(stored[1] ?? "", 8);
}
