import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { type CaptureFile, comparePaths } from "../layouts/capture_file.ts";
import type { ReadOutcome } from "./decompress.ts";
import { type Magic, magicOf } from "./magic.ts";
import { Spool } from "./spool.ts";
import type { Members } from "./tar.ts";

// What reads archives is loaded when there is one: it takes longer than looking through a folder without.

const HEAD_BYTES = 512;
/** Archives inside archives: deeper ones are left as they are. */
const MAX_DEPTH = 4;

/**
 * Replaces archives by their members and compressed files by their text, told by magic bytes.
 *
 * @param files    files as they are on disk
 * @param spoolDir folder for what is unpacked; the caller removes it when the files have been read
 * @returns files ordered by path; an archive that gave no member stays, with its problem
 * @throws Error of the file system when the spool cannot be written
 */
export async function unpackFiles(files: readonly CaptureFile[], spoolDir: string): Promise<CaptureFile[]> {
  const spool = new Spool(spoolDir);
  const byPath = new Map<string, CaptureFile>();
  for (const file of files) {
    // An archive can hold a path twice, and tar means the later one.
    for (const found of await unpackFile(file, spool, 0)) byPath.set(found.path, found);
  }
  return [...byPath.values()].sort((a, b) => comparePaths(a.path, b.path));
}

async function unpackFile(file: CaptureFile, spool: Spool, depth: number): Promise<CaptureFile[]> {
  if (file.problem === "unreadable" || file.problem === "unsupported_compression" || depth >= MAX_DEPTH) return [file];
  const magic = readMagic(file.file);
  if (magic === "unreadable") return [{ ...file, problem: "unreadable" }];
  if (magic === null) return [file];
  if (magic === "bzip2" || magic === "xz") return [{ ...file, problem: "unsupported_compression" }];
  if (magic === "zip") {
    const { unzip } = await import("./zip.ts");
    return membersOf(file, await unzip(file.file, spool), spool, depth);
  }
  const { untar } = await import("./tar.ts");
  if (magic === "tar") return membersOf(file, await untar(readFile(file.file), spool), spool, depth);
  const { decompress } = await import("./decompress.ts");
  const outcome: ReadOutcome = { isTruncated: false };
  const content = await peek(decompress(file.file, magic, outcome));
  if (magicOf(content.head) === "tar") {
    const found = await untar(content.chunks, spool);
    return membersOf(file, { ...found, isTruncated: found.isTruncated || outcome.isTruncated }, spool, depth);
  }
  return spoolText(file, content.chunks, outcome, spool, depth);
}

async function membersOf(archive: CaptureFile, found: Members, spool: Spool, depth: number): Promise<CaptureFile[]> {
  const files: CaptureFile[] = [];
  found.members.forEach((member, index) => {
    const isLast = index === found.members.length - 1;
    const problem = member.problem ?? (found.isTruncated && isLast ? "truncated_archive" : null);
    const path = `${archive.path}!/${member.path}`;
    files.push({ path, file: member.file, bytes: member.bytes, sha256: null, problem });
  });
  if (files.length === 0) return [{ ...archive, problem: found.isTruncated ? "truncated_archive" : archive.problem }];
  const unpacked: CaptureFile[] = [];
  for (const file of files) unpacked.push(...(await unpackFile(file, spool, depth + 1)));
  return unpacked;
}

/** A compressed file keeps its path, size and hash as captured; its text is in the spool. */
async function spoolText(
  file: CaptureFile,
  chunks: AsyncIterable<Buffer>,
  outcome: ReadOutcome,
  spool: Spool,
  depth: number,
): Promise<CaptureFile[]> {
  const text = spool.create();
  try {
    for await (const chunk of chunks) text.write(chunk);
  } finally {
    text.close();
  }
  const sha256 = file.sha256 ?? (await hashFile(file.file));
  const problem = outcome.isTruncated ? "truncated_archive" : file.problem;
  return unpackFile({ ...file, file: text.path, sha256, problem }, spool, depth + 1);
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readFile(file)) hash.update(chunk);
  return hash.digest("hex");
}

async function* readFile(file: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) yield chunk as Buffer;
}

/** The first bytes of a stream, and a stream that still has them. */
async function peek(chunks: AsyncGenerator<Buffer>): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const first: Buffer[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(first);
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* chunks;
  }
  return { head: head.subarray(0, HEAD_BYTES), chunks: whole() };
}

function readMagic(file: string): Magic | "unreadable" {
  try {
    const fd = openSync(file, "r");
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return magicOf(head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)));
    } finally {
      closeSync(fd);
    }
  } catch {
    return "unreadable";
  }
}

/** Whether a tar archive (also compressed) or zip has a member whose path matches; reads no further than that member. */
export async function hasMember(file: string, pattern: RegExp): Promise<boolean> {
  const magic = readMagic(file);
  const outcome: ReadOutcome = { isTruncated: false };
  if (magic === "zip") return zipHasMember(file, pattern);
  if (magic !== "tar" && magic !== "gzip" && magic !== "zstd") return false;
  const { decompress } = await import("./decompress.ts");
  const content = await peek(magic === "tar" ? readFile(file) : decompress(file, magic, outcome));
  return magicOf(content.head) === "tar" && tarHasMember(content.chunks, pattern);
}

async function zipHasMember(file: string, pattern: RegExp): Promise<boolean> {
  const { openPromise } = await import("yauzl");
  try {
    const zip = await openPromise(file, { decodeStrings: false });
    try {
      for await (const { fileName } of zip.eachEntry()) {
        if (pattern.test((fileName as unknown as Buffer).toString("utf8"))) return true;
      }
    } finally {
      zip.close();
    }
  } catch {
    // A broken archive is no capture of its own; it is reported where it is read.
  }
  return false;
}

async function tarHasMember(chunks: AsyncIterable<Buffer>, pattern: RegExp): Promise<boolean> {
  const { extract } = await import("tar-stream");
  const reader = extract();
  let found = false;
  reader.on("entry", (header, content, next) => {
    if (pattern.test(header.name)) found = true;
    content.on("end", next);
    content.resume();
  });
  let failed = false;
  reader.on("error", () => {
    failed = true;
  });
  for await (const chunk of chunks) {
    if (!reader.write(chunk)) await new Promise((resolve) => setImmediate(resolve));
    if (found || failed) break;
  }
  await new Promise((resolve) => setImmediate(resolve));
  reader.destroy();
  return found;
}
