import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const pod = (snapshot: string, more: Row): Row => ({
  run_id: "r",
  pod_uid: "p",
  snapshot,
  file_id: 1,
  item: 0,
  line: 1,
  phase: "Running",
  ...more,
});

describe("staging.pods", () => {
  test.each<readonly [title: string, rows: readonly Row[], expected: readonly Row[]]>([
    [
      "a pod that lost Ready again keeps the earliest Ready of any snapshot",
      [
        pod("mid", { ready_at: 10, scheduled_at: 1 }),
        pod("end", { ready_at: null, is_ready: false, scheduled_at: 1, container_started_at: 50 }),
      ],
      [{ snapshot: "end", ready_at: null, first_ready_at: 10 }],
    ],
    [
      "the snapshot with the later stamps is kept, whatever its file is called",
      [pod("a-late", { ready_at: 20, file_id: 9 }), pod("z-early", { scheduled_at: 1, file_id: 1 })],
      [{ snapshot: "a-late" }],
    ],
    [
      "one that shows the deletion is later than any",
      [pod("1", { ready_at: 20 }), pod("2", { deletion_at: 15, ready_at: 5 })],
      [{ snapshot: "2" }],
    ],
    [
      "an object with a status is kept rather than one cut before it",
      [pod("1", { phase: null }), pod("2", { file_id: 2 })],
      [{ snapshot: "2" }],
    ],
    ["an object without a UID is no pod", [pod("1", { pod_uid: null })], []],
  ])("%s", async (_title, rows, expected) => {
    await expectModel("staging.pods", { "raw.pods": rows }, expected);
  });
});

describe("staging.kube_events", () => {
  const event = (more: Row): Row => ({
    run_id: "r",
    file_id: 1,
    item: 0,
    line: 1,
    namespace: "default",
    event_name: "web.17f",
    event_uid: "e",
    ...more,
  });

  test.each<readonly [title: string, rows: readonly Row[], expected: readonly Row[]]>([
    [
      "snapshots repeat an event with a growing count: the highest is kept, not the sum",
      [event({ count: 3 }), event({ count: 7, file_id: 2 }), event({ count: null, file_id: 3 })],
      [{ count: 7 }],
    ],
    [
      "without a UID the name tells events apart",
      [event({ event_uid: null }), event({ event_uid: null, event_name: "web.180" })],
      [{ event_id: "default/web.17f" }, { event_id: "default/web.180" }],
    ],
  ])("%s", async (_title, rows, expected) => {
    await expectModel("staging.kube_events", { "raw.kube_events": rows }, expected);
  });
});
