import type { LoggerInterface, Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./text_width.ts";
import { vega, vegaLite } from "./vega.ts";

/** A chart in one language, ready to be drawn: plain data, fit for another thread. */
export interface Drawing {
  readonly spec: TopLevelSpec;
  /** Vega-Lite configuration: the theme. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The SVG of a drawing. @throws Error with what Vega or Vega-Lite warns of */
export async function draw(drawing: Drawing): Promise<string> {
  measureWithoutCanvas();
  // Ids inside the SVG count up per process; started anew, a picture does not depend on the ones before it.
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(vegaSpec(drawing)), { renderer: "none", logger: STRICT });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

/** The drawing as a Vega specification. @throws Error with what Vega-Lite warns of */
export function vegaSpec({ spec, config }: Drawing): Spec {
  return vegaLite.compile(spec, { config: { ...config }, logger: STRICT }).spec;
}

const STRICT: LoggerInterface = {
  level: (level?: number) => (level === undefined ? vega.Warn : STRICT),
  error: refuse,
  warn: refuse,
  info: () => STRICT,
  debug: () => STRICT,
};

function refuse(...reasons: readonly unknown[]): never {
  throw new Error(reasons.map(String).join(" "));
}

/** Vega measures text with a canvas, which is not there. */
function measureWithoutCanvas(): void {
  const metrics = (vega as unknown as { textMetrics: { width: unknown } }).textMetrics;
  metrics.width = (item: { fontSize?: number }, text: unknown): number =>
    textWidth(typeof text === "string" || typeof text === "number" ? String(text) : "") * (item.fontSize ?? 11);
}
