import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../../errors.ts";
import { withoutKept } from "./kept_parts.ts";

/** Name of the file beside the pages that says what of them this program wrote. */
export const MANIFEST = "manifest.json";

/** A file of the report; its name has `/` between folders. */
export interface ReportFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** SHA-256 of every file as it was written; of a Markdown page, of what is outside of its parts to keep. */
export type Manifest = Readonly<Record<string, string>>;

/** What an earlier report wrote into this folder; nothing when there is no manifest that can be read. */
export function readManifest(outDir: string): Manifest {
  const path = join(outDir, MANIFEST);
  if (!existsSync(path)) return {};
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as { files?: unknown };
    return typeof value.files === "object" && value.files !== null ? (value.files as Manifest) : {};
  } catch {
    return {};
  }
}

/** The manifest of the folder once `files` are written: what an earlier report wrote besides stays in it. */
export function manifestFile(earlier: Manifest, files: readonly ReportFile[]): ReportFile {
  const all = { ...earlier, ...Object.fromEntries(files.map((file) => [file.name, digest(file)])) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { name: MANIFEST, content: `${JSON.stringify({ files: sorted }, null, 1)}\n` };
}

/**
 * Names of the files that are there and are not as this program wrote them.
 *
 * @param names files to look at; default: all that an earlier report wrote
 */
export function editedFiles(outDir: string, names?: readonly string[]): string[] {
  const manifest = readManifest(outDir);
  return (names ?? Object.keys(manifest)).filter((name) => {
    const path = join(outDir, name);
    return existsSync(path) && digest({ name, content: readFileSync(path) }) !== manifest[name];
  });
}

/** @throws CliError ERR_OUTPUT_FOREIGN naming the first of the edited files, when there is one */
export function refuseEdited(outDir: string, edited: readonly string[]): void {
  const [first] = edited;
  if (first === undefined) return;
  const others = edited.length > 1 ? ` and ${edited.length - 1} more` : "";
  throw new CliError(
    "ERR_OUTPUT_FOREIGN",
    `${join(outDir, first)}${others} was edited since it was written, or is not of this program`,
    {
      hint: "Put own words between `<!-- keep:begin <name> -->` and `<!-- keep:end <name> -->`, or into --text; --force writes anew and keeps the edited file as .bak.",
    },
  );
}

/** Copies a file beside itself, as `<file>.bak` or the next free number; gives the copy's path. */
export function keepCopy(path: string): string {
  let copy = `${path}.bak`;
  for (let number = 2; existsSync(copy); number++) copy = `${path}.bak${number}`;
  copyFileSync(path, copy);
  return copy;
}

function digest({ name, content }: ReportFile): string {
  const bytes = name.endsWith(".md") ? withoutKept(Buffer.from(content).toString("utf8"), name) : content;
  return createHash("sha256").update(bytes).digest("hex");
}
