import { CliError } from "../errors.ts";
import type { ResultRow } from "../analysis/result.ts";
import { cite } from "./figures/cited.ts";
import { asCni } from "./figures/figure.ts";
import { message, orElse, type Text } from "./text.ts";
import { loadTheme } from "./theme.ts";

/** How a CNI looks everywhere on the page: the same name, colour and place in every table and chart. */
export interface CniStyle {
  readonly name: Text;
  readonly color: string;
  readonly order: number;
}

/**
 * The look of a run's CNI. Known ones come first, in the theme's order, then others by name, then runs whose CNI is
 * unknown.
 *
 * @param all every CNI of the page, which gives those not in the theme their colours
 */
export function cniStyle(run: ResultRow<"runs">, all: readonly (string | null)[]): CniStyle {
  const { cnis, otherColors, unknownColor } = loadTheme();
  const { cni } = run;
  const name = orElse(cite(run, "cni"), asCni, message("word.unknown_cni"));
  if (cni === null) return { name, color: unknownColor, order: Number.MAX_SAFE_INTEGER };
  const place = cnis.findIndex((entry) => entry.id === cni.toLowerCase());
  const entry = cnis[place];
  if (entry !== undefined) return { name, color: entry.color, order: place };
  const others = all.filter((other) => other !== null && !cnis.some(({ id }) => id === other.toLowerCase())).sort();
  const index = others.indexOf(cni);
  const color = otherColors[index % otherColors.length];
  if (color === undefined) throw new CliError("ERR_TEMPLATE", "template theme.json: otherColors is empty");
  return { name, color, order: cnis.length + index };
}
