import { describe, expect, test } from "vitest";
import type { Chart } from "../../src/report/charts/chart.ts";
import { thinned } from "../../src/report/charts/chart.ts";
import { fillChart, renderChart } from "../../src/report/charts/chart_renderer.ts";
import { draw, vegaSpec } from "../../src/report/charts/drawing.ts";
import { textWidth } from "../../src/report/charts/text_width.ts";
import { loadLocale } from "../../src/report/locale.ts";
import type { Figure } from "../../src/report/figures/figure.ts";
import { words } from "../../src/report/text.ts";
import { reportView } from "../../src/report/view.ts";
import { FIVE_CNIS, MIXED, syntheticResult, type SyntheticRun } from "./synthetic_result.ts";

function charts(runs: readonly SyntheticRun[]): Map<string, Chart> {
  return new Map(reportView(syntheticResult(runs)).charts.map((chart) => [chart.name, chart]));
}

async function svg(runs: readonly SyntheticRun[], name: string, language: "en" | "zh_CN" = "en"): Promise<string> {
  const chart = charts(runs).get(name);
  if (chart === undefined) throw new Error(`no chart ${name}`);
  return (await renderChart(chart, loadLocale(language), draw)).svg;
}

const NAMES = ["progress", "completion", "latency", "phases"];

