import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

const POD: Row = { run_id: "r", pod_uid: "p" };
const attempt = (number: number, outcome: string, started_at: number | null, ended_at: number | null): Row => ({
  ...POD,
  try: number,
  outcome,
  started_at,
  ended_at,
});
const startup = (number: number, started_at: number, ended_at: number): Row => ({
  ...POD,
  try: number,
  sandbox_id: "s",
  started_at,
  ended_at,
});

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const CASES: readonly Case[] = [
  [
    "a name refused while the holder still runs: one failed span, not two with a back-off inside",
    {
      "timeline.sandbox_attempts": [
        attempt(1, "failed", 0, 259),
        attempt(2, "failed", 240, 240.1),
        attempt(3, "created", 270, 272),
      ],
      "timeline._startup_sandboxes": [startup(3, 270, 272)],
    },
    [
      { stage: 3, phase: "failed_attempt", ts: 0 },
      { stage: 3, phase: "backoff", ts: 259 },
      { stage: 4, phase: "sandbox", ts: 270 },
      { stage: 10, phase: "container_start", ts: 272 },
    ],
  ],
  [
    "an attempt still in flight at the end is the sandbox's time, not a failure",
    { "timeline.sandbox_attempts": [attempt(1, "open", 5, null)] },
    [{ stage: 3, phase: "sandbox", ts: 5 }],
  ],
  [
    "an attempt whose end is not in the log ends when the next begins",
    {
      "timeline.sandbox_attempts": [attempt(1, "open", 0, null), attempt(2, "created", 30, 33)],
      "timeline._startup_sandboxes": [startup(2, 30, 33)],
    },
    [
      { stage: 3, phase: "failed_attempt", ts: 0 },
      { stage: 3, phase: "backoff", ts: 30 },
      { stage: 4, phase: "sandbox", ts: 30 },
      { stage: 10, phase: "container_start", ts: 33 },
    ],
  ],
  [
    "IPAM inside the ADD: wait from asking to getting, work from getting to the end; a 1-s stamp counts as its middle",
    {
      "timeline._startup_sandboxes": [startup(1, 10, 20)],
      "timeline.cni_operations": [
        { run_id: "r", sandbox_id: "s", command: "ADD", started_at: 11, ended_at: 19, ended_resolution_ns: 1 },
      ],
      "timeline.ipam_operations": [
        {
          ...POD,
          sandbox_id: "s",
          command: "ADD",
          started_at: 12,
          wait_started_at: 12,
          acquired_at: 15,
          ended_at: 17,
          resolution_ns: 1e9,
        },
      ],
    },
    [
      { stage: 4, phase: "sandbox", ts: 10 },
      { stage: 5, phase: "cni", ts: 11 },
      { stage: 6, phase: "ipam_wait", ts: 12.5 },
      { stage: 7, phase: "ipam", ts: 15.5 },
      { stage: 8, phase: "cni", ts: 17.5 },
      { stage: 9, phase: "sandbox", ts: 19 },
      { stage: 10, phase: "container_start", ts: 20 },
    ],
  ],
  [
    "no stamp of the plugin goes beyond the answer of the runtime",
    {
      "timeline._startup_sandboxes": [startup(1, 10, 20)],
      "timeline.cni_operations": [
        { run_id: "r", sandbox_id: "s", command: "ADD", started_at: 11, ended_at: 20, ended_resolution_ns: 1e9 },
      ],
    },
    [
      { stage: 4, ts: 10 },
      { stage: 5, ts: 11 },
      { stage: 9, phase: "sandbox", ts: 20 },
      { stage: 10, ts: 20 },
    ],
  ],
  [
    "IPAM of the pod, done before its sandbox began, is no phase of the sandbox",
    {
      "timeline._startup_sandboxes": [startup(1, 10, 20)],
      "timeline.ipam_operations": [{ ...POD, command: "ADD", started_at: 1, ended_at: 5, resolution_ns: 1000 }],
    },
    [
      { stage: 4, phase: "sandbox", ts: 10 },
      { stage: 10, phase: "container_start", ts: 20 },
    ],
  ],
  [
    "IPAM of the pod that ends after its sandbox began: the rest is waiting",
    {
      "timeline._startup_sandboxes": [startup(1, 10, 20)],
      "timeline.ipam_operations": [{ ...POD, command: "ADD", started_at: 1, ended_at: 14, resolution_ns: 2 }],
    },
    [
      { stage: 4, ts: 10 },
      { stage: 6, phase: "ipam_wait", ts: 10.000000001 },
      { stage: 8, phase: "cni", ts: 14.000000001 },
      { stage: 10, ts: 20 },
    ],
  ],
  [
    "an image already present has no phase; a pull has one",
    {
      "staging.kube_events": [
        { run_id: "r", object_uid: "q", reason: "Pulled", name_ts: 5 },
        { run_id: "r", object_uid: "p", reason: "Pulling", name_ts: 5 },
        { run_id: "r", object_uid: "p", reason: "Pulled", name_ts: 9 },
      ],
    },
    [
      { pod_uid: "p", stage: 11, phase: "image", ts: 5 },
      { pod_uid: "p", stage: 12, phase: "container_start", ts: 9 },
    ],
  ],
];

describe("timeline._phase_boundaries", () => {
  test.each(CASES)("%s", async (_title, given, expected) => {
    await expectModel("timeline._phase_boundaries", given, expected);
  });
});
