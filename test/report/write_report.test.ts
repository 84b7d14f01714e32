import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { AnalysisResult } from "../../src/analysis/result.ts";
import { writeReport, type Language } from "../../src/report/write_report.ts";
import { QUALITY_CHECKS } from "../../src/report/vocabulary.ts";
import { FIVE_CNIS, MIXED, syntheticResult, type SyntheticRun } from "./synthetic_result.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Pages {
  readonly dir: string;
  readonly en: string;
  readonly zh: string;
}

async function pagesOf(result: AnalysisResult): Promise<Pages> {
  const dir = mkdtempSync(join(tmpdir(), "report-"));
  folders.push(dir);
  await writeReport(result, { outDir: dir, languages: ["zh_CN", "en"] });
  const read = (name: string): string => readFileSync(join(dir, name), "utf8");
  return { dir, en: read("ipam-performance.md"), zh: read("ipam-performance-zh_CN.md") };
}

const written = new Map<readonly SyntheticRun[], Promise<Pages>>();

/** The pages of these runs, written once however many tests look at them. */
async function pages(runs: readonly SyntheticRun[]): Promise<Pages> {
  const known = written.get(runs) ?? pagesOf(syntheticResult(runs));
  written.set(runs, known);
  return known;
}

/** Lines of the section with this heading, without the sections after it. */
function section(page: string, heading: string): string {
  const [, rest = ""] = page.split(`\n## ${heading}\n`);
  return rest.split("\n## ")[0] ?? "";
}

const SECTIONS = {
  en: ["Background", "Environment", "Test objects", "Plan", "Result", "Analysis", "Summary"],
  zh: ["背景", "环境", "测试对象", "方案", "测试结果", "分析", "总结"],
};

const CASES: [string, readonly SyntheticRun[]][] = [
  ["no run at all", []],
  ["only runs without pods", [{ run_id: "a", pod_count: 0 }]],
  ["one run", [{ run_id: "a" }]],
  ["only a delete run", [{ run_id: "a", phase: "delete", deleted_count: 4 }]],
  ["runs where almost nothing is known", MIXED],
  ["a comparison of five CNIs", FIVE_CNIS],
];

describe.each(CASES)("the report of %s", (_title, runs) => {
  test("has every section, in order, in both languages", async () => {
    const { en, zh } = await pages(runs);
    for (const [page, headings] of [
      [en, SECTIONS.en],
      [zh, SECTIONS.zh],
    ] as const) {
      expect([...page.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual(headings);
    }
  });

  test("says something in every section, and leaves no cell and no value blank", async () => {
    const { en, zh } = await pages(runs);
    for (const page of [en, zh]) {
      expect(page).not.toMatch(/undefined|NaN|\[object|null|Infinity/);
      expect(page).not.toMatch(/\| *\|/);
      expect(page).not.toMatch(/^- *$/m);
    }
    for (const heading of SECTIONS.en) expect(section(en, heading).trim()).not.toBe("");
  });

  test("has the same numbers in both languages", async () => {
    const { en, zh } = await pages(runs);
    const numbers = (page: string): string[] => (page.match(/\d+(\.\d+)?/g) ?? []).sort();
    expect(numbers(zh)).toEqual(numbers(en));
  });

  test("every table has as many cells in each row as in its header", async () => {
    const { en, zh } = await pages(runs);
    for (const page of [en, zh]) {
      for (const table of page.split("\n\n").filter((block) => block.startsWith("|"))) {
        const widths = table.split("\n").map((line) => (line.match(/(?<!\\)\|/g) ?? []).length);
        expect(new Set(widths).size).toBe(1);
      }
    }
  });

  test("every picture it shows is there, and the other way round", async () => {
    const { dir, en, zh } = await pages(runs);
    const shown = [en, zh].flatMap((page) =>
      [...page.matchAll(/\]\(\.\/(charts\/[^)]*)\)/g)].map((match) => match[1] ?? ""),
    );
    const files = existsSync(join(dir, "charts"))
      ? readdirSync(join(dir, "charts")).map((name) => `charts/${name}`)
      : [];
    expect(shown.sort()).toEqual(files.sort());
  });
});

describe("the report", () => {
  test("links to the other language and marks its own", async () => {
    const { en, zh } = await pages(FIVE_CNIS);
    expect(en.split("\n")[0]).toBe("**English** | [简体中文](./ipam-performance-zh_CN.md)");
    expect(zh.split("\n")[0]).toBe("[English](./ipam-performance.md) | **简体中文**");
  });

  test("in one language links to no page that was not written", async () => {
    const dir = mkdtempSync(join(tmpdir(), "report-"));
    folders.push(dir);
    const languages: Language[] = ["zh_CN"];
    const { files } = await writeReport(syntheticResult([]), { outDir: dir, languages });
    expect(files).toEqual(["ipam-performance-zh_CN.md", "proof.json", "manifest.json"].map((name) => join(dir, name)));
    expect(readFileSync(files[0] ?? "", "utf8").split("\n")[0]).toBe("**简体中文**");
  });

  test("is the same, byte for byte, when written again, and leaves no half-written file", async () => {
    const first = await pagesOf(syntheticResult(MIXED));
    const second = await pagesOf(syntheticResult(MIXED));
    expect(second.en).toBe(first.en);
    expect(second.zh).toBe(first.zh);
    for (const name of readdirSync(join(first.dir, "charts"))) {
      const read = (dir: string): string => readFileSync(join(dir, "charts", name), "utf8");
      expect(read(second.dir)).toBe(read(first.dir));
    }
    expect(
      readdirSync(first.dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".partial")),
    ).toEqual([]);
  });

  test("an output folder that cannot be written is a clear error", async () => {
    const dir = mkdtempSync(join(tmpdir(), "report-"));
    folders.push(dir);
    await writeReport(syntheticResult([]), { outDir: dir, languages: ["en"] });
    const outDir = join(dir, "ipam-performance.md", "below");
    await expect(writeReport(syntheticResult([]), { outDir, languages: ["en"] })).rejects.toMatchObject({
      code: "ERR_OUTPUT",
    });
  });
});

