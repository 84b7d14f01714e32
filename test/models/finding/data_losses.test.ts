import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

const RUNS = [{ run_id: "r", manifest: {} }];
const AUDIT = [{ run_id: "r", ts: 1 }];
/** A run with manifest and audit log: nothing is lost. */
const WHOLE: Given = {
  "raw.runs": RUNS,
  "staging.audit_events": AUDIT,
  "timeline._ready_told": [{ run_id: "r" }],
};
const source = (file_id: number, path: string, more: Row = {}): Row => ({ run_id: "r", file_id, path, ...more });

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const CASES: readonly Case[] = [
  ["a whole capture has none", WHOLE, []],
  [
    "without manifest and audit log both are said",
    { "raw.runs": [{ run_id: "r", manifest: null }] },
    [
      { check_id: "no_audit_log", severity: "info", subject: "", count: 1 },
      { check_id: "no_manifest", severity: "info" },
    ],
  ],
  [
    "what the import could not read keeps file and first line, one row a file",
    {
      ...WHOLE,
      "raw.sources": [source(1, "nodes/a/kubelet.log"), source(2, "nodes/b/kubelet.log")],
      "raw.import_stats": [
        { run_id: "r", file_id: 1, reason: "unparsed_line", count: 3, first_line: 17 },
        { run_id: "r", file_id: 2, reason: "unparsed_line", count: 4, first_line: 5 },
        { run_id: "r", file_id: 2, reason: "invalid_utf8", count: 1, first_line: null },
      ],
    },
    [
      { check_id: "invalid_utf8", subject: "nodes/b/kubelet.log", count: 1, first_line: null },
      {
        check_id: "unparsed_lines",
        severity: "warning",
        subject: "nodes/a/kubelet.log",
        count: 3,
        first_path: "nodes/a/kubelet.log",
        first_line: 17,
      },
      { check_id: "unparsed_lines", subject: "nodes/b/kubelet.log", count: 4, first_line: 5 },
    ],
  ],
  [
    "measured pods of a run in which nothing tells when they were Ready are counted",
    {
      "raw.runs": RUNS,
      "staging.audit_events": AUDIT,
      "timeline.pods": [
        { run_id: "r", pod_uid: "a", in_scope: true, has_object: true },
        { run_id: "r", pod_uid: "b", in_scope: true, has_object: true },
        { run_id: "r", pod_uid: "c", in_scope: false, has_object: true },
      ],
    },
    [{ check_id: "ready_not_told", severity: "warning", subject: "", count: 2 }],
  ],
  [
    "nodes of measured pods whose clock nothing bounds are counted",
    {
      ...WHOLE,
      "timeline.pods": ["a", "b", "b", "c", null].map((node_name, index) => ({
        run_id: "r",
        pod_uid: `p${index}`,
        node_name,
        in_scope: true,
        has_object: true,
      })),
      "finding.clock_offsets": [{ run_id: "r", node_name: "a", latest_ns: 5 }],
    },
    [{ check_id: "clock_unbounded", severity: "info", subject: "", count: 2 }],
  ],
  [
    "copies of records that were left out are counted",
    {
      ...WHOLE,
      "raw.cni_logs": [
        { run_id: "r", file_id: 1, line: 1 },
        { run_id: "r", file_id: 2, line: 1 },
      ],
      "staging.cni_logs": [{ run_id: "r", file_id: 2, line: 1 }],
    },
    [{ check_id: "duplicate_records", count: 1 }],
  ],
  [
    "fewer failures in the events than in the logs: events were dropped; a count of several is several",
    {
      ...WHOLE,
      "timeline.sandbox_attempts": [1, 2, 3, 4, 5].map((number) => ({
        run_id: "r",
        pod_uid: "p",
        try: number,
        outcome: "failed",
      })),
      "staging.kube_events": [
        { run_id: "r", reason: "FailedCreatePodSandBox", count: 2 },
        { run_id: "r", reason: "FailedCreatePodSandBox", count: null },
      ],
    },
    [{ check_id: "dropped_events", count: 2, value: 3 }],
  ],
  [
    "as many as in the logs: nothing is missing",
    {
      ...WHOLE,
      "timeline.sandbox_attempts": [{ run_id: "r", pod_uid: "p", try: 1, outcome: "failed" }],
      "staging.kube_events": [{ run_id: "r", reason: "FailedCreatePodSandBox", count: 1 }],
    },
    [],
  ],
  [
    "a Ready pod without a milestone that it must have passed; a pod that is not Ready is not asked",
    {
      ...WHOLE,
      "timeline.pods": [
        { run_id: "r", pod_uid: "a", in_scope: true, has_object: true, ready_at: 9 },
        { run_id: "r", pod_uid: "b", in_scope: true, has_object: true, ready_at: null },
      ],
      "timeline.milestones": [
        "created",
        "scheduled",
        "kubelet_seen",
        "sandbox_started",
        "container_started",
        "running",
        "ready",
      ].map((milestone) => ({
        run_id: "r",
        pod_uid: "a",
        milestone,
        ts: 1,
        earliest_ts: 1,
        latest_ts: 1,
        source: "object",
      })),
    },
    [{ check_id: "milestone_missing", severity: "warning", subject: "network_ready", count: 1 }],
  ],
];

describe("finding.data_losses", () => {
  test.each(CASES)("%s", async (_title, given, expected) => {
    await expectModel("finding.data_losses", given, expected);
  });
});
