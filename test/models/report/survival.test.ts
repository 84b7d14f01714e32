import { describe, expect, test } from "vitest";

import { expectModel, modelRows, type Row } from "../expect_model.ts";

let number = 0;
/** A pod that was Ready `ready` seconds after its creation, or was observed for `seen` without being so. */
function pod(ready: number | null, seen = 100, more: Row = {}): Row {
  number += 1;
  return {
    run_id: "r",
    pod_uid: `p${number}`,
    run_phase: "create",
    run_started_at: 0,
    created_at: 0,
    observed_until_at: seen,
    ready_at: ready,
    ...more,
  };
}

/** Freireich's 6-MP group (remission times of 21 children, 1963), the example of most textbooks. */
const FREIREICH = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map((time) => pod(time)),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((time) => pod(null, time)),
];

describe("finding._survival_steps", () => {
  test("is the published estimate of the textbook's example", async () => {
    const rows = await modelRows("finding._survival_steps", { "timeline._measured_pods": FREIREICH });
    const created = rows.filter((row) => row["origin"] === "created");
    const shown = created.map((row) =>
      [
        row["t_s"],
        row["at_risk_count"],
        row["event_count"],
        row["censored_count"],
        Number(row["survival_ratio"]).toFixed(4),
      ].join(" "),
    );
    expect(shown).toEqual([
      "6 21 3 1 0.8571",
      "7 17 1 0 0.8067",
      "10 15 1 2 0.7529",
      "13 12 1 1 0.6902",
      "16 11 1 0 0.6275",
      "22 7 1 3 0.5378",
      "23 6 1 0 0.4482",
      "35 1 0 5 0.4482",
    ]);
  });

  test.each<readonly [title: string, pods: readonly Row[], expected: readonly string[]]>([
    ["no pod is no row", [], []],
    ["a run in which none got there ends at 1", [pod(null, 50), pod(null, 50)], ["50 2 0 2 1"]],
    ["all Ready at one instant ends at 0", [pod(5), pod(5)], ["5 2 2 0 0"]],
    ["a pod that was gone before is censored when it went", [pod(null, 100, { deleted_at: 3 }), pod(5)], ["5 1 1 1 0"]],
    [
      "a pod of unknown creation and a delete run are left out",
      [pod(5, 100, { created_at: null }), pod(5, 100, { run_phase: "delete" })],
      [],
    ],
  ])("%s", async (_title, pods, expected) => {
    const rows = await modelRows("finding._survival_steps", { "timeline._measured_pods": pods });
    const shown = rows
      .filter((row) => row["origin"] === "created")
      .map((row) =>
        [row["t_s"], row["at_risk_count"], row["event_count"], row["censored_count"], row["survival_ratio"]].join(" "),
      );
    expect(shown).toEqual(expected);
  });

  test("counted from the begin of the run, a pod created later was there later", async () => {
    const rows = await modelRows("finding._survival_steps", {
      "timeline._measured_pods": [pod(9, 100, { created_at: 4 }), pod(3, 100, { created_at: 2 })],
    });
    expect(rows.map((row) => `${String(row["origin"])} ${String(row["t_s"])}`)).toEqual([
      "begin 3",
      "begin 9",
      "created 1",
      "created 5",
    ]);
  });
});

const step = (t_s: number, survival_ratio: number, more: Row = {}): Row => ({
  run_id: "r",
  origin: "created",
  t_s,
  at_risk_count: 4,
  event_count: 1,
  censored_count: 0,
  survival_ratio,
  greenwood_sum: 0,
  ...more,
});

describe("report.survival", () => {
  test("the interval is the log-log one of the textbook's example at 10 and at 23", async () => {
    const rows = await modelRows("report.survival", {
      "finding._survival_steps": [
        step(10, 0.75294, { greenwood_sum: 3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14) }),
        step(23, 0.44818, {
          greenwood_sum:
            3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14) + 1 / (12 * 11) + 1 / (11 * 10) + 1 / (7 * 6) + 1 / (6 * 5),
        }),
        step(30, 0),
      ],
    });
    const bounds = rows.map((row) =>
      [row["lower_ratio"], row["upper_ratio"]].map((each) => (each === null ? null : Number(each).toFixed(3))),
    );
    // R: summary(survfit(Surv(time, status) ~ 1, conf.type = "log-log"))
    expect(bounds).toEqual([
      ["0.503", "0.889"],
      ["0.188", "0.680"],
      [null, null],
    ]);
  });
});

describe("report.time_to_ready", () => {
  test("a mean by hand: half are there at 2, three quarters at 6, one never; the horizon is that one's observation", async () => {
    await expectModel(
      "report.time_to_ready",
      {
        "finding._survival_steps": [
          step(2, 0.5, { event_count: 2 }),
          step(6, 0.25),
          step(10, 0.25, { event_count: 0, censored_count: 1 }),
        ],
      },
      [
        {
          pod_count: 4,
          ready_count: 3,
          censored_count: 1,
          horizon_s: 10,
          restricted_mean_s: 2 + 0.5 * 4 + 0.25 * 4,
          time_to_25_percent_s: 2,
          time_to_50_percent_s: 2,
          time_to_75_percent_s: 6,
          time_to_90_percent_s: null,
          time_to_100_percent_s: null,
        },
      ],
    );
  });

  test("one horizon for all runs: up to it a run that is done counts nothing more", async () => {
    await expectModel(
      "report.time_to_ready",
      {
        "finding._survival_steps": [
          step(2, 0.5, { run_id: "a", at_risk_count: 2 }),
          step(30, 0, { run_id: "a", at_risk_count: 1 }),
          step(4, 0.5, { run_id: "b", at_risk_count: 2 }),
          step(10, 0.5, { run_id: "b", at_risk_count: 1, event_count: 0, censored_count: 1 }),
        ],
      },
      [
        { run_id: "a", horizon_s: 10, restricted_mean_s: 2 + 0.5 * 8, time_to_100_percent_s: 30 },
        { run_id: "b", horizon_s: 10, restricted_mean_s: 4 + 0.5 * 6, time_to_100_percent_s: null },
      ],
    );
  });
});
