import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../errors.ts";
import { packageRoot } from "../package_root.ts";
import { plainText } from "./markdown_text.ts";
import { message, type Text } from "./text.ts";

/** How a CNI looks everywhere on the page: the same name, colour and place in every table and chart. */
export interface CniStyle {
  readonly name: Text;
  readonly color: string;
  readonly order: number;
}

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

let theme: Theme | null = null;

/** Reads the theme of the charts; it is read once. */
export function loadTheme(): Theme {
  theme ??= JSON.parse(readFileSync(join(packageRoot(), "templates", "charts", "theme.json"), "utf8")) as Theme;
  return theme;
}

/**
 * The look of a CNI. Known ones come first, in the theme's order, then others by name, then runs whose CNI is unknown.
 *
 * @param all every CNI of the page, which gives those not in the theme their colours
 */
export function cniStyle(cni: string | null, all: readonly (string | null)[]): CniStyle {
  const { cnis, otherColors, unknownColor } = loadTheme();
  if (cni === null) return { name: message("word.unknown_cni"), color: unknownColor, order: Number.MAX_SAFE_INTEGER };
  const known = cnis.findIndex((entry) => entry.id === cni.toLowerCase());
  const entry = cnis[known];
  if (entry !== undefined) return { name: entry.name, color: entry.color, order: known };
  const others = all.filter((name) => name !== null && !cnis.some(({ id }) => id === name.toLowerCase())).sort();
  const index = others.indexOf(cni);
  const color = otherColors[index % otherColors.length];
  if (color === undefined) throw new CliError("ERR_TEMPLATE", "template theme.json: otherColors is empty");
  return { name: plainText(cni), color, order: cnis.length + index };
}
