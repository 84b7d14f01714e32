import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { CliError } from "../../src/errors.ts";
import { isArchive, magicOf } from "../archives/magic.ts";
import { hasMember } from "../archives/unpack.ts";
import { comparePaths } from "./capture_file.ts";

/** One capture as named by the user, or found in the folder that was. */
export interface CaptureRef {
  readonly path: string;
  /** Base name without archive extensions: the run's name when the manifest gives none. */
  readonly name: string;
  readonly isArchive: boolean;
}

const ARCHIVE_EXTENSIONS = /\.(?:tar|tgz|tzst|zip|gz|zst|tar\.gz|tar\.zst)$/i;
/** What only a capture in the native layout has at its top, in an archive below one more folder. */
const NATIVE_MEMBER = /^(?:\.\/)?(?:[^/]+\/)?(?:run\.json$|nodes\/[^/]+\/|cluster\/[^/]+\.json$)/;

/**
 * Resolves the captures of a call: each a folder or archive, or a folder of several captures.
 *
 * A folder holds several when it is no capture in the native layout itself but has one in a subfolder or archive.
 *
 * @throws CliError ERR_CAPTURE_UNREADABLE for a path that does not exist or cannot be read, or is a plain file
 */
export async function findCaptures(paths: readonly string[]): Promise<CaptureRef[]> {
  const found: CaptureRef[] = [];
  for (const path of paths) {
    const absolute = resolve(path);
    if (!isFolder(absolute, path)) found.push(archiveRef(absolute, path));
    else found.push(...(await capturesIn(absolute, path)));
  }
  return found;
}

function isFolder(absolute: string, path: string): boolean {
  try {
    return statSync(absolute).isDirectory();
  } catch (error) {
    throw new CliError("ERR_CAPTURE_UNREADABLE", `cannot read ${path}`, { cause: error });
  }
}

function archiveRef(absolute: string, path: string): CaptureRef {
  const ref = { path: absolute, name: nameOf(absolute), isArchive: true };
  if (!isArchive(headOf(absolute, path))) {
    throw new CliError("ERR_CAPTURE_UNRECOGNISED", `${path} is neither a folder nor an archive`, {
      hint: "Pass the folder of one run, or a .tar, .tar.gz, .tar.zst or .zip of it.",
    });
  }
  return ref;
}

async function capturesIn(folder: string, path: string): Promise<CaptureRef[]> {
  const self: CaptureRef = { path: folder, name: basename(folder), isArchive: false };
  if (isNativeFolder(folder)) return [self];
  const captures: CaptureRef[] = [];
  for (const entry of readFolder(folder, path)) {
    const inner = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isNativeFolder(inner)) captures.push({ path: inner, name: entry.name, isArchive: false });
    } else if (entry.isFile() && isArchive(headOf(inner, inner)) && (await hasMember(inner, NATIVE_MEMBER))) {
      captures.push({ path: inner, name: nameOf(inner), isArchive: true });
    }
  }
  return captures.length === 0 ? [self] : captures;
}

function isNativeFolder(folder: string): boolean {
  return (
    existsSync(join(folder, "run.json")) || (existsSync(join(folder, "nodes")) && existsSync(join(folder, "cluster")))
  );
}

function readFolder(folder: string, path: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => comparePaths(a.name, b.name));
  } catch (error) {
    throw new CliError("ERR_CAPTURE_UNREADABLE", `cannot read ${path}`, { cause: error });
  }
}

function headOf(file: string, path: string): ReturnType<typeof magicOf> {
  const head = Buffer.alloc(512);
  try {
    const fd = openSync(file, "r");
    try {
      return magicOf(head.subarray(0, readSync(fd, head, 0, head.length, 0)));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new CliError("ERR_CAPTURE_UNREADABLE", `cannot read ${path}`, { cause: error });
  }
}

function nameOf(file: string): string {
  let name = basename(file);
  while (ARCHIVE_EXTENSIONS.test(name)) name = name.replace(ARCHIVE_EXTENSIONS, "");
  return name === "" ? basename(file) : name;
}
