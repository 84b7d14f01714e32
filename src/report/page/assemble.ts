import { existsSync, readFileSync } from "node:fs";
import type { Language } from "../locale.ts";
import { keptParts, withKept, type KeptPage } from "./kept_parts.ts";
import { withOwnWords, type OwnWords } from "./own_words.ts";
import { cutPage, joinPage } from "./sections.ts";

/**
 * The page as it is written: with the user's own words, the sections the user chose, and the parts of the page at
 * `path` that are to be kept.
 *
 * @throws CliError ERR_INPUT naming the line of a mark in the old page that does not fit
 */
export function assemblePage(markdown: string, own: OwnWords, language: Language, path: string | null): KeptPage {
  const page = joinPage(withOwnWords(cutPage(markdown), own, language));
  if (path === null || !existsSync(path)) return { markdown: page, warnings: [] };
  const old = readFileSync(path, "utf8");
  const { markdown: kept, warnings } = withKept(page, keptParts(old, path));
  return { markdown: kept, warnings: warnings.map((warning) => `${path}: ${warning}`) };
}
