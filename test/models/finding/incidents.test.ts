import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

function write(line: number, ts: number, columns: Row = {}): Row {
  return { run_id: "r", file_id: 1, line, ts, received_at: ts - 0.01, verb: "create", response_code: 201, ...columns };
}

function error(node_name: string, ts: number, key = "timeout"): Row {
  return {
    run_id: "r",
    source: "kubelet_log",
    file_id: 2,
    line: ts,
    item: 0,
    ts,
    component: "kubelet",
    node_name,
    key,
    occurrence_count: 1,
  };
}

const CONFLICT =
  'Failed to update lock: Operation cannot be fulfilled on leases.coordination.k8s.io "l": the object has been modified';

const CLASSES: readonly Row[] = [
  { key: "timeout", class: "apiserver_timeout", role: "root", is_noise: false },
  { key: "full", class: "ip_pool_exhausted", role: "root", is_noise: false },
];

describe("a silence of the audit log", () => {
  test.each<[string, Row[], Row[], Row[]]>([
    ["in a quiet cluster is no stall", [write(1, 0), write(2, 60)], [], []],
    [
      "is a stall when clients of two nodes ran into it",
      [write(1, 0), write(2, 20)],
      [error("a", 10), error("b", 12)],
      [{ started_at: 0, ended_at: 20, store_waited: false }],
    ],
    [
      "is none when reads were answered in it and no write had to wait, whoever complains",
      [write(1, 0), write(2, 10, { verb: "get", response_code: 200 }), write(3, 20)],
      [error("a", 10), error("b", 12)],
      [],
    ],
    [
      "is one when what was answered in it was an error of the server",
      [write(1, 0), write(2, 10, { verb: "get", response_code: 504 }), write(3, 20)],
      [error("a", 10), error("b", 12)],
      [{ started_at: 0, ended_at: 20, store_waited: false }],
    ],
    [
      "is none when a client was told of a conflict in the midst of it, which the audit policy left out",
      [write(1, 0), write(2, 20)],
      [error("a", 10), error("b", 12), { ...error("c", 11, "conflict"), text: CONFLICT }],
      [],
    ],
    [
      "is one when that client was told at its edges only",
      [write(1, 0), write(2, 20)],
      [
        error("a", 10),
        error("b", 12),
        { ...error("c", 0.5, "conflict"), text: CONFLICT },
        { ...error("c", 19.5, "conflict"), text: CONFLICT },
      ],
      [{ started_at: 0, ended_at: 20, store_waited: false }],
    ],
    ["is none when only one node complains", [write(1, 0), write(2, 20)], [error("a", 10), error("a", 12)], []],
    [
      "is none when the errors are about something else",
      [write(1, 0), write(2, 20)],
      [error("a", 10, "full"), error("b", 12, "full")],
      [],
    ],
    ["is none when the errors came long after it", [write(1, 0), write(2, 20)], [error("a", 30), error("b", 31)], []],
    ["shorter than 5 s is none", [write(1, 0), write(2, 4.9)], [error("a", 1), error("b", 2)], []],
    [
      "in which requests hung is a stall of the store",
      [write(1, 0), write(2, 15, { received_at: 0.5 })],
      [],
      [{ started_at: 0, ended_at: 15, store_waited: true }],
    ],
    [
      "is not ended by a write that failed",
      [write(1, 0), write(2, 10, { response_code: 500, received_at: 1 }), write(3, 15)],
      [error("a", 9), error("b", 9)],
      [{ started_at: 0, ended_at: 15 }],
    ],
  ])("%s", async (_title, audit, errors, expected) => {
    await expectModel(
      "finding._api_stalls",
      { "staging.audit_events": audit, "finding._error_records": errors, "finding._message_classes": CLASSES },
      expected,
    );
  });
});

describe("a start-up line", () => {
  const line = (number: number, ts: number, message: string): Row => ({
    run_id: "r",
    node_name: "n",
    file_id: 1,
    line: number,
    ts,
    message,
  });

  test.each<[string, Row[], Row[]]>([
    ["at the begin of the log is no restart", [line(1, 0, "starting containerd"), line(2, 1, "other")], []],
    [
      "after other records is one, down since the last of them",
      [
        line(1, 0, "other"),
        line(2, 100, "other"),
        line(3, 106, "starting containerd"),
        line(4, 107, "containerd successfully booted in 1s"),
      ],
      [{ kind: "runtime_restart", started_at: 100, ended_at: 107 }],
    ],
    [
      "that is the last of the log ends the restart itself",
      [line(1, 0, "other"), line(2, 6, "starting containerd")],
      [{ started_at: 0, ended_at: 6 }],
    ],
  ])("%s", async (_title, logs, expected) => {
    await expectModel("finding._restarts", { "staging.containerd_logs": logs }, expected);
  });

  test("of a kubelet is not preceded by the flags it prints just before", async () => {
    await expectModel(
      "finding._restarts",
      {
        "staging.kubelet_logs": [
          line(1, 50, "SyncLoop ADD"),
          line(2, 53.4, "Flag --x"),
          line(3, 53.5, "Kubelet version"),
          line(4, 53.8, "Started kubelet"),
        ],
      },
      [{ kind: "kubelet_restart", node_name: "n", started_at: 50, ended_at: 53.8 }],
    );
  });
});

describe("without an audit log", () => {
  const given = (errors: Row[]): Record<string, readonly Row[]> => ({
    "finding._error_records": errors,
    "finding._message_classes": CLASSES,
  });

  test("errors at three places within 10 s of each other are one stall", async () => {
    await expectModel("finding.incidents", given([error("a", 10), error("b", 15), error("c", 24)]), [
      { incident_id: "apiserver_stall/cluster/1", started_at: 10, ended_at: 24, evidence_count: 3 },
    ]);
  });

  test("errors at two places, or far apart, are none", async () => {
    await expectModel("finding.incidents", given([error("a", 10), error("b", 15), error("a", 16), error("c", 60)]), []);
  });

  test("a run with an audit log is judged by that alone", async () => {
    const audited = {
      ...given([error("a", 10), error("b", 15), error("c", 24)]),
      "staging.audit_events": [write(1, 0)],
    };
    await expectModel("finding.incidents", audited, []);
  });
});
