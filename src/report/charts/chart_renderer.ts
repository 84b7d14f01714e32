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
import type { Drawing } from "./drawing.ts";
import type { Draw } from "./drawing_threads.ts";

/** A picture stands still; on a web page it answers to the pointer. */
export type ChartMedium = "picture" | "web";

/** A chart in one language, and the figures that its texts print, each once. */
export interface Picture {
  readonly svg: string;
  readonly figures: readonly Figure[];
}

/** A chart in one language, ready to be drawn, and the figures that its texts print, each once. */
export interface FilledChart {
  readonly drawing: Drawing;
  readonly figures: readonly Figure[];
}

/**
 * The chart in one language.
 *
 * @throws CliError ERR_TEMPLATE as {@link fillChart}, and when it cannot be drawn without a warning
 */
export async function renderChart(chart: Chart, locale: Locale, draw: Draw): Promise<Picture> {
  const { drawing, figures } = fillChart(chart, locale, "picture");
  try {
    return { svg: await draw(drawing), figures };
  } catch (cause) {
    throw failure(chart, locale, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * The chart's spec with its values in one language.
 *
 * @throws CliError ERR_TEMPLATE when the spec has a place without a value, or a text holds a number that does not say
 *   where it comes from
 */
export function fillChart(chart: Chart, locale: Locale, medium: ChartMedium): FilledChart {
  const fail = (reason: string): never => {
    throw failure(chart, locale, reason);
  };
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
  return { drawing: { spec, config: loadTheme().config }, figures: [...figures.values()] };
}

function failure({ name }: Chart, { language }: Locale, reason: string, cause?: unknown): CliError {
  return new CliError("ERR_TEMPLATE", `template "${name}.vl.json", language ${language}: ${reason}`, { cause });
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

const COLOR = /^#[0-9A-Fa-f]{6}$/;
