import { describe, expect, test } from "vitest";

import { expectModel, type Given, modelRows, type Row } from "../expect_model.ts";

const RUN = { run_id: "r", measure: "pods" };

/** Instants of progress, exact to the nanosecond, in the order given. */
function instants(seconds: readonly number[], more: Row = {}): Row[] {
  return seconds.map((ts, index) => ({
    ...RUN,
    done_count: index + 1,
    ts,
    earliest_ts: ts,
    latest_ts: ts,
    ...more,
  }));
}

/** `count` instants at one pace, the first one `gap` seconds after `from`. */
function steady(from: number, gap: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + gap * (index + 1));
}

function span(seconds: readonly number[], goal: number, end: number, more: Row = {}): Row {
  return {
    ...RUN,
    goal_count: goal,
    done_count: seconds.length,
    started_at: 0,
    ended_at: end,
    is_complete: seconds.length >= goal,
    window_ns: 1e9,
    window_count: Math.max(1, Math.floor(end)),
    dispersion: 1,
    ...more,
  };
}

function gapsOf(seconds: readonly number[], goal: number, end: number, more: Row = {}): Given {
  return {
    "timeline._progress_instants": instants(seconds),
    "finding._progress_spans": [span(seconds, goal, end, more)],
  };
}

describe("finding._stall_gaps", () => {
  const slow = steady(0, 20, 60);
  /** Ten at a time every 12 s, with 30 s in the middle. */
  const clumps = Array.from({ length: 120 }, (_, index) => 12 * Math.floor(index / 10) + (index < 60 ? 0 : 18));
  const halted = [...steady(0, 0.5, 60), ...steady(60, 0.5, 60)];
  test.each<readonly [title: string, given: Given, expected: readonly Row[]]>([
    ["a run that is simply slow has none", gapsOf(slow, 60, 1200), []],
    ["nor has one that turns slow in the middle", gapsOf([...steady(0, 0.5, 60), ...steady(30, 20, 20)], 80, 430), []],
    [
      "a halt between two stretches of one pace is one, from the last progress before it to the first after it",
      gapsOf(halted, 120, 90),
      [{ started_at: 30, ended_at: 60.5, done_count_start: 60, done_count_end: 60, certain_s: 30.5, pace_per_s: 2 }],
    ],
    [
      "a run that stops with pods missing stalls to the end of observation",
      gapsOf(steady(0, 0.5, 60), 100, 90),
      [{ started_at: 30, ended_at: null, seen_until_at: 90, done_count_start: 60 }],
    ],
    ["a run that stops because all is done does not", gapsOf(steady(0, 0.5, 60), 60, 90), []],
    ["a few stragglers are no stall of the run", gapsOf([...steady(0, 0.5, 60), 90, 91], 62, 91), []],
    [
      "but stand still for good when they never come",
      gapsOf(steady(0, 0.5, 60), 62, 91),
      [{ started_at: 30, ended_at: null }],
    ],
    [
      "progress that comes in clumps leaves longer gaps",
      gapsOf(clumps, 120, 150, { dispersion: 10, pairs: [{ number: 100, unevenness: 10 }] }),
      [],
    ],
    [
      "all at one instant and then nothing is a stall",
      gapsOf(
        Array.from({ length: 80 }, () => 5),
        100,
        300,
      ),
      [{ started_at: 5, ended_at: null }],
    ],
    [
      "a gap among the first few is none while it is shorter than the time until the very first",
      gapsOf([20, 20.1, ...steady(26, 0.1, 100)], 102, 36),
      [],
    ],
    [
      "and is one when it is longer",
      gapsOf([4, 4.1, ...steady(26, 0.1, 100)], 102, 36),
      [{ started_at: 4.1, ended_at: 26.1 }],
    ],
    ["a run in which nothing came at all has no pace to compare with", gapsOf([], 100, 300), []],
    ["one instant is no pace", gapsOf([5], 100, 300), []],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding._stall_gaps", given, expected);
  });

  test("what coarse stamps leave open does not count as length", async () => {
    const given = gapsOf(halted, 120, 90, { window_ns: 30e9 });
    const coarse = instants(halted).map((row) => ({ ...row, latest_ts: Number(row["ts"]) + 28 }));
    await expectModel("finding._stall_gaps", { ...given, "timeline._progress_instants": coarse }, []);
  });

  test("how unevenly the rest came decides, not the gap itself", async () => {
    const pair = (number: number, unevenness: number): Row => ({ number, unevenness });
    const withPairs = (pairs: readonly Row[]): Given =>
      gapsOf(clumps, 120, 150, { window_ns: 10e9, dispersion: 10, pairs });
    // the halt lies in windows 6 to 9
    await expectModel("finding._stall_gaps", withPairs([pair(1, 1), pair(6, 20), pair(8, 20), pair(9, 1)]), [
      { started_at: 60, ended_at: 90 },
    ]);
    await expectModel("finding._stall_gaps", withPairs([pair(1, 10), pair(6, 20), pair(8, 20), pair(9, 10)]), []);
  });

  test("one that is much longer than all others is none of them, however unevenly they came", async () => {
    const uneven = { dispersion: 30, pairs: [{ number: 1, unevenness: 30 }] };
    await expectModel("finding._stall_gaps", gapsOf([...steady(0, 2, 30), ...steady(70, 2, 30)], 60, 130, uneven), [
      { started_at: 60, ended_at: 72 },
    ]);
    const seconds = [...steady(0, 2, 30), 64.1, ...steady(70, 2, 30)];
    await expectModel("finding._stall_gaps", gapsOf(seconds, 61, 130, uneven), []);
    await expectModel("finding._stall_gaps", gapsOf([...steady(0, 2, 30), 72, 74], 32, 74, uneven), []);
  });

  test("one pod whose instant is hardly known does not hide the gap that it may have come in", async () => {
    const seconds = [...steady(0, 0.5, 60), 45, ...steady(60, 0.5, 60)];
    const rows = instants(seconds).map((row) =>
      row["ts"] === 45 ? { ...row, earliest_ts: 30.1, latest_ts: 60.4 } : row,
    );
    const given = { ...gapsOf(seconds, 121, 90), "timeline._progress_instants": rows };
    await expectModel("finding._stall_gaps", given, [
      { started_at: 30, ended_at: 60.5, done_count_start: 60, done_count_end: 61, certain_s: 30.5 },
    ]);
  });

  test("several such pods do not either, as long as the longest of the parts they leave stands out", async () => {
    const withUnsure = (count: number): Given => {
      const unsure = steady(91, 0.1, count);
      const seconds = [...steady(0, 2, 30), ...unsure, ...steady(90, 2, 30)];
      const rows = instants(seconds).map((row) =>
        unsure.includes(Number(row["ts"])) ? { ...row, earliest_ts: 60.1 } : row,
      );
      const uneven = { dispersion: 30, pairs: [{ number: 1, unevenness: 30 }] };
      return { ...gapsOf(seconds, seconds.length, 150, uneven), "timeline._progress_instants": rows };
    };
    // 32 s in four parts: one lasts 8 s at least, more than three times the 2 s of all others
    await expectModel("finding._stall_gaps", withUnsure(3), [
      { started_at: 60, ended_at: 92, done_count_start: 30, done_count_end: 33, certain_s: 32 },
    ]);
    await expectModel("finding._stall_gaps", withUnsure(5), []);
  });
});

