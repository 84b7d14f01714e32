import { describe, test } from "vitest";

import { EPOCH, expectModel, type Given, type Row } from "../expect_model.ts";

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

const named = (pod_uid: string, pod_name: string): Row => ({ run_id: "r", namespace: "d", pod_name, pod_uid });
const added = (pod_name: string, ts: number): Row => ({
  ...NODE,
  namespace: "d",
  pod_name,
  ts,
  message: "SyncLoop ADD",
});
const eventName = (object: string, at: number): string =>
  `${object}.${(BigInt(Date.parse(EPOCH)) * 1_000_000n + BigInt(at * 1e9)).toString(16)}`;
const request = (username: string, name: string, received_at: number): Row => ({
  run_id: "r",
  resource: "events",
  verb: "create",
  username,
  name,
  received_at,
});

const S = 1e9;
/** What an audit stamp of whole microseconds may have lost, ns. */
const CUT = 999;
type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const CASES: readonly Case[] = [
  ["no pair: no row", { "staging.kubelet_logs": [admitted("a", 5)] }, []],
  [
    "an interval that holds zero corrects nothing, and stays open to both sides",
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
        early_ns: 0.4 * S,
        late_ns: 0.799999999 * S,
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
        early_ns: 0.8 * S - 1,
        late_ns: 0.8 * S,
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
    "one side only: that bound is what is surely wrong, and the observation's length bounds the rest",
    {
      "timeline._api_steps": [bound("a", 100)],
      "staging.kubelet_logs": [admitted("a", 90)],
      "timeline._run_bounds": [{ run_id: "r", observed_until_at: 500 }],
    },
    [{ earliest_ns: null, latest_ns: -9.9 * S, correction_ns: -9.9 * S, early_ns: 0, late_ns: 400.1 * S }],
  ],
  [
    "bounds that exclude each other (a stepped clock) correct nothing, and each holds at some time",
    {
      "timeline._api_steps": [bound("a", 100)],
      "staging.kubelet_logs": [admitted("a", 40)],
      "staging.kube_events": [event(200, 100)],
    },
    [
      {
        earliest_ns: 99.000000001 * S,
        latest_ns: -59.9 * S,
        is_contradictory: true,
        correction_ns: 0,
        early_ns: 99.000000001 * S,
        late_ns: 59.9 * S,
      },
    ],
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
    [{ earliest_ns: -1 * S - CUT, latest_ns: null, pair_count: 1 }],
  ],
  [
    "what an audit stamp lost proves no clock wrong",
    {
      "timeline._api_steps": [bound("a", 10)],
      "staging.kubelet_logs": [admitted("a", 10.3)],
      "staging.audit_events": [request("system:node:worker4", eventName("p", 5.0000005), 5)],
    },
    [{ earliest_ns: 500 - CUT, correction_ns: 0 }],
  ],
  [
    "without an audit log the object's 1-s stamp is when it was bound",
    { "staging.pods": [{ run_id: "r", pod_uid: "a", scheduled_at: 10 }], "staging.kubelet_logs": [admitted("a", 12)] },
    [{ latest_ns: 2 * S, correction_ns: 0, early_ns: 2 * S, late_ns: 0 }],
  ],
  [
    "the kubelet's first line of a pod and the runtime's request bound it too, but not by a name used twice",
    {
      "timeline._api_steps": [bound("a", 10), bound("b", 20), bound("c", 30)],
      "timeline._pod_names": [named("a", "web-a"), named("b", "web-0"), named("old", "web-0")],
      "staging.kubelet_logs": [added("web-a", 10.2), added("web-0", 19)],
      "staging.containerd_logs": [
        { ...NODE, pod_uid: "c", ts: 30.1, message: "RunPodSandbox for &PodSandboxMetadata{Name:c}" },
      ],
    },
    [{ latest_ns: 0.2 * S, pair_count: 2 }],
  ],
  [
    "the kubelet learns of a deletion after it was asked for",
    {
      "timeline._api_steps": [{ run_id: "r", pod_uid: "a", step: "delete_requested", received_at: 10, ts: 10.1 }],
      "timeline._pod_names": [named("a", "web-a")],
      "staging.kubelet_logs": [{ ...added("web-a", 10.3), message: "SyncLoop DELETE" }],
    },
    [{ earliest_ns: null, latest_ns: 0.3 * S, early_ns: 0.3 * S }],
  ],
  [
    "a request for an event came after the event was made, whose name tells when",
    {
      "staging.audit_events": [
        request("system:node:worker4", eventName("p", 4.5), 5),
        request("system:node:worker4", eventName("p", 5.5), 6.2),
        request("system:node:worker4", "p.no-instant", 1),
        request("system:kube-scheduler", eventName("p", 99), 6.2),
      ],
    },
    [{ earliest_ns: -0.5 * S - CUT, latest_ns: null, early_ns: 0, late_ns: 0.5 * S + CUT }],
  ],
];

describe("timeline._clock_bounds", () => {
  test.each(CASES)("%s", async (_title, given, expected) => {
    await expectModel("timeline._clock_bounds", given, expected);
  });
});
