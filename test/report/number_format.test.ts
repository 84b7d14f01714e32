import { describe, expect, test } from "vitest";
import {
  formatInterval,
  formatMilliseconds,
  formatOffset,
  formatRate,
  formatRatio,
  formatSeconds,
  formatWindow,
} from "../../src/report/number_format.ts";

/** The bounds that `137.7 s (±0.5)` stands for, with room for binary noise. */
function plusMinus(printed: string): [string, number, number] {
  const [value = NaN, half = NaN] = (printed.match(/[\d.]+/g) ?? []).map(Number);
  return [printed, value - half - 1e-9, value + half + 1e-9];
}

describe("numbers", () => {
  test.each([
    ["nothing is not a millisecond of nothing", 0, "0 s"],
    ["far below a second, tenths of a millisecond", 0.0042, "4.2 ms"],
    ["below a second, milliseconds", 0.48, "480 ms"],
    ["what rounds to a second is one", 0.9996, "1.00 s"],
    ["a few seconds", 7.254, "7.25 s"],
    ["what rounds to ten seconds has one decimal", 9.996, "10.0 s"],
    ["minutes stay in seconds", 2280, "2280.0 s"],
    ["a negative duration keeps its sign", -0.25, "-250 ms"],
  ])("duration: %s", (_title, seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected);
  });

  test("milliseconds print as the same duration in seconds", () => {
    expect(formatMilliseconds(12_340)).toBe(formatSeconds(12.34));
  });

  test.each([
    ["a symmetric interval", 137.7, 137.2, 138.2, "137.7 s (±0.5)"],
    ["a narrow interval shows more decimals", 11.234, 11.233, 11.235, "11.234 s (±0.001)"],
    ["the half width is rounded up, never down", 120, 119.25, 120.75, "120.0 s (±0.8)"],
    ["a point without width is known to the last digit shown", 5, 5, 5, "5.000 s (±0.001)"],
    ["a wide, lopsided interval is written out, rounded outwards", 41.3, 40.12, 52.77, "41.3 s [40.1, 52.8]"],
    ["a narrow one is not, its wider side counts", 191.661, 191.651, 191.6612, "191.66 s (±0.01)"],
    ["no known bound: no uncertainty is claimed", 41.3, null, 42, "41.3 s"],
  ])("interval: %s", (_title, seconds, earliest, latest, expected) => {
    expect(formatInterval(seconds, earliest, latest)).toBe(expected);
  });

  test("an interval as printed contains the interval as given", () => {
    for (const [earliest, latest] of [
      [0.1, 0.3],
      [10.05, 10.95],
      [99.9991, 100.0049],
      [1, 60],
    ] as const) {
      const estimate = earliest + (latest - earliest) / 3;
      const printed = formatInterval(estimate, earliest, latest);
      const [, low, high] = /\[(.*), (.*)\]/.exec(printed) ?? plusMinus(printed);
      expect(Number(low)).toBeLessThanOrEqual(earliest);
      expect(Number(high)).toBeGreaterThanOrEqual(latest);
    }
  });

  test.each([
    ["all", 1, "100%"],
    ["none", 0, "0%"],
    ["almost all is not all", 0.99999, ">99.9%"],
    ["hardly any is not none", 0.00001, "<0.1%"],
    ["something between", 0.067, "6.7%"],
  ])("share: %s", (_title, ratio, expected) => {
    expect(formatRatio(ratio)).toBe(expected);
  });

  test("rates have three significant digits, and a slow one is not zero", () => {
    expect([0, 0.00123, 0.454, 7.754, 61.34, 124.4].map(formatRate)).toEqual([
      "0",
      "0.0012",
      "0.45",
      "7.75",
      "61.3",
      "124",
    ]);
  });

  test("a chosen window has no made-up decimals", () => {
    expect([5, 0.5].map(formatWindow)).toEqual(["5 s", "0.5 s"]);
  });

  test("an open end of a clock offset is seen", () => {
    expect(formatOffset(null, 12.34)).toBe("[…, 12.3] ms");
    expect(formatOffset(-0.4, 0.6)).toBe("[-0.40, 0.60] ms");
  });
});
