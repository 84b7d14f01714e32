import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnalysisResult } from "../analysis/result.ts";
import { CliError } from "../errors.ts";
import type { Draw } from "./charts/drawing_threads.ts";
import type { Language } from "./locale.ts";
import type { OwnWords } from "./page/own_words.ts";
import {
  editedFiles,
  keepCopy,
  manifestFile,
  readManifest,
  refuseEdited,
  type ReportFile,
} from "./page/written_files.ts";
import { PROOF_FILE, proofText } from "./proof/proof_file.ts";
import type { Font } from "./png/font.ts";
import { chartPath, renderReport, type ChartFormat, type RenderedReport } from "./render_report.ts";

export type { Language } from "./locale.ts";

export interface ReportOptions {
  /** Folder of the pages; created when missing. */
  readonly outDir: string;
  readonly languages: readonly Language[];
  /** Words of the user, and the sections to show; none by default. */
  readonly own?: OwnWords;
  /** Writes every page as HTML too. */
  readonly isHtml?: boolean;
  /** Writes every chart as PNG too, with letters of these fonts; no PNG by default. */
  readonly pngFonts?: readonly Font[];
  /** Kind of picture that the pages link to; `svg` by default. */
  readonly linked?: ChartFormat;
  /** Writes over files that were edited since, and keeps them as `.bak`; without it they are an error. */
  readonly isForced?: boolean;
  /** What draws the charts; threads of this report's own by default. */
  readonly draw?: Draw;
}

export interface WrittenReport {
  /** Every file written, pages first. */
  readonly files: readonly string[];
  /** What a user should know: kept parts whose place is gone, copies made of edited files. */
  readonly warnings: readonly string[];
}

/**
 * Writes the page and its charts in each language, `ipam-performance.md`, `ipam-performance-zh_CN.md` and
 * `charts/<chart>-<language>.svg`, and `proof.json`, which says where each of their numbers comes from. Everything is
 * rendered before the first file is touched, and each file appears whole or not at all. Parts of an earlier page between
 * `<!-- keep:begin <name> -->` and `<!-- keep:end <name> -->` stay on it.
 *
 * @throws CliError ERR_TEMPLATE for a missing translation or value, or a number that does not say where it comes from;
 *   ERR_INPUT for marks that do not fit; ERR_OUTPUT_FOREIGN for a file that was edited since it was written; ERR_OUTPUT
 *   when a file cannot be written
 */
export async function writeReport(result: AnalysisResult, options: ReportOptions): Promise<WrittenReport> {
  const { outDir, isForced = false, isHtml = false, pngFonts, linked = "svg" } = options;
  const report = await renderReport(result, { ...options, earlier: outDir });
  const files: readonly ReportFile[] = [
    ...report.pages.map(({ file, text }) => ({ name: file, content: text })),
    ...report.charts.flatMap(({ pictures }) => pictures.map(({ file, svg }) => ({ name: file, content: svg }))),
    ...(pngFonts === undefined ? [] : await pngFiles(report, pngFonts)),
    ...(isHtml ? (await import("./html/html_files.ts")).htmlFiles(report, linked) : []),
    { name: PROOF_FILE, content: proofText(report) },
  ];
  const warnings = report.pages.flatMap((page) => page.warnings);
  const edited = editedFiles(
    outDir,
    files.map(({ name }) => name),
  );
  if (!isForced) refuseEdited(outDir, edited);
  const copies = edited.map(
    (name) => `${join(outDir, name)} was edited; it is kept as ${keepCopy(join(outDir, name))}`,
  );
  // The manifest comes last: a file it does not know as it is now counts as edited.
  const written = [...files, manifestFile(readManifest(outDir), files)];
  for (const { name, content } of written) await writeWhole(join(outDir, name), content);
  return { files: written.map(({ name }) => join(outDir, name)), warnings: [...warnings, ...copies] };
}

async function pngFiles({ charts }: RenderedReport, fonts: readonly Font[]): Promise<ReportFile[]> {
  const { pngOf } = await import("./png/picture.ts");
  const files: ReportFile[] = [];
  for (const { language, chart, svg } of charts.flatMap(({ chart, pictures }) =>
    pictures.map((picture) => ({ ...picture, chart })),
  )) {
    const name = chartPath(chart.name, language, "png");
    files.push({ name, content: await pngOf(svg, name, fonts) });
  }
  return files;
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw new CliError("ERR_OUTPUT", `${path} cannot be written`, { cause });
  }
}
