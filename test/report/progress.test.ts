import { describe, expect, test } from "vitest";

import type { ResultRow } from "../../src/analysis/result.ts";
import { renderReport } from "../../src/report/render_report.ts";
import { tellingEnds } from "../../src/report/sections/telling_segments.ts";
import { syntheticResult, type SyntheticRun } from "./synthetic_result.ts";

async function progressOf(run: SyntheticRun): Promise<{ en: string; zh: string }> {
  const { pages } = await renderReport(syntheticResult([run]), { languages: ["en", "zh_CN"] });
  const [en = "", zh = ""] = pages.map(
    ({ text }) => text.split("<!-- section:progress -->")[1]?.split("<!-- section:")[0] ?? "",
  );
  return { en, zh };
}

describe("the story of a run", () => {
  const STALLED = { run_id: "stalled", pod_count: 1000, ready_count: 845, time_to_all_s: null, observed_s: 3000 };

  test("says how far it came, when it stopped, and what was going on", async () => {
    const { en, zh } = await progressOf(STALLED);
    expect(en).toContain(
      "- `stalled`: 845 of 1000 pods Ready at 1500.0 s, then none until the end of observation at 3000.0 s.",
    );
    expect(en).toContain(
      "- `stalled`: no pod became Ready for 1500.0 s, from 1500.0 s until the end of observation, at 845 of 1000. “IPAM lock not obtained in time” is behind 5 of the 7 failures in that time. Meanwhile: etcd stopped answering (whole cluster; begin 1501.0 s, end not seen). On average 40.5 requests waited for the lease of the cluster (whereabouts). It was held 25.0% of the time, longest for `default/app-1-abcde` from worker4 (9.00 s).",
    );
    expect(zh).toContain(
      "- `stalled`：1500.0 s 时 1000 个 Pod 中有 845 个 Ready，此后直到 3000.0 s 观测结束再无增加。",
    );
  });

  test("names the bottleneck, what it allows, and the time without IPAM with its assumption", async () => {
    const { en } = await progressOf({ run_id: "done", pod_count: 100, time_to_all_s: 80, observed_s: 90 });
    expect(en).toContain(
      "- `done`: “wait for IPAM” took 75.0% of the way of the 1 pod that was Ready last (30.0 s on average).",
    );
    expect(en).toContain(
      "one use takes 1.25 s, which would allow 0.80 per second; held 50.0% of that time, it served 0.40 per second",
    );
    expect(en).toContain(
      "Had IPAM taken no time and everything else been as it was, the run would have taken 20.0 s at least instead of 80.0 s.",
    );
    expect(en).toContain("No run stood still");
  });

  test("a missed SLO of pods that never came is not reached, not unknown", async () => {
    const { en } = await progressOf(STALLED);
    expect(en).toMatch(/99\.0% of the pods within 5 s \| not reached \| 155 \| \*\*missed\*\*/);
  });
});

describe("tellingEnds", () => {
  const segment = (
    ordinal: number,
    from: number,
    to: number,
    start: number,
    end: number,
  ): ResultRow<"progress_segments"> => ({
    run_id: "r",
    measure: "pods",
    ordinal,
    started_s: from,
    ended_s: to,
    done_count_start: start,
    done_count_end: end,
    goal_count: 1000,
    rate_per_s: (end - start) / (to - from),
    rate_ratio: null,
    window_s: 1,
    dispersion: 1,
    failure_count: 0,
    cause_class: null,
    cause_count: null,
    component: null,
    resource: null,
    waiting_mean: null,
  });
  const rows = [
    segment(1, 0, 100, 0, 100),
    segment(2, 100, 200, 100, 220),
    segment(3, 200, 300, 220, 221),
    segment(4, 300, 400, 221, 700),
  ];

  test("tells as one what differs least, and keeps the order", () => {
    expect(tellingEnds(rows, 3).map((row) => row.ordinal)).toEqual([2, 3, 4]);
    expect(tellingEnds(rows, 1).map((row) => row.ordinal)).toEqual([4]);
  });

  test("few stretches are all told", () => {
    expect(tellingEnds(rows, 4)).toEqual(rows);
    expect(tellingEnds([], 4)).toEqual([]);
  });
});
