/** Every number of the page is printed here, so that tables, prose, charts and both languages show the same digits. */

const MAX_SECOND_DECIMALS = 3;
/** Below this share of the value, the side on which an interval is wider does not matter to a reader. */
const NARROW_RATIO = 0.01;

/** A count, without grouping: `1000`. */
export function formatCount(count: number): string {
  return String(count);
}

/**
 * A duration given in seconds: `4.2 ms`, `480 ms`, `7.25 s`, `137.7 s`. Negative durations keep their sign.
 */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 0.00995) return `${(seconds * 1000).toFixed(1)} ms`;
  if (size < 0.9995) return `${(seconds * 1000).toFixed(0)} ms`;
  return `${formatSecondsValue(seconds)} s`;
}

/** A duration in seconds without its unit, for a table column whose header names it: `7.25`, `137.7`. */
export function formatSecondsValue(seconds: number): string {
  return seconds.toFixed(Math.abs(seconds) < 9.995 ? 2 : 1);
}

/** A duration that was chosen, not measured, so it has no decimals to show: `5 s`, `0.5 s`. */
export function formatWindow(seconds: number): string {
  return `${seconds} s`;
}

/** A duration given in milliseconds, as {@link formatSeconds}. */
export function formatMilliseconds(milliseconds: number): string {
  return formatSeconds(milliseconds / 1000);
}

/**
 * An instant or duration with its uncertainty: `137.7 s (±0.5)`, or `41.3 s [40.1, 52.8]` when its bounds are wide and
 * lie at different distances. The uncertainty decides the number of decimals and is rounded outwards: what is printed
 * contains what is known.
 *
 * @param earliest lower bound in seconds, null when unknown
 * @param latest   upper bound in seconds, null when unknown
 */
export function formatInterval(seconds: number, earliest: number | null, latest: number | null): string {
  if (earliest === null || latest === null) return formatSeconds(seconds);
  const widest = Math.max(seconds - earliest, latest - seconds);
  const decimals =
    widest > 0 ? clamp(Math.ceil(-Math.log10(widest) - 1e-6), 1, MAX_SECOND_DECIMALS) : MAX_SECOND_DECIMALS;
  const step = 10 ** -decimals;
  const value = seconds.toFixed(decimals);
  const below = roundUp(Number(value) - earliest, step);
  const above = roundUp(latest - Number(value), step);
  if (Math.abs(below - above) < 1.5 * step || Math.max(below, above) < NARROW_RATIO * Math.abs(seconds)) {
    return `${value} s (±${Math.max(below, above, step).toFixed(decimals)})`;
  }
  const low = -roundUp(-earliest, step);
  return `${value} s [${low.toFixed(decimals)}, ${roundUp(latest, step).toFixed(decimals)}]`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** `value` rounded up to a multiple of `step`; a tail of binary noise does not push it to the next one. */
function roundUp(value: number, step: number): number {
  return Math.ceil(value / step - 1e-6) * step || 0;
}

/** A share of one as a percentage: `67.0%`; exact ends are `0%` and `100%`, what only rounds to them says so. */
export function formatRatio(ratio: number): string {
  if (ratio === 0) return "0%";
  if (ratio === 1) return "100%";
  if (ratio > 0 && ratio < 0.0005) return "<0.1%";
  if (ratio < 1 && ratio >= 0.9995) return ">99.9%";
  return `${(ratio * 100).toFixed(1)}%`;
}

/** A rate without its unit, three significant digits: `0.45`, `7.75`, `61.3`, `124`. */
export function formatRate(rate: number): string {
  if (rate === 0) return "0";
  if (rate < 0.01) return rate.toPrecision(2);
  return rate.toFixed(rate < 9.995 ? 2 : rate < 99.95 ? 1 : 0);
}

/** An amount of memory in GiB: `7.8 GiB`. */
export function formatGibibytes(gibibytes: number): string {
  return `${gibibytes.toFixed(1)} GiB`;
}

/** An interval of a clock offset in milliseconds: `[-0.21, 0.35] ms`; an open end is `…`. */
export function formatOffset(earliest: number | null, latest: number | null): string {
  const bound = (value: number | null): string =>
    value === null ? "…" : value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
  return `[${bound(earliest)}, ${bound(latest)}] ms`;
}