describe("charts", () => {
  // Rendering throws when Vega warns, so a picture at all is the proof.
  test.each(NAMES)("%s is drawn without a warning, in both languages, for one run and for many", async (name) => {
    for (const runs of [[{ run_id: "a" }], FIVE_CNIS, MIXED]) {
      for (const language of ["en", "zh_CN"] as const) expect(await svg(runs, name, language)).toMatch(/^<svg /);
    }
  });

  test.each(NAMES)("%s answers to the pointer on a web page only", (name) => {
    const chart = charts(FIVE_CNIS).get(name);
    if (chart === undefined) throw new Error(`no chart ${name}`);
    const [web, picture] = (["web", "picture"] as const).map((medium) =>
      JSON.stringify(vegaSpec(fillChart(chart, loadLocale("en"), medium).drawing)),
    );
    expect(web).toContain('"tooltip"');
    expect(web?.includes('"shown_')).toBe(name !== "completion");
    expect(web?.includes('"zoom_x"')).toBe(name === "progress" || name === "latency");
    expect(picture).not.toContain("zoom_x");
  });

  test("a value that the spec needs and nobody gives is an error naming it", async () => {
    const chart = charts(FIVE_CNIS).get("phases");
    const values = Object.fromEntries(Object.entries(chart?.values ?? {}).filter(([name]) => name !== "xTitle"));
    const broken = { name: "phases", alt: words(""), data: [], values };
    await expect(renderChart(broken, loadLocale("en"), draw)).rejects.toThrow(
      /template "phases\.vl\.json", language en: .*"xTitle"/,
    );
  });

  test("a spec that Vega warns of or cannot draw is an error naming it", async () => {
    const chart = charts(FIVE_CNIS).get("phases");
    if (chart === undefined) throw new Error("no chart");
    const broken = { ...chart, values: { ...chart.values, phases: { not: "a domain" } } };
    await expect(renderChart(broken, loadLocale("en"), draw)).rejects.toThrow(
      /template "phases\.vl\.json", language en: /,
    );
  });

  test("no runs, no charts; a delete run has no place among runs that start pods", () => {
    expect([...charts([]).keys()]).toEqual([]);
    expect([...charts([{ run_id: "a", phase: "delete" }]).keys()]).toEqual(["phases", "failures", "pools"]);
  });

  test("progress shows every run, in the colours of the CNIs", async () => {
    const picture = await svg(FIVE_CNIS, "progress");
    for (const text of [
      "Spiderpool",
      "Whereabouts",
      "Kube-OVN",
      "Cilium",
      "Calico",
      "limited, create",
      "unlimited, create",
    ]) {
      expect(picture).toContain(`>${text}<`);
    }
    expect(picture).toContain('stroke="#E69F00"');
  });

  test("an unfinished run is visibly unfinished: dashes, an open point and its count", async () => {
    const picture = await svg([{ run_id: "a", pod_count: 200, ready_count: 67 }], "progress");
    expect(picture).toContain(">67 / 200<");
    expect(picture).toContain('stroke-dasharray="4,4"');
    expect(picture).toMatch(/fill="#FFFFFF"[^>]*stroke="#E69F00"|stroke="#E69F00"[^>]*fill="#FFFFFF"/i);
    const finished = await svg([{ run_id: "a", pod_count: 200 }], "progress");
    expect(finished).not.toContain("stroke-dasharray");
    expect(finished).toContain(">200 / 200 · 200.0 s<");
  });

  test("the latency curve is of all pods: with some never Ready it ends below 100 %", () => {
    const points = charts([{ run_id: "a", pod_count: 200, ready_count: 50 }]).get("latency")?.values["points"] as {
      y: number;
    }[];
    expect(Math.max(...points.map((point) => point.y))).toBe(0.25);
  });

  test("a failed run is no ordinary bar", async () => {
    const picture = await svg(FIVE_CNIS, "completion");
    expect(picture).toContain(">failure: 67 / 200 Ready<");
    expect(picture).toContain('stroke-dasharray="4,3"');
    expect(picture).toContain('fill-opacity="0"');
  });

  test("a failed run has a bar of its own beside the finished repetition", () => {
    const bars = charts([
      { run_id: "a", pod_count: 120 },
      { run_id: "b", pod_count: 120, ready_count: 3 },
    ]).get("completion")?.values["bars"] as { kind: string; row: unknown }[];
    expect(bars.map((bar) => bar.kind)).toEqual(["heading", "time", "failure"]);
    expect(bars[1]?.row).not.toEqual(bars[2]?.row);
  });

  test("names stand as they are, without the guards that Markdown needs", async () => {
    expect(await svg([{ run_id: "a_b", cni: "my_<cni>" }], "completion")).toContain(">my_&lt;cni&gt;<");
  });

  test("a finished line ends when the last pod was Ready, not at the full second after it", () => {
    const points = charts([{ run_id: "a", time_to_all_s: 9.25 }]).get("progress")?.values["points"] as { x: number }[];
    expect(Math.max(...points.map((point) => point.x))).toBe(9.25);
  });

  test("two runs of one CNI under one condition do not share a panel", () => {
    const twice = charts([{ run_id: "a" }, { run_id: "b" }]).get("progress");
    const names = (twice?.values["panels"] ?? []) as Figure[];
    expect(names.map((name) => name.of[0]?.value)).toEqual(["a", "b"]);
  });

  test("phases add up to the whole bar", () => {
    const segments = charts([{ run_id: "a" }]).get("phases")?.values["segments"] as { start: number; end: number }[];
    expect(segments[0]?.start).toBe(0);
    expect(segments.at(-1)?.end).toBeCloseTo(1, 12);
    segments.slice(1).forEach((segment, index) => {
      expect(segment.start).toBe(segments[index]?.end);
    });
  });

  test("Chinese labels have the room they need", () => {
    expect(textWidth("等待")).toBe(2);
    expect(textWidth("等待 IPAM")).toBeGreaterThan(textWidth("IPAM") + 2);
  });
});

describe("thinning", () => {
  test("keeps the first and the last step and the height at the end of every pixel", () => {
    const points = Array.from({ length: 1000 }, (_, index) => ({ x: index / 10, y: index }));
    const kept = thinned(points, 1);
    expect(kept.length).toBeLessThanOrEqual(102);
    expect(kept[0]).toEqual({ x: 0, y: 0 });
    expect(kept.at(-1)).toEqual({ x: 99.9, y: 999 });
    for (let pixel = 1; pixel < 100; pixel++) expect(kept).toContainEqual({ x: pixel - 0.1, y: pixel * 10 - 1 });
  });

  test("drops points that change nothing", () => {
    expect(
      thinned(
        [
          { x: 0, y: 0 },
          { x: 5, y: 0 },
          { x: 9, y: 1 },
        ],
        1,
      ),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 9, y: 1 },
    ]);
  });
});
