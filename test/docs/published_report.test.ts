import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** Seconds until 1000 pods were Ready, as published by hand; words where there is no time. */
const PUBLISHED: readonly (readonly [cni: string, limited: number | string, unlimited: number])[] = [
  ["Spiderpool", 207, 182],
  ["Whereabouts", "failure", 2529],
  ["Kube-OVN", 405, 343],
  ["Cilium", "NA", 215],
  ["Calico", "NA", 322],
];
const PAGES = [
  ["docs/ipam-performance.md", "en", { failure: "**failure**", NA: "NA" }],
  ["docs/ipam-performance-zh_CN.md", "zh_CN", { failure: "**失败**", NA: "NA" }],
] as const;

/** A time as published, to the second; the words before the colon of what is no time. */
function published(cell: string): string {
  const time = /^([\d.]+) s/.exec(cell);
  return time?.[1] === undefined ? (/^[^:：（]+/.exec(cell)?.[0] ?? "") : String(Math.round(Number(time[1])));
}

describe.each(PAGES)("%s", (path, language, words) => {
  const page = readFileSync(path, "utf8");
  const rows = [...page.matchAll(/^\| (\S+) \| v[\d.]+ \| (.+) \| (.+) \|$/gm)].map((match) => match.slice(1));

  test("the result table is the published one, cell by cell", () => {
    expect(rows.map(([cni, limited = "", unlimited = ""]) => [cni, published(limited), published(unlimited)])).toEqual(
      PUBLISHED.map(([cni, limited, unlimited]) => [
        cni,
        words[limited as keyof typeof words] ?? String(limited),
        String(unlimited),
      ]),
    );
  });

  test("table and chart say the same", () => {
    const chart = readFileSync(`docs/charts/completion-${language}.svg`, "utf8");
    const bars = [...chart.matchAll(/>([\d.]+) s</g)].map(([, seconds]) => Math.round(Number(seconds)));
    const limited = PUBLISHED.flatMap(([, time]) => (typeof time === "number" ? [time] : []));
    expect(bars).toEqual([...limited, ...PUBLISHED.map(([, , unlimited]) => unlimited)]);
  });

  test("the story of the stall has its three points", () => {
    const [line] = page.split("\n").filter((text) => text.startsWith("- `whereabouts-limited`"));
    expect(line).toMatch(
      language === "en"
        ? /261 of 1000 pods Ready at 300\.0 s.*; .*, 768 at 10\d\d\.\d s, 845 at 22\d\d\.\d s, then none/
        : /300\.0 s 时 1000 个 Pod 中有 261 个 Ready.*；.*，10\d\d\.\d s 时 768 个，22\d\d\.\d s 时 845 个，此后.*再无增加/,
    );
  });

  test("it says that the data are simulated, also under each chart", () => {
    const caption = language === "en" ? "*Simulated data, not measured on a cluster.*" : "*模拟数据，并非集群实测。*";
    const charts = page.split("\n").filter((line) => line.startsWith("!["));
    expect(charts.length).toBeGreaterThan(5);
    expect(charts.filter((line) => !line.includes(caption))).toEqual([]);
    expect(page).toMatch(
      language === "en" ? /\*\*The data of 8 runs are simulated\*\*/ : /\*\*8 次运行的数据是模拟生成的\*\*/,
    );
  });
});
