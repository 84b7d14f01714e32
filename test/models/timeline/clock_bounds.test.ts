import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

const NODE = { run_id: "r", node_name: "worker4" };
const admitted = (uid: string, ts: number): Row => ({ ...NODE, pod_uid: uid, ts, message: "Topology Admit Handler" });
const started = (uid: string, ts: number): Row => ({
  ...NODE,
  pod_uid: uid,
  ts,
  message: "SyncLoop (PLEG): event for pod",
  fields: { event_type: "ContainerStarted" },
});
const bound = (uid: string, ts: number): Row => ({
  run_id: "r",
  pod_uid: uid,
  step: "bound",
  received_at: ts - 0.1,
  ts,
});
const written = (uid: string, ts: number): Row => ({
  run_id: "r",
  pod_uid: uid,
  step: "status_written",
  received_at: ts - 0.1,
  ts,
});
/** A node's event: the hex suffix of its name is the node's clock, its creation the API server's second. */
const event = (name_ts: number, created_at: number): Row => ({ run_id: "r", clock: "worker4", name_ts, created_at });

const S = 1e9;
type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const CASES: readonly Case[] = [
  ["no pair: no row", { "staging.kubelet_logs": [admitted("a", 5)] }, []],
  [
    "an interval that holds zero corrects nothing",
    {
      "timeline._api_steps": [bound("a", 10)],
      "staging.kubelet_logs": [admitted("a", 10.3)],
      "staging.kube_events": [event(10.2, 10)],
    },
    [
      {
        ...NODE,
        earliest_ns: -0.799999999 * S,
        latest_ns: 0.4 * S,
        pair_count: 2,
        correction_ns: 0,
        uncertainty_ns: 0,
      },
    ],
  ],
  [
    "a node 60 s behind sees pods before they are bound: corrected by the middle, uncertain by half the interval",
    {
      "timeline._api_steps": [bound("a", 100)],
      "staging.kubelet_logs": [admitted("a", 40.5)],
      "staging.kube_events": [event(41, 101)],
    },
    [
      {
        earliest_ns: -60.999999999 * S,
        latest_ns: -59.4 * S,
        correction_ns: -60.2 * S + 1,
        uncertainty_ns: 0.799999999 * S + 1,
      },
    ],
  ],
  [
    "a node ahead makes events later than they were stored",
    {
      "timeline._api_steps": [bound("a", 100)],
      "staging.kubelet_logs": [admitted("a", 160.5)],
      "staging.kube_events": [event(162, 101)],
    },
    [{ earliest_ns: 60.000000001 * S, latest_ns: 60.6 * S, correction_ns: 60.3 * S }],
  ],
  [
    "one side only: that bound is what is surely wrong",
    { "timeline._api_steps": [bound("a", 100)], "staging.kubelet_logs": [admitted("a", 90)] },
    [{ earliest_ns: null, latest_ns: -9.9 * S, correction_ns: -9.9 * S, uncertainty_ns: 0 }],
  ],
  [
    "bounds that exclude each other (a stepped clock) correct nothing",
    {
      "timeline._api_steps": [bound("a", 100)],
      "staging.kubelet_logs": [admitted("a", 40)],
      "staging.kube_events": [event(200, 100)],
    },
    [{ earliest_ns: 99.000000001 * S, latest_ns: -59.9 * S, correction_ns: 0, uncertainty_ns: 0 }],
  ],
  [
    "the tightest of several pairs counts on each side",
    {
      "timeline._api_steps": [bound("a", 10), bound("b", 20)],
      "staging.kubelet_logs": [admitted("a", 13), admitted("b", 20.5)],
      "staging.kube_events": [event(30, 33), event(40.9, 40)],
    },
    [{ earliest_ns: -0.099999999 * S, latest_ns: 0.6 * S, pair_count: 4 }],
  ],
  [
    "a container start precedes the pod's last status write, but only when there was an earlier one",
    {
      "timeline._api_steps": [written("a", 10), written("a", 20), written("b", 11)],
      "staging.kubelet_logs": [started("a", 19), started("b", 50)],
    },
    [{ earliest_ns: -1 * S, latest_ns: null, pair_count: 1 }],
  ],
  [
    "without an audit log the object's 1-s stamp is when it was bound",
    { "staging.pods": [{ run_id: "r", pod_uid: "a", scheduled_at: 10 }], "staging.kubelet_logs": [admitted("a", 12)] },
    [{ latest_ns: 2 * S, correction_ns: 0 }],
  ],
];

describe("timeline._clock_bounds", () => {
  test.each(CASES)("%s", async (_title, given, expected) => {
    await expectModel("timeline._clock_bounds", given, expected);
  });
});
