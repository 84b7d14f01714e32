import type { DataSet } from "../figures/data_set.ts";
import type { Text } from "../text.ts";

/** A chart before it has a language: its Vega-Lite file and what is put into it. */
export interface Chart {
  /** Names the spec `templates/charts/<name>.vl.json` and the picture. */
  readonly name: string;
  /** What is said to a reader who does not see the picture. */
  readonly alt: Text;
  /** The rows that are drawn. */
  readonly data: readonly DataSet[];
  /** Values of the spec's `$name` places; texts inside are resolved per language. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Points of a chart that lie on one line of one run. */
export interface LinePoint {
  readonly panel: Text;
  readonly series: Text;
  readonly cni: Text;
  /** `step` is measured, `tail` only says how long was waited, `end` is the last point. */
  readonly kind: "step" | "tail" | "end";
  readonly x: number;
  readonly y: number;
  readonly done: boolean;
  readonly label: Text;
  readonly align: "left" | "right";
}

/** Width of a line chart's panels in pixels: fewer panels are larger. */
export function panelSize(count: number): {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
} {
  if (count <= 1) return { width: 640, height: 300, columns: 1 };
  if (count <= 4) return { width: 330, height: 220, columns: 2 };
  return { width: 230, height: 130, columns: 3 };
}

/**
 * Points of a rising step line, at most about one per pixel: within one pixel only the last point is kept, which draws
 * the same line.
 */
export function thinned<T extends { readonly x: number; readonly y: number }>(
  points: readonly T[],
  pixel: number,
): T[] {
  const kept: T[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last !== undefined && point.y === last.y) continue;
    const samePixel = last !== undefined && pixel > 0 && Math.floor(point.x / pixel) === Math.floor(last.x / pixel);
    if (samePixel && kept.length > 1) kept.pop();
    kept.push(point);
  }
  return kept;
}
