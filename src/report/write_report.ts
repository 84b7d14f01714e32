import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnalysisResult } from "../analysis/result.ts";
import { CliError } from "../errors.ts";
import type { Language } from "./locale.ts";
import { PROOF_FILE, proofText } from "./proof/proof_file.ts";
import { renderReport } from "./render_report.ts";

export { LANGUAGES, type Language } from "./locale.ts";

export interface ReportOptions {
  /** Folder of the pages; created when missing. */
  readonly outDir: string;
  readonly languages: readonly Language[];
}

export interface WrittenReport {
  /** Every file written, pages first. */
  readonly files: readonly string[];
}

/**
 * Writes the page and its charts in each language, `ipam-performance.md`, `ipam-performance-zh_CN.md` and
 * `charts/<chart>-<language>.svg`, and `proof.json`, which says where each of their numbers comes from. Everything is
 * rendered before the first file is touched, and each file appears whole or not at all.
 *
 * @throws CliError ERR_TEMPLATE for a missing translation or value, or a number that does not say where it comes from;
 *   ERR_OUTPUT when a file cannot be written
 */
export async function writeReport(result: AnalysisResult, options: ReportOptions): Promise<WrittenReport> {
  const report = await renderReport(result, options.languages);
  const contents: [string, string][] = [
    ...report.pages.map(({ file, text }): [string, string] => [file, text]),
    ...report.charts.flatMap(({ pictures }) => pictures.map(({ file, svg }): [string, string] => [file, svg])),
    [PROOF_FILE, proofText(report)],
  ];
  const files: string[] = [];
  for (const [name, text] of contents) {
    const path = join(options.outDir, name);
    await writeWhole(path, text);
    files.push(path);
  }
  return { files };
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw new CliError("ERR_OUTPUT", `${path} cannot be written`, { cause });
  }
}