describe("finding._stall_spans", () => {
  const gap = (number: number, started_at: number, ended_at: number | null): Row => ({
    ...RUN,
    gap: number,
    started_at,
    ended_at,
    seen_until_at: ended_at ?? 200,
    done_count_start: number,
    done_count_end: number,
    goal_count: 300,
    pace_per_s: 1,
  });
  test.each<readonly [title: string, gaps: readonly Row[], expected: readonly Row[]]>([
    [
      "gaps with a few instants between them are one stall",
      [gap(50, 50, 80), gap(53, 85, 110)],
      [{ ordinal: 1, started_at: 50, ended_at: 110, done_count_start: 50, done_count_end: 53 }],
    ],
    [
      "gaps with as much between them as the pace brings are two",
      [gap(50, 50, 80), gap(80, 110, 140)],
      [
        { ordinal: 1, started_at: 50, ended_at: 80 },
        { ordinal: 2, started_at: 110, ended_at: 140 },
      ],
    ],
    [
      "one that reaches the end of observation has no end",
      [gap(50, 50, 80), gap(51, 81, null)],
      [{ ordinal: 1, started_at: 50, ended_at: null, seen_until_at: 200 }],
    ],
  ])("%s", async (_title, gaps, expected) => {
    await expectModel("finding._stall_spans", { "finding._stall_gaps": gaps }, expected);
  });
});

