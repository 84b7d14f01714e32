import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const FACTS: Row = { run_id: "r", phase: "create", started_at: 0, observed_until_at: 25 };
let number = 0;
const pod = (more: Row): Row => {
  number += 1;
  return {
    run_id: "r",
    pod_uid: `p${number}`,
    run_phase: "create",
    run_started_at: 0,
    observed_until_at: 25,
    created_at: 0,
    ...more,
  };
};

describe("report.progress", () => {
  test.each<readonly [title: string, pods: readonly Row[], expected: readonly (string | Row)[]]>([
    ["a run without pods begins and ends with 0", [], ["r,0,0,0,0,0,0,0", "r,25,0,0,0,0,0,0"]],
    [
      "a pod counts from the first whole second at or after its instant; nothing is lost that came before the begin",
      [
        pod({ created_at: -3, ready_at: 4.000000001 }),
        pod({ created_at: 0.2, scheduled_at: 0.3, ready_at: 4 }),
        pod({ created_at: 0, running_at: 3.9 }),
      ],
      ["r,0,2,0,0,0,0,0", "r,1,3,1,0,0,0,0", "r,4,3,1,0,1,1,0", "r,5,3,1,0,1,2,0", "r,25,3,1,0,1,2,0"],
    ],
    [
      "the last row is the end of observation although nothing happened for long",
      [pod({ ready_at: 1 })],
      [
        { t_s: 0, ready_count: 0 },
        { t_s: 1, ready_count: 1 },
        { t_s: 25, ready_count: 1 },
      ],
    ],
  ])("%s", async (_title, pods, expected) => {
    await expectModel("report.progress", { "timeline._run_facts": [FACTS], "timeline._measured_pods": pods }, expected);
  });
});

describe("report.throughput", () => {
  test.each<readonly [title: string, facts: Row, pods: readonly Row[], expected: readonly string[]]>([
    ["a run whose begin is unknown has no window", { ...FACTS, started_at: null }, [], []],
    ["a run that ends before it begins has none", { ...FACTS, observed_until_at: -5 }, [], []],
    [
      "an observation of days has longer windows, for there are 10000 at most",
      { ...FACTS, observed_until_at: 250_000 },
      [pod({ ready_at: 29 }), pod({ ready_at: 30, ip_allocated_at: 249_999 })],
      Array.from({ length: 8334 }, (_, index) =>
        index === 0
          ? `r,0,30,1,${1 / 30},0,0`
          : index === 1
            ? `r,30,30,1,${1 / 30},0,0`
            : `r,${index * 30},30,0,0,${index === 8333 ? `1,${1 / 30}` : "0,0"}`,
      ),
    ],
    [
      "windows without progress are 0, a window holds its begin and not its end",
      FACTS,
      [
        pod({ ready_at: 9.999999999 }),
        pod({ ready_at: 10, ip_allocated_at: 0 }),
        pod({ ip_allocated_at: 24 }),
        pod({ ready_at: -2 }),
      ],
      ["r,0,10,2,0.2,1,0.1", "r,10,10,1,0.1,0,0", "r,20,10,0,0,1,0.1"],
    ],
  ])("%s", async (_title, facts, pods, expected) => {
    await expectModel(
      "report.throughput",
      { "timeline._run_facts": [facts], "timeline._measured_pods": pods },
      expected,
    );
  });
});
