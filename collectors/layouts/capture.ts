import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CliError } from "../../src/errors.ts";
import { unpackFiles } from "../archives/unpack.ts";
import { type Manifest, parseManifest } from "../manifest.ts";
import { type CaptureFile, comparePaths, listFiles } from "./capture_file.ts";
import type { CaptureRef } from "./find_captures.ts";
import type { Layout } from "./layout.ts";
import { recogniseLayout } from "./registry.ts";

/** A capture whose files are known and readable as plain bytes, before any of them is read. */
export interface Capture {
  readonly ref: CaptureRef;
  readonly runId: string;
  readonly layout: Layout;
  /** In the order of file_id. */
  readonly files: readonly CaptureFile[];
  readonly manifest: Manifest | null;
  /** There is a run.json that is not a JSON object. */
  readonly manifestIsBroken: boolean;
}

export const MANIFEST_NAME = "run.json";
const LARGEST_MANIFEST = 16 * 1024 * 1024;

/**
 * Lists a capture's files, unpacks what is compressed into the spool, recognises the layout and reads the manifest.
 *
 * @throws CliError ERR_CAPTURE_EMPTY when there is no file
 * @throws CliError ERR_CAPTURE_UNREADABLE when the folder or archive cannot be read at all
 */
export async function openCapture(ref: CaptureRef, spoolDir: string): Promise<Capture> {
  const found = await listCapture(ref, spoolDir);
  if (found.length === 0) {
    throw new CliError("ERR_CAPTURE_EMPTY", `no file in ${ref.path}`, {
      hint: "Pass the folder or archive of one run.",
    });
  }
  const layout = recogniseLayout(found.map((file) => file.path));
  const files = found.filter((file) => !layout.isIgnored(file.path));
  const manifestFile = files.find((file) => file.path === MANIFEST_NAME);
  const manifest = manifestFile === undefined ? null : readManifest(manifestFile);
  return {
    ref,
    runId: manifest?.runId ?? ref.name,
    layout,
    files,
    manifest,
    manifestIsBroken: manifestFile !== undefined && manifest === null,
  };
}

async function listCapture(ref: CaptureRef, spoolDir: string): Promise<CaptureFile[]> {
  try {
    if (!ref.isArchive) return await unpackFiles(listFiles(ref.path), spoolDir);
    const archive: CaptureFile = {
      path: basename(ref.path),
      file: ref.path,
      bytes: statSync(ref.path).size,
      sha256: null,
      problem: null,
    };
    return withoutSharedFolder(withoutArchiveName(await unpackFiles([archive], spoolDir)));
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error && "syscall" in error)) throw error;
    throw new CliError("ERR_CAPTURE_UNREADABLE", `cannot read ${ref.path}`, { cause: error });
  }
}

/** The members of the capture's own archive have their paths inside it, as if it had been unpacked before. */
function withoutArchiveName(files: readonly CaptureFile[]): CaptureFile[] {
  return files.map((file) => {
    const at = file.path.indexOf("!/");
    return at === -1 ? file : { ...file, path: file.path.slice(at + 2) };
  });
}

/** An archive usually holds one folder with everything in it; that folder is the capture. */
function withoutSharedFolder(files: readonly CaptureFile[]): CaptureFile[] {
  const first = files[0]?.path ?? "";
  const folder = first.slice(0, first.indexOf("/") + 1);
  if (folder === "" || folder.endsWith("!/") || !files.every((file) => file.path.startsWith(folder))) return [...files];
  const inner = files.map((file) => ({ ...file, path: file.path.slice(folder.length) }));
  return inner.sort((a, b) => comparePaths(a.path, b.path));
}

function readManifest(file: CaptureFile): Manifest | null {
  if (file.bytes > LARGEST_MANIFEST) return null;
  try {
    return parseManifest(readFileSync(file.file, "utf8"));
  } catch {
    return null;
  }
}
