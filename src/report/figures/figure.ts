import { cniName } from "../theme.ts";
import { inlineCode, plainText, shorten } from "../markdown_text.ts";
import {
  formatCount,
  formatGibibytes,
  formatInterval,
  formatMilliseconds,
  formatOffset,
  formatRate,
  formatRatio,
  formatSeconds,
  formatSecondsValue,
  formatWindow,
} from "../number_format.ts";
import type { Cited } from "./cited.ts";
import type { Value } from "./sql_text.ts";

/** Longest text of an error message and of a message template, in characters. */
const MESSAGE_LIMIT = 240;
const TEMPLATE_LIMIT = 160;

/** How values are printed: name of the format to the text of its values. The names stand in `proof.json`. */
const FORMATS = {
  count: (count: number) => formatCount(count),
  seconds: (seconds: number) => formatSeconds(seconds),
  bare_seconds: (seconds: number) => formatSecondsValue(seconds),
  window: (seconds: number) => formatWindow(seconds),
  milliseconds: (milliseconds: number) => formatMilliseconds(milliseconds),
  interval: (seconds: number, earliest: number | null, latest: number | null) =>
    formatInterval(seconds, earliest, latest),
  percent: (ratio: number) => formatRatio(ratio),
  rate: (rate: number) => formatRate(rate),
  gibibytes: (gibibytes: number) => formatGibibytes(gibibytes),
  offset: (earliest: number | null, latest: number | null) => formatOffset(earliest, latest),
  plain: (text: string) => plainText(text),
  code: (text: string) => inlineCode(text),
  message: (text: string) => inlineCode(shorten(text, MESSAGE_LIMIT)),
  template: (text: string) => inlineCode(shorten(text, TEMPLATE_LIMIT)),
  place: (path: string, line: number | null) => inlineCode(line === null ? path : `${path}:${line}`),
  run_place: (run: string, path: string, line: number) => inlineCode(`${run}/${path}:${line}`),
  cni: (id: string) => cniName(id),
};

export type FormatName = keyof typeof FORMATS;

/** A number or name as it stands on the page: values of the result and how they are printed. */
export interface Figure {
  readonly format: FormatName;
  readonly of: readonly Cited[];
}

/** The text of values in a format, the same in every language. Marks of other texts cannot come in with it. */
export function printed(format: FormatName, values: readonly Value[]): string {
  const print = FORMATS[format] as (...values: readonly Value[]) => string;
  return print(...values).replace(/[\uE000-\uE01F]/g, "\uFFFD");
}

/** A count: `1000`. In a message it chooses singular or plural. */
export const asCount = (count: Cited<number>): Figure => ({ format: "count", of: [count] });

/** A duration, given in seconds: `7.25 s`. */
export const asSeconds = (seconds: Cited<number>): Figure => ({ format: "seconds", of: [seconds] });

/** A duration in seconds without its unit. */
export const asBareSeconds = (seconds: Cited<number>): Figure => ({ format: "bare_seconds", of: [seconds] });

/** A duration that was chosen, not measured, given in seconds: `5 s`. */
export const asWindow = (seconds: Cited<number>): Figure => ({ format: "window", of: [seconds] });

/** A duration, given in milliseconds: `480 ms`. */
export const asMilliseconds = (milliseconds: Cited<number>): Figure => ({ format: "milliseconds", of: [milliseconds] });

/** An instant or duration in seconds with its uncertainty: `137.7 s (±0.5)`. */
export const asInterval = (
  seconds: Cited<number>,
  earliest: Cited<number | null>,
  latest: Cited<number | null>,
): Figure => ({ format: "interval", of: [seconds, earliest, latest] });

/** A share of one: `67.0%`. */
export const asPercent = (share: Cited<number>): Figure => ({ format: "percent", of: [share] });

/** A rate or factor without its unit: `7.75`. */
export const asRate = (rate: Cited<number>): Figure => ({ format: "rate", of: [rate] });

/** Memory: `7.8 GiB`. */
export const asGibibytes = (gibibytes: Cited<number>): Figure => ({ format: "gibibytes", of: [gibibytes] });

/** Bounds of a clock offset in milliseconds, null for an open end. */
export const asOffset = (earliest: Cited<number | null>, latest: Cited<number | null>): Figure => ({
  format: "offset",
  of: [earliest, latest],
});

/** A name from the capture as plain words. */
export const asPlain = (name: Cited<string>): Figure => ({ format: "plain", of: [name] });

/** A name from the capture as code. */
export const asCode = (name: Cited<string>): Figure => ({ format: "code", of: [name] });

/** An error message as code, shortened in its middle. */
export const asMessage = (text: Cited<string>): Figure => ({ format: "message", of: [text] });

/** A message template as code, shortened in its middle. */
export const asTemplate = (text: Cited<string>): Figure => ({ format: "template", of: [text] });

/** A line of a file as code: `nodes/worker4/kubelet.log:12`; the file alone when the line is null. */
export const asPlace = (path: Cited<string>, line: Cited<number | null>): Figure => ({
  format: "place",
  of: [path, line],
});

/** A line of a file of one of several runs as code. */
export const asRunPlace = (run: Cited<string>, path: Cited<string>, line: Cited<number>): Figure => ({
  format: "run_place",
  of: [run, path, line],
});

/** The name of a CNI as the theme spells it. */
export const asCni = (id: Cited<string>): Figure => ({ format: "cni", of: [id] });
