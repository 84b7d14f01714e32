import { join } from "node:path";
import type { Argv } from "yargs";

import type { Terminal } from "./terminal.ts";
import type { ReportOptions } from "../report/write_report.ts";

/** Flags of every command that writes a report. */
export interface ReportArgs {
  out: string;
  lang: string;
  text: string | undefined;
  templates: string | undefined;
  html: boolean;
  png: boolean;
  charts: "svg" | "png";
  font: string | undefined;
  force: boolean;
}

/** Declares the flags of {@link ReportArgs}, all but `out`. */
export function withReportOptions<T>(args: Argv<T>): Argv<T> {
  return args
    .option("lang", { type: "string", default: "en,zh_CN", describe: "Languages of the report" })
    .option("text", { type: "string", describe: "YAML file with words of your own for the pages" })
    .option("templates", {
      type: "string",
      describe: "Folder whose templates and locales stand in for the built-in ones",
    })
    .option("html", { type: "boolean", default: false, describe: "Write every page as one HTML file too" })
    .option("png", { type: "boolean", default: false, describe: "Write every chart as PNG too" })
    .option("charts", { choices: ["svg", "png"] as const, default: "svg", describe: "Pictures that the pages show" })
    .option("font", { type: "string", describe: "Font file for PNG: TrueType, OpenType or WOFF" })
    .option("force", { type: "boolean", default: false, describe: "Write over edited pages; they are kept as .bak" });
}

/**
 * What the flags ask for, with the user's files read and checked.
 *
 * @throws CliError ERR_USAGE for an unknown language, ERR_INPUT for notes or templates that do not fit
 */
export async function parseReportOptions(args: ReportArgs): Promise<ReportOptions> {
  const { useTemplates } = await import("../report/template_files.ts");
  useTemplates(args.templates ?? null);
  const { parseLanguages } = await import("./languages.ts");
  const languages = parseLanguages(args.lang);
  const own = args.text === undefined ? {} : (await import("../report/page/own_words_file.ts")).readOwnWords(args.text);
  const options = { outDir: join(args.out, "report"), languages, own, isHtml: args.html, isForced: args.force };
  if (!args.png && args.charts !== "png") return options;
  const { loadFonts } = await import("../report/png/picture.ts");
  return { ...options, linked: args.charts, pngFonts: loadFonts(args.font ?? null) };
}

/** Tells what happened to the user's own parts of the pages. */
export function noteWarnings(terminal: Terminal, warnings: readonly string[]): void {
  for (const warning of warnings) terminal.note(`note: ${warning}`);
}
