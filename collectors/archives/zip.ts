import { type Entry, openPromise, type ZipFile } from "yauzl";
import { memberPath } from "./member_path.ts";
import type { Spool } from "./spool.ts";
import type { Member, Members } from "./tar.ts";

/**
 * Spools the files of a zip archive.
 *
 * The list of members is at the end of a zip file: of one that is cut off nothing can be read, and it has no members
 * here. A damaged or encrypted member is marked and the others are read.
 */
export async function unzip(path: string, spool: Spool): Promise<Members> {
  const members: Member[] = [];
  let zip: ZipFile;
  try {
    // Names as bytes: yauzl refuses a whole archive for one name such as `../x`, which is harmless here.
    zip = await openPromise(path, { decodeStrings: false });
  } catch (error) {
    if (isSystemError(error)) throw error;
    return { members, isTruncated: true };
  }
  let isTruncated = false;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = memberPath((entry.fileName as unknown as Buffer).toString("utf8"));
      const isFolder = (entry.fileName as unknown as Buffer).at(-1) === 0x2f;
      if (name !== null && !isFolder && !isLink(entry)) members.push(await spoolEntry(zip, entry, name, spool));
    }
  } catch (error) {
    if (isSystemError(error)) throw error;
    isTruncated = true;
  } finally {
    zip.close();
  }
  return { members, isTruncated };
}

async function spoolEntry(zip: ZipFile, entry: Entry, path: string, spool: Spool): Promise<Member> {
  const file = spool.create();
  let problem: Member["problem"] = null;
  if (entry.isEncrypted()) problem = "unreadable";
  else if (!entry.canDecodeFileData()) problem = "unsupported_compression";
  else {
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) file.write(chunk as Buffer);
    } catch (error) {
      if (isSystemError(error)) throw error;
      problem = "truncated_archive";
    }
  }
  file.close();
  return { path, file: file.path, bytes: file.bytes, problem };
}

/** Unix file type in the upper half of the attributes: a link's content is its target, not text. */
function isLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
