import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** One file of a capture, readable as plain bytes. */
export interface CaptureFile {
  /** Path inside the capture, / between parts, `archive.tar!/member` for a member. */
  readonly path: string;
  /** Where its bytes are: in the capture, or decompressed in the spool. */
  readonly file: string;
  /** Size as captured. */
  readonly bytes: number;
  /** SHA-256 of the bytes as captured; null when `file` holds them as captured and they are yet to be hashed. */
  readonly sha256: string | null;
  /** Why it could be read in part only, or not at all; null when nothing is wrong. */
  readonly problem: "truncated_archive" | "unreadable" | "unsupported_compression" | null;
}

/**
 * All files under a folder, ordered by path in code points.
 *
 * A link to a file inside the folder counts as that file; a link that dangles, leads out of it or to a folder (which can
 * go in circles) is unreadable. Sockets and devices are left out.
 */
export function listFiles(folder: string): CaptureFile[] {
  const root = realpathSync(folder);
  const files: CaptureFile[] = [];
  const walk = (dir: string, prefix: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const file = join(dir, entry.name);
      const path = prefix + entry.name;
      if (entry.isDirectory()) walkReadable(file, path);
      else if (entry.isFile()) files.push(plainFile(path, file));
      else if (entry.isSymbolicLink()) files.push(leadsInside(root, file) ? plainFile(path, file) : unread(path, file));
    }
  };
  const walkReadable = (dir: string, path: string): void => {
    try {
      walk(dir, `${path}/`);
    } catch {
      files.push(unread(path, dir));
    }
  };
  walk(root, "");
  return files.sort((a, b) => comparePaths(a.path, b.path));
}

/** Orders by code point: `<` on strings compares UTF-16 units, which is a different order beyond U+FFFF. */
export function comparePaths(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function plainFile(path: string, file: string): CaptureFile {
  try {
    return {
      path,
      file,
      bytes: lstatSync(file).isSymbolicLink() ? statSync(file).size : lstatSync(file).size,
      sha256: null,
      problem: null,
    };
  } catch {
    return unread(path, file);
  }
}

function unread(path: string, file: string): CaptureFile {
  return { path, file, bytes: 0, sha256: null, problem: "unreadable" };
}

function leadsInside(root: string, link: string): boolean {
  try {
    const target = realpathSync(link);
    return target.startsWith(root + sep) && statSync(target).isFile();
  } catch {
    return false;
  }
}
