import type { LoggerInterface, Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { CliError } from "../../errors.ts";
import { loadTheme } from "../theme.ts";
import { Translator, type Locale } from "../locale.ts";
import { withoutEscapes } from "../markdown_text.ts";
import { queryOf } from "../figures/cited.ts";
import type { Figure } from "../figures/figure.ts";
import { Marks, unmarkedNumber } from "../proof/marks.ts";
import { templateText } from "../template_files.ts";
import { message } from "../text.ts";
import type { Chart } from "./chart.ts";
import { vega, vegaLite } from "./vega.ts";

/** A picture stands still; on a web page it answers to the pointer. */
export type ChartMedium = "picture" | "web";

/** A chart in one language, and the figures that its texts print, each once. */
export interface Picture {
  readonly svg: string;
  readonly figures: readonly Figure[];
}

/** A chart in one language as a Vega specification, and the figures that its texts print, each once. */
export interface CompiledChart {
  readonly spec: Spec;
  readonly figures: readonly Figure[];
}

/**
 * The chart in one language.
 *
 * @throws CliError ERR_TEMPLATE when the spec has a place without a value, when a text holds a number that does not say
 *   where it comes from, or Vega warns
 */
export async function renderChart(chart: Chart, locale: Locale): Promise<Picture> {
  const { spec, figures } = compileChart(chart, locale, "picture");
  measureWithoutCanvas();
  // Ids inside the SVG count up per process; started anew, a picture does not depend on the ones before it.
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(spec), { renderer: "none", logger: strictLogger(failure(chart, locale)) });
  try {
    return { svg: `${await view.toSVG()}\n`, figures };
  } finally {
    view.finalize();
  }
}

/**
 * The chart as a Vega specification in one language.
 *
 * @throws CliError ERR_TEMPLATE as {@link renderChart}, when Vega-Lite warns
 */
export function compileChart(chart: Chart, locale: Locale, medium: ChartMedium): CompiledChart {
  const fail = failure(chart, locale);
  const marks = new Marks();
  const figures = new Map<string, Figure>();
  const tips = { tipRun: message("column.run"), tipCni: message("column.cni") };
  const translator = new Translator(locale, `${chart.name}.vl.json`, marks);
  const marked = translator.deep({ ...tips, ...chart.values }) as Record<string, unknown>;
  const values = withoutMarks(marked, (text) => {
    const unmarked = COLOR.test(text) ? null : unmarkedNumber(text);
    if (unmarked !== null) fail(`"${unmarked.number}" in "${unmarked.line}" does not say where it comes from`);
    const taken = marks.taken(text);
    for (const { figure } of taken.places)
      if (figure !== null) figures.set(`${figure.format} ${queryOf(figure.of)}`, figure);
    return withoutEscapes(taken.text);
  }) as Record<string, unknown>;
  const template = loadSpec(chart.name);
  const spec = fill(medium === "web" ? template : withoutPointer(template), values, fail) as TopLevelSpec;
  const { spec: compiled } = vegaLite.compile(spec, { config: { ...loadTheme().config }, logger: strictLogger(fail) });
  return { spec: compiled, figures: [...figures.values()] };
}

function failure({ name }: Chart, { language }: Locale): (reason: string) => never {
  return (reason) => {
    throw new CliError("ERR_TEMPLATE", `template "${name}.vl.json", language ${language}: ${reason}`);
  };
}

function loadSpec(name: string): unknown {
  return JSON.parse(templateText(`charts/${name}.vl.json`)) as unknown;
}

/** `spec` with every text `$name` replaced by the value of that name. */
function fill(spec: unknown, values: Readonly<Record<string, unknown>>, fail: (reason: string) => never): unknown {
  if (typeof spec === "string" && spec.startsWith("$")) {
    const name = spec.slice(1);
    return name in values ? values[name] : fail(`no value for "${name}"`);
  }
  if (Array.isArray(spec)) return spec.map((item) => fill(item, values, fail));
  if (typeof spec !== "object" || spec === null) return spec;
  return Object.fromEntries(Object.entries(spec).map(([key, item]) => [key, fill(item, values, fail)]));
}

/**
 * `spec` without what serves the pointer only: layers named `pointer`, which would make a picture heavy, and parameters
 * that bind scales, for which Vega asks for a window to drag in.
 */
function withoutPointer(spec: unknown): unknown {
  if (Array.isArray(spec)) return spec.filter((item) => !isForPointer(item)).map(withoutPointer);
  if (typeof spec !== "object" || spec === null) return spec;
  return Object.fromEntries(Object.entries(spec).map(([key, item]) => [key, withoutPointer(item)]));
}

function isForPointer(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ("bind" in value && value.bind === "scales") || ("name" in value && value.name === "pointer");
}

/** `value` with every text in it as `read` gives it: names are guarded for Markdown, in a picture they stand as they are. */
function withoutMarks(value: unknown, read: (text: string) => string): unknown {
  if (typeof value === "string") return read(value);
  if (Array.isArray(value)) return value.map((item) => withoutMarks(item, read));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMarks(item, read)]));
}

function strictLogger(fail: (reason: string) => never): LoggerInterface {
  const logger: LoggerInterface = {
    level: (level?: number) => (level === undefined ? vega.Warn : logger),
    error: (...reasons: readonly unknown[]) => fail(reasons.map(String).join(" ")),
    warn: (...reasons: readonly unknown[]) => fail(reasons.map(String).join(" ")),
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

const COLOR = /^#[0-9A-Fa-f]{6}$/;
const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\u3000-\u303f]/;
const NARROW = /[ijl.,:;'|!()[\]]/;
const CAPITAL = /[A-Z@%mwMW]/;

/** Width of `text` in units of its font size: a CJK character is a full square, which Vega's own estimate is not. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += WIDE.test(character) ? 1 : NARROW.test(character) ? 0.32 : CAPITAL.test(character) ? 0.74 : 0.57;
  return width;
}

/** Vega measures text with a canvas, which is not there. */
function measureWithoutCanvas(): void {
  const metrics = (vega as unknown as { textMetrics: { width: unknown } }).textMetrics;
  metrics.width = (item: { fontSize?: number }, text: unknown): number =>
    textWidth(typeof text === "string" || typeof text === "number" ? String(text) : "") * (item.fontSize ?? 11);
}