describe("finding._progress_segments", () => {
  async function cuts(seconds: readonly number[], end: number, more: Row = {}): Promise<string[]> {
    const rows = await modelRows("finding._progress_segments", gapsOf(seconds, seconds.length, end, more));
    return rows.map((row) =>
      [row["started_at"], row["ended_at"], row["done_count_start"], row["done_count_end"]].join(","),
    );
  }

  test.each<readonly [title: string, seconds: readonly number[], end: number, expected: readonly string[]]>([
    ["no progress at all is one stretch", [], 100, ["0,100,0,0"]],
    ["one pace is one stretch", steady(0, 0.5, 200), 100, ["0,100,0,200"]],
    [
      "a pace that changes is cut where it changes",
      [...steady(0, 0.25, 200), ...steady(50, 2, 25)],
      100,
      ["0,50,0,199", "50,100,199,225"],
    ],
    [
      "a halt in the middle is a stretch of its own",
      [...steady(0, 0.5, 80), ...steady(60, 0.5, 80)],
      100,
      ["0,41,0,80", "41,60,80,80", "60,100,80,160"],
    ],
    ["a run shorter than a window is one stretch", [0.1, 0.2], 0.5, ["0,0.5,0,2"]],
  ])("%s", async (_title, seconds, end, expected) => {
    expect(await cuts(seconds, end)).toEqual(expected);
  });

  test("what uneven progress explains is not cut", async () => {
    const seconds = [...steady(0, 0.25, 200), ...steady(50, 0.5, 100)];
    expect(await cuts(seconds, 100)).toHaveLength(2);
    expect(await cuts(seconds, 100, { dispersion: 6 })).toHaveLength(1);
  });
});

describe("finding._progress_spans", () => {
  const pod = (uid: string, done_at: number | null): Row => ({
    run_id: "r",
    pod_uid: uid,
    run_started_at: 0,
    observed_until_at: 100,
    done_at,
  });
  test.each<readonly [title: string, pods: readonly Row[], expected: readonly Row[]]>([
    [
      "ends with the last pod when all were done",
      [pod("a", 1), pod("b", 4)],
      [{ ended_at: 4, is_complete: true, done_count: 2, goal_count: 2, window_ns: 1e9, window_count: 4 }],
    ],
    [
      "ends with the observation when one is missing",
      [pod("a", 1), pod("b", null)],
      [{ ended_at: 100, is_complete: false, done_count: 1, goal_count: 2, window_count: 100 }],
    ],
    ["a run whose begin is unknown has none", [{ ...pod("a", 1), run_started_at: null }], []],
  ])("%s", async (_title, pods, expected) => {
    const done = pods.flatMap((row) => (typeof row["done_at"] === "number" ? [row["done_at"]] : []));
    await expectModel(
      "finding._progress_spans",
      { "timeline._measured_pods": pods, "timeline._progress_instants": instants(done) },
      expected,
    );
  });

  test("windows grow with the run, and are no finer than most of the instants", async () => {
    const windows = async (end: number, uncertain: number): Promise<unknown> => {
      const [row] = await modelRows("finding._progress_spans", {
        "timeline._measured_pods": [{ ...pod("a", end), observed_until_at: end }],
        "timeline._progress_instants": instants([end], { latest_ts: end + uncertain }),
      });
      return row?.["window_ns"];
    };
    expect(await windows(3000, 0)).toBe(10e9);
    expect(await windows(3001, 0)).toBe(15e9);
    expect(await windows(60, 4)).toBe(5e9);
  });

  test("dispersion is 1 for even progress, and as large as the clumps it comes in", async () => {
    const dispersion = async (seconds: readonly number[]): Promise<unknown> => {
      const [row] = await modelRows("finding._progress_spans", {
        "timeline._measured_pods": [pod("a", 40)],
        "timeline._progress_instants": instants(seconds),
      });
      return row?.["dispersion"];
    };
    expect(await dispersion(steady(0, 1, 39))).toBe(1);
    const clumps = steady(0, 4, 9).flatMap((second) => Array.from({ length: 8 }, () => second));
    expect(await dispersion(clumps)).toBe(8);
  });
});

