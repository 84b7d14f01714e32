import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const step = (name: string, ts: number): Row => ({
  run_id: "r",
  node_name: "worker4",
  pod_uid: "p",
  step: name,
  ts,
  ts_resolution_ns: 1000,
  file_id: 1,
  line: Math.round(ts * 10),
});
const died = step("container_died", 12);
const removed = step("removed", 15);
const requested = (ts: number): Row => ({ milestone: "delete_requested", ts });
const deleted = { milestone: "deleted", ts: 15 };

/** The kubelet logs `SyncLoop DELETE` when the pod is to go, and again just before `SyncLoop REMOVE`. */
describe("timeline._milestone_candidates: a deletion that only the kubelet tells", () => {
  test.each<[string, Row[], Row[]]>([
    [
      "the first line dates the request",
      [step("delete_seen", 10), died, step("delete_seen", 14.9), removed],
      [requested(10), deleted],
    ],
    ["the line of the removal does not", [died, step("delete_seen", 14.9), removed], [deleted]],
    ["a container that ended before does not spoil it", [died, step("delete_seen", 13)], [requested(13)]],
  ])("%s", async (_title, steps, expected) => {
    await expectModel("timeline._milestone_candidates", { "timeline._kubelet_steps": steps }, expected);
  });
});
