import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

function failure(failure_id: string, columns: Row = {}): Row {
  return {
    run_id: "r",
    failure_id,
    kind: "attempt",
    pod_uid: "p",
    class: "ipam_lock_timeout",
    role: "root",
    root_class: "ipam_lock_timeout",
    first_s: 12,
    last_s: 12,
    lost_ns: 5e9,
    recovered: true,
    is_lost: false,
    ...columns,
  };
}

const REFUSED = { class: "sandbox_name_reserved", role: "symptom", lost_ns: 1e9 };

describe("report.failure_classes", () => {
  test("a root counts all that follows from it, the symptom is told apart, and no pod twice", async () => {
    await expectModel(
      "report.failure_classes",
      {
        "report._pod_failures": [
          failure("a"),
          failure("b", REFUSED),
          failure("c", { pod_uid: "q", recovered: false, is_lost: true }),
        ],
      },
      [
        {
          class: "ipam_lock_timeout",
          role: "root",
          failure_count: 3,
          pod_count: 2,
          recovered_pod_count: 1,
          lost_pod_count: 1,
          time_lost_s: 11,
        },
        { class: "sandbox_name_reserved", role: "symptom", failure_count: 1, pod_count: 1, time_lost_s: 1 },
      ],
    );
  });

  test("what is transient is no failure of a root", async () => {
    await expectModel(
      "report.failure_classes",
      { "report._pod_failures": [failure("a", { role: "transient", class: "lease_contention" })] },
      [{ class: "lease_contention", role: "transient", failure_count: 1 }],
    );
  });
});

describe("report.failures_over_time", () => {
  test("counts attempts by root class per window; a request given up is not counted beside its attempt", async () => {
    await expectModel(
      "report.failures_over_time",
      {
        "report._pod_failures": [
          failure("a", { first_s: -0.5 }),
          failure("b", { first_s: 19.9 }),
          failure("c", { ...REFUSED, first_s: 10 }),
          failure("d", { kind: "request", first_s: 11 }),
        ],
      },
      [
        { class: "ipam_lock_timeout", t_s: -10, failure_count: 1 },
        { t_s: 10, failure_count: 2 },
      ],
    );
  });
});

describe("report._pod_failures", () => {
  const own = { run_id: "r", failure_id: "a", kind: "attempt", pod_uid: "p", first_at: 5, last_at: 5 };

  test.each<[string, Row[], Row[]]>([
    ["a failure of a measured pod counts", [own], [{ first_s: 4 }]],
    ["one after the end of observation does not", [{ ...own, first_at: 51 }], []],
    ["one of a pod that is not measured does not", [{ ...own, pod_uid: "system" }], []],
    ["a wait behind a failure is no failure of its own", [{ ...own, kind: "wait" }], []],
  ])("%s", async (_title, failures, expected) => {
    const pod = { run_id: "r", pod_uid: "p", run_started_at: 1, observed_until_at: 50 };
    await expectModel(
      "report._pod_failures",
      { "finding.failures": failures, "timeline._measured_pods": [pod] },
      expected,
    );
  });
});