describe("the result table", () => {
  test("spells out how far a failed run came, and why a cell has no result", async () => {
    const { en, zh } = await pages(FIVE_CNIS);
    expect(section(en, "Result")).toContain(
      "| Whereabouts | v0.6.2 | **failure**: 67 of 200 Ready, last progress at 67.0 s | 431.2 s (±0.5) |",
    );
    expect(section(en, "Result")).toContain("| Calico | v3.26.3 | NA: not run | 120.0 s (±0.8) |");
    expect(section(zh, "测试结果")).toContain(
      "| **失败**（67 / 200 个 Pod Ready，最后一次进展在 67.0 s） | 431.2 s (±0.5) |",
    );
  });

  test("has one row per CNI, in the same order as everywhere", async () => {
    const { en } = await pages(FIVE_CNIS);
    const rows =
      section(en, "Result")
        .split("\n\n")
        .find((block) => block.startsWith("| CNI | Version | limited"))
        ?.split("\n") ?? [];
    expect(rows.slice(2).map((row) => row.split(" | ")[0])).toEqual([
      "| Spiderpool",
      "| Whereabouts",
      "| Kube-OVN",
      "| Cilium",
      "| Calico",
    ]);
  });

  test("a run of which no pod came through has no last progress to tell", async () => {
    const { en } = await pages([{ run_id: "a", scenario: "limited", pod_count: 12, ready_count: 0 }]);
    expect(en).toContain("**failure**: 0 of 12 Ready |");
  });

  test("never puts runs of different size into one number", async () => {
    const { en } = await pages([
      { run_id: "small", pod_count: 30 },
      { run_id: "large", pod_count: 300 },
    ]);
    expect(en).toContain("30 pods: 30.0 s (±0.5)<br>300 pods: 300.0 s (±0.5)");
  });

  test("several repetitions are a median with their spread and number, the failed one beside them", async () => {
    const times = [10, 30, 20].map((time_to_all_s, index): SyntheticRun => ({
      run_id: `r${index}`,
      pod_count: 120,
      time_to_all_s,
    }));
    const whole = await pages(times);
    expect(whole.en).toContain("median 20.0 s (10.0–30.0, n = 3; 95% bootstrap interval 10.0–30.0)");
    expect(whole.zh).toContain("中位数 20.0 s（10.0–30.0，n = 3；95% 自助法区间 10.0–30.0）");
    const { en } = await pages([...times, { run_id: "r3", pod_count: 120, ready_count: 5 }]);
    expect(en).toContain("median 20.0 s (10.0–30.0, n = 3)<br>**failure**: 5 of 120 Ready, last progress at 5.00 s");
  });

  test("a delete run is not in it, but says how many pods are left", async () => {
    const { en, zh } = await pages([{ run_id: "d", phase: "delete", pod_count: 20, deleted_count: 18 }]);
    expect(en).toContain("| 20 | 18 | 2 | **failure**: 18 of 20 deleted, last progress at 18.0 s |");
    expect(zh).toContain("**失败**（18 / 20 个 Pod 已删除");
    expect(en).toContain("so there is nothing to compare");
  });
});

