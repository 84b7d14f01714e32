import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const POD: Row = { run_id: "r", pod_uid: "p", namespace: "default", in_scope: true };

function milestone(name: string, ts: number, from = ts, to = ts): Row {
  return { run_id: "r", pod_uid: "p", milestone: name, ts, earliest_ts: from, latest_ts: to };
}

describe("the begin of a run", () => {
  test.each<readonly [title: string, run: Row, milestones: readonly Row[], expected: Row]>([
    [
      "is what the manifest says",
      { started_at: 5 },
      [milestone("created", 7)],
      { started_at: 5, started_earliest_at: 5, started_latest_at: 5, started_at_source: "manifest" },
    ],
    [
      "without a manifest it is the first creation, with its interval",
      {},
      [milestone("created", 7.5, 7, 8), milestone("kubelet_seen", 7.4)],
      { started_at: 7.5, started_earliest_at: 7, started_latest_at: 8, started_at_source: "first_creation" },
    ],
    [
      "where no creation is known it is when a kubelet was first told of a pod",
      {},
      [milestone("kubelet_seen", 9, 8.9, 9.1)],
      { started_at: 9, started_earliest_at: 8.9, started_latest_at: 9.1, started_at_source: "first_sighting" },
    ],
    [
      "of a delete run it is the first deletion, whatever was created",
      { phase: "delete" },
      [milestone("created", 7), milestone("delete_requested", 20, 19, 20)],
      { started_at: 20, started_earliest_at: 19, started_latest_at: 20, started_at_source: "first_deletion" },
    ],
    ["is not known where nothing tells it", {}, [], { started_at: null, started_at_source: null }],
  ])("%s", async (_title, run, milestones, expected) => {
    await expectModel(
      "timeline._run_facts",
      {
        "staging.runs": [{ run_id: "r", ...run }],
        "timeline._run_bounds": [{ run_id: "r", observed_until_at: 100 }],
        "timeline.pods": [POD],
        "timeline.milestones": milestones,
      },
      [expected],
    );
  });
});
