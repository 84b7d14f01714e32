import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

const RUN = { run_id: "r" };
const pod = (pod_uid: string, done_at: number | null, more: Row = {}): Row => ({
  ...RUN,
  pod_uid,
  run_phase: "create",
  run_started_at: 0,
  observed_until_at: 100,
  created_at: 0,
  done_at,
  ...more,
});
const phase = (pod_uid: string, name: string, started_at: number, ended_at: number, is_open = false): Row => ({
  ...RUN,
  pod_uid,
  ordinal: started_at,
  phase: name,
  started_at,
  ended_at,
  is_open,
});

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

describe("finding._path_parts", () => {
  const failure = (first_at: number, root_class: string, kind = "attempt"): Row => ({
    ...RUN,
    failure_id: `${kind}/${first_at}`,
    kind,
    pod_uid: "p",
    first_at,
    root_class,
  });
  test.each<Case>([
    [
      "a failed attempt and its back-off belong to the root of the failure that ended it",
      {
        "timeline._measured_pods": [pod("p", 50)],
        "timeline.phases": [
          phase("p", "failed_attempt", 0, 10),
          phase("p", "backoff", 10, 15),
          phase("p", "failed_attempt", 15, 20),
          phase("p", "backoff", 20, 28),
        ],
        "finding.failures": [failure(10, "apiserver_timeout"), failure(20, "ipam_lock_timeout")],
      },
      [
        { part: "ipam_retry", duration_ns: 13e9 },
        { part: "other_retry", duration_ns: 15e9 },
      ],
    ],
    [
      "an attempt without a known failure is no retry of IPAM",
      { "timeline._measured_pods": [pod("p", 50)], "timeline.phases": [phase("p", "failed_attempt", 0, 10)] },
      [{ part: "other_retry" }],
    ],
    [
      "an attempt still open that waits for the IPAM is a wait, not the runtime's work",
      {
        "timeline._measured_pods": [pod("p", null)],
        "timeline.phases": [phase("p", "sandbox", 40, 100, true)],
        "finding.failures": [failure(100, "ipam_lock_wait", "wait")],
      },
      [{ part: "ipam_wait", duration_ns: 60e9 }],
    ],
    [
      "the way begins with the run: what comes before the creation is a part",
      {
        "timeline._measured_pods": [pod("p", 50, { created_at: 12 })],
        "timeline.phases": [
          phase("p", "scheduling", 12, 13),
          phase("p", "sandbox", 13, 14),
          phase("p", "container_start", 14, 16),
        ],
      },
      [
        { part: "creation", duration_ns: 12e9 },
        { part: "runtime", duration_ns: 3e9 },
        { part: "scheduling", duration_ns: 1e9 },
      ],
    ],
    [
      "a delete run has no way to Ready",
      {
        "timeline._measured_pods": [pod("p", 50, { run_phase: "delete" })],
        "timeline.phases": [phase("p", "scheduling", 0, 1)],
      },
      [],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("finding._path_parts", given, expected);
  });
});

const part = (pod_uid: string, name: string, seconds: number): Row => ({
  ...RUN,
  pod_uid,
  part: name,
  duration_ns: seconds * 1e9,
});

describe("report.path_parts", () => {
  test.each<Case>([
    [
      "the last pod decides; others count in the totals only",
      {
        "timeline._measured_pods": [pod("p", 10), pod("q", 40)],
        "finding._path_parts": [part("p", "runtime", 10), part("q", "ipam_wait", 30), part("q", "runtime", 10)],
      },
      [
        {
          part: "ipam_wait",
          is_ipam: true,
          total_s: 30,
          share_ratio: 0.6,
          last_mean_s: 30,
          last_share_ratio: 0.75,
          longest_count: 1,
        },
        {
          part: "runtime",
          is_ipam: false,
          total_s: 20,
          share_ratio: 0.4,
          last_mean_s: 10,
          last_share_ratio: 0.25,
          longest_count: 1,
        },
      ],
    ],
    [
      "pods that were never Ready decide, however late another one was",
      {
        "timeline._measured_pods": [pod("p", 99), pod("q", null)],
        "finding._path_parts": [part("p", "runtime", 99), part("q", "ipam_retry", 100)],
      },
      [
        { part: "ipam_retry", last_pod_count: 1, last_share_ratio: 1 },
        { part: "runtime", last_share_ratio: 0 },
      ],
    ],
  ])("%s", async (_title, given, expected) => {
    const key = (row: Row): string => String(row["part"]);
    await expectModel(
      "report.path_parts",
      given,
      [...expected].sort((a, b) => key(a).localeCompare(key(b))),
    );
  });
});

describe("report.bottlenecks", () => {
  const reported = (name: string, is_ipam: boolean, last_share_ratio: number): Row => ({
    ...RUN,
    part: name,
    ordinal: 1,
    is_ipam,
    pod_count: 2,
    longest_count: 1,
    total_s: 20,
    share_ratio: 0.5,
    last_pod_count: 1,
    last_mean_s: 40 * last_share_ratio,
    last_share_ratio,
  });
  const resource = { ...RUN, component: "whereabouts", resource: "lease", is_bottleneck: true };
  test.each<Case>([
    [
      "without IPAM the pod that decides may be another one",
      {
        "timeline._measured_pods": [pod("p", 15), pod("q", 40)],
        "finding._path_parts": [part("p", "runtime", 15), part("q", "ipam_wait", 30), part("q", "runtime", 10)],
        "report.path_parts": [reported("ipam_wait", true, 0.75), reported("runtime", false, 0.25)],
        "report.serial_resources": [resource],
      },
      [
        {
          part: "ipam_wait",
          component: "whereabouts",
          run_s: 40,
          is_complete: true,
          without_ipam_s: 15,
          without_ipam_ratio: 0.375,
          ipam_last_ratio: 0.75,
          ipam_ratio: 0.5,
        },
      ],
    ],
    [
      "a pod that was never Ready counts with the rest of its observed way",
      {
        "timeline._measured_pods": [pod("p", 15), pod("q", null)],
        "finding._path_parts": [part("p", "runtime", 15), part("q", "ipam_retry", 80), part("q", "kubelet", 20)],
        "report.path_parts": [reported("ipam_retry", true, 0.8)],
      },
      [{ run_s: 100, is_complete: false, without_ipam_s: 20, component: null }],
    ],
    [
      "a saturated resource is not named when something else took the time",
      {
        "timeline._measured_pods": [pod("p", 15)],
        "finding._path_parts": [part("p", "runtime", 15)],
        "report.path_parts": [reported("runtime", false, 1)],
        "report.serial_resources": [resource],
      },
      [{ part: "runtime", component: null, ipam_last_ratio: 0, without_ipam_s: 15 }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("report.bottlenecks", given, expected);
  });
});
