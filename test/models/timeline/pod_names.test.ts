import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const EPOCH_S = Date.parse("2026-11-23T12:00:00Z") / 1000;
const FIRST = -EPOCH_S;
const LAST = Number(9223372036854775806n - BigInt(EPOCH_S) * 1_000_000_000n) / 1e9;
const pod = (uid: string, created_at: number | null): Row => ({
  run_id: "r",
  pod_uid: uid,
  namespace: "default",
  pod_name: "db-0",
  created_at,
});

describe("timeline._pod_names", () => {
  test.each<readonly [title: string, pods: readonly Row[], expected: readonly Row[]]>([
    [
      "a pod of unknown creation does not take a name from one that is known",
      [pod("a", null), pod("b", 50)],
      [{ pod_uid: "b", valid_from: FIRST, valid_until: LAST }],
    ],
    [
      "of several pods of unknown creation one holds the name, always the same",
      [pod("b", null), pod("a", null)],
      [{ pod_uid: "a", valid_from: FIRST }],
    ],
    [
      "two pods of one second are one to the log",
      [pod("a", 0), pod("c", 50), pod("b", 50)],
      [
        { pod_uid: "a", valid_from: FIRST },
        { pod_uid: "b", valid_from: 50 },
      ],
    ],
    [
      "a name used again passes on at the new pod's creation; before the first it is the first one's",
      [pod("b", 50), pod("a", 0)],
      [
        { pod_uid: "a", valid_from: FIRST, valid_until: 49.999999999 },
        { pod_uid: "b", valid_from: 50, valid_until: LAST },
      ],
    ],
  ])("%s", async (_title, pods, expected) => {
    await expectModel("timeline._pod_names", { "timeline._pod_identities": pods }, expected);
  });
});