describe("timeline._progress_instants", () => {
  const FACTS = { run_id: "r", phase: "create", started_at: 0, observed_until_at: 100 };
  const lease = (ip: string, allocated_at: number, released_at: number | null, more: Row = {}): Row => ({
    run_id: "r",
    ip,
    holder_id: `${ip}/${allocated_at}`,
    holder_kind: "pod",
    certainty: "proved",
    allocated_at,
    allocated_source: "ipam_log",
    released_at,
    ...more,
  });
  test.each<readonly [title: string, given: Given, expected: readonly Row[]]>([
    [
      "an address that replaces one given back is no progress, one more is",
      {
        "timeline._run_facts": [FACTS],
        "timeline.ip_leases": [
          lease("10.0.0.1", 1, 5),
          lease("10.0.0.2", 2, null),
          lease("10.0.0.1", 6, null),
          lease("10.0.0.3", 7, null),
        ],
      },
      [
        { measure: "addresses", done_count: 1, ts: 1 },
        { measure: "addresses", done_count: 2, ts: 2 },
        { measure: "addresses", done_count: 3, ts: 7 },
      ],
    ],
    [
      "what was held before the run, is not proved, or came after the end does not count",
      {
        "timeline._run_facts": [FACTS],
        "timeline.ip_leases": [
          lease("10.0.0.1", -30, null),
          lease("10.0.0.2", 2, null, { certainty: "possible" }),
          lease("10.0.0.3", 130, null),
        ],
      },
      [],
    ],
    [
      "pods count in the order in which they were done",
      {
        "timeline._measured_pods": [
          { run_id: "r", pod_uid: "a", done_at: 9, done_earliest_at: 8, done_latest_at: 9 },
          { run_id: "r", pod_uid: "b", done_at: 3, done_earliest_at: 3, done_latest_at: 3 },
          { run_id: "r", pod_uid: "c" },
        ],
      },
      [
        { measure: "pods", done_count: 1, ts: 3, earliest_ts: 3 },
        { measure: "pods", done_count: 2, ts: 9, earliest_ts: 8 },
      ],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("timeline._progress_instants", given, expected);
  });
});

describe("finding._interval_facts", () => {
  const stall = { ...RUN, ordinal: 1, started_at: 100, seen_until_at: 120 };
  const failure = (id: string, first_at: number, root_class: string, more: Row = {}): Row => ({
    run_id: "r",
    failure_id: id,
    kind: "attempt",
    role: "root",
    in_scope: true,
    first_at,
    root_class,
    ...more,
  });
  const request = (id: string, wait_started_at: number, more: Row): Row => ({
    run_id: "r",
    component: "whereabouts",
    resource: "lease",
    server: "cluster",
    request_id: id,
    wait_started_at,
    is_served_only: false,
    ...more,
  });
  test.each<readonly [title: string, given: Given, expected: readonly Row[]]>([
    [
      "nothing seen is nothing said",
      { "finding._stall_spans": [stall] },
      [{ failure_count: 0, cause_class: null, incident_id: null, incident_count: 0, component: null }],
    ],
    [
      "the most frequent root of the failures that came in it",
      {
        "finding._stall_spans": [stall],
        "finding.failures": [
          failure("a", 99, "other"),
          failure("b", 101, "ipam_lock_timeout"),
          failure("c", 110, "ipam_lock_timeout"),
          failure("d", 110, "apiserver_timeout"),
          failure("e", 111, "apiserver_timeout", { role: "transient" }),
          failure("f", 111, "apiserver_timeout", { in_scope: false }),
        ],
      },
      [{ failure_count: 3, cause_class: "ipam_lock_timeout", cause_count: 2 }],
    ],
    [
      "of incidents the one that fits, not the one that was there all the time",
      {
        "finding._stall_spans": [stall],
        "finding.incidents": [
          { run_id: "r", incident_id: "long", started_at: 20, ended_at: 300 },
          { run_id: "r", incident_id: "short", started_at: 101, ended_at: 118 },
          { run_id: "r", incident_id: "before", started_at: 20, ended_at: 99 },
        ],
      },
      [{ incident_id: "short", incident_count: 2 }],
    ],
    [
      "the resource that was waited for, and who held it",
      {
        "finding._stall_spans": [stall],
        "timeline.serial_requests": [
          request("a", 90, { acquired_at: 95, released_at: 110, node_name: "worker4", pod_uid: "p1" }),
          request("b", 90, { gave_up_at: 115 }),
          request("c", 100, { gave_up_at: 105 }),
        ],
      },
      [
        {
          component: "whereabouts",
          waiting_mean: 1,
          held_ratio: 0.5,
          holder_request_id: "a",
          holder_pod_uid: "p1",
          holder_node_name: "worker4",
          holder_held_ns: 10e9,
        },
      ],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding._interval_facts", given, expected);
  });
});
