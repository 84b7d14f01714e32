import { readFileSync } from "node:fs";
import { plainText } from "./markdown_text.ts";
import { templatePath } from "./template_files.ts";

/** `templates/charts/theme.json`: colours are data. */
export interface Theme {
  readonly cnis: readonly { readonly id: string; readonly name: string; readonly color: string }[];
  readonly otherColors: readonly string[];
  readonly unknownColor: string;
  readonly phaseColors: Readonly<Record<string, string>>;
  /** Colours of root causes, the most frequent first; an unknown cause has `unknownColor`. */
  readonly failureColors: readonly string[];
  /** Vega-Lite configuration of all charts. */
  readonly config: Readonly<Record<string, unknown>>;
}

const themes = new Map<string, Theme>();

/** Reads the theme of the charts; each file is read once. */
export function loadTheme(): Theme {
  const path = templatePath("charts/theme.json");
  const theme = themes.get(path) ?? (JSON.parse(readFileSync(path, "utf8")) as Theme);
  themes.set(path, theme);
  return theme;
}

/** A CNI as the theme spells it; one that the theme does not know by its own name, as plain words. */
export function cniName(id: string): string {
  return loadTheme().cnis.find((entry) => entry.id === id.toLowerCase())?.name ?? plainText(id);
}