describe("what the data cannot support is said", () => {
  test("a p99 from fewer than 100 pods", async () => {
    const { en } = await pages([{ run_id: "a", pod_count: 99 }]);
    expect(en).toContain("| Latency p99 | n < 100 |");
    expect(en).toContain("1 run has fewer than 100 pods, too few for a p99");
  });

  test("simulated data are called so, in both languages", async () => {
    const { en, zh } = await pages([{ run_id: "a" }]);
    expect(section(en, "Environment")).toContain("**The data of 1 run are simulated**");
    expect(section(en, "Summary")).toContain("simulated");
    expect(section(zh, "环境")).toContain("模拟生成");
    for (const [page, caption] of [
      [en, "<br>*Simulated data, not measured on a cluster.*"],
      [zh, "<br>*模拟数据，并非集群实测。*"],
    ] as const) {
      const charts = page.split("\n").filter((line) => line.startsWith("!["));
      expect(charts.length).toBeGreaterThan(3);
      for (const chart of charts) expect(chart.endsWith(caption)).toBe(true);
    }
  });

  test("where only some runs are simulated, the charts name them; recorded data have no caption", async () => {
    const { en } = await pages([{ run_id: "a" }, { run_id: "b", origin: "recorded" }]);
    expect(en).toContain("<br>*Simulated data, not measured on a cluster: `a`.*");
    expect((await pages([{ run_id: "b", origin: "recorded" }])).en).not.toContain("imulated data,");
  });

  test("an order of CNIs whose intervals overlap, or that never ran alike", async () => {
    const pair = (time: number, pods: number): SyntheticRun[] => [
      { run_id: "a", pod_count: 120, time_to_all_s: 100, time_to_all_earliest_s: 99, time_to_all_latest_s: 101 },
      {
        run_id: "b",
        cni: "calico",
        pod_count: pods,
        time_to_all_s: time,
        time_to_all_earliest_s: time - 1,
        time_to_all_latest_s: time + 1,
      },
    ];
    expect((await pages(pair(101.5, 120))).en).toContain("their intervals overlap, so none is the faster one");
    expect((await pages(pair(150, 120))).en).toContain(
      "Whereabouts was the fastest with 100.0 s, Calico the slowest with 150.0 s (1.50 times as long)",
    );
    expect((await pages(pair(150, 121))).en).toContain("so the CNIs cannot be ranked");
  });

  test("unknown versions, modes and nodes", async () => {
    const { en, zh } = await pages([
      { run_id: "a", cni: null, cni_version: null, cni_mode: null, os_image: null, nodeNames: [] },
    ]);
    expect(en).toContain("| unknown CNI | unknown | unknown |");
    expect(en).toContain("no node objects");
    expect(zh).toContain("| 操作系统 | 未知 |");
  });
});

describe("data quality", () => {
  test("shows where something was first seen, and in how many runs", async () => {
    const { en } = await pages([
      { run_id: "a", quality: [{ count: 2 }] },
      { run_id: "b", quality: [{ count: 3, first_line: 99 }] },
      { run_id: "c" },
    ]);
    expect(en).toContain(
      "| Lines in no known format | warning | 2 of 3 | 5 | – | `kubelet` | `a`, `nodes/worker4/kubelet.log:12` |",
    );
  });

  test("a check without words of its own is shown by its id", async () => {
    const { en, zh } = await pages([{ run_id: "a", quality: [{ check_id: "brand_new", first_path: null }] }]);
    expect(en).toContain("| Check “brand\\_new” | warning | 1 of 1 | 7 | – | `kubelet` | no single place |");
    expect(zh).toContain("检查项“brand\\_new”");
  });

  test.each(QUALITY_CHECKS)("%s has words in both languages", async (check_id) => {
    const { en, zh } = await pages([{ run_id: "a", pod_count: 0, quality: [{ check_id }] }]);
    expect(en).not.toContain(`“${check_id}”`);
    expect(zh).not.toContain(`“${check_id}”`);
  });
});

describe("the analysis", () => {
  test("names the largest phase and its share", async () => {
    const { en, zh } = await pages([{ run_id: "a", pod_count: 10, phaseSeconds: { sandbox: 25, ipam_wait: 75 } }]);
    expect(en).toContain(
      "“Wait for the IPAM” took the largest part of the pods' time, 75.0% (7.50 s per pod on average), followed by “Sandbox” with 25.0%",
    );
    expect(zh).toContain("“等待 IPAM”耗时最多，占 Pod 总时间的 75.0%");
  });

  test("a phase without words is an error when building", async () => {
    const result = syntheticResult([{ run_id: "a", phaseSeconds: { daydreaming: 5 } }]);
    await expect(pagesOf(result)).rejects.toMatchObject({
      code: "ERR_TEMPLATE",
      message: expect.stringContaining('"daydreaming"') as string,
    });
  });

  test("an error message with table and code characters stays one cell", async () => {
    const { en } = await pages([{ run_id: "a" }]);
    expect(en).toContain('``plugin type="x" failed \\| reason: no `address` left``');
  });

  test("a clock that was corrected is said and shown, one that agrees needs no table", async () => {
    const agreeing = await pages([{ run_id: "a" }]);
    expect(agreeing.en).toContain("none was corrected");
    const base = syntheticResult([{ run_id: "a" }]);
    const nodes = base.tables.nodes.map((node, index) =>
      index === 0
        ? { ...node, clock_offset_earliest_ms: 1200, clock_offset_latest_ms: 1300, clock_offset_applied: true }
        : node,
    );
    const { en } = await pagesOf({ ...base, tables: { ...base.tables, nodes } });
    expect(en).toContain("The times of 1 node (counted per run) were corrected");
    expect(en).toContain("| `a` | master1 | [1200, 1300] ms | yes |");
  });
});
