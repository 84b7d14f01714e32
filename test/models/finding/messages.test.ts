import { describe, expect, test } from "vitest";

import { expectModel, modelRows, type Row } from "../expect_model.ts";

function record(line: number, text: string, columns: Row = {}): Row {
  return {
    run_id: "r",
    source: "kubelet_log",
    file_id: 1,
    line,
    item: 0,
    component: "kubelet",
    text,
    key: text.replaceAll(/\d+/g, "#"),
    occurrence_count: 1,
    ...columns,
  };
}

describe("what is an error record", () => {
  const line = (number: number, message: string, columns: Row = {}): Row => ({
    run_id: "r",
    file_id: 1,
    line: number,
    ts: number,
    node_name: "n",
    severity: "error",
    message,
    ...columns,
  });

  test("the kubelet's four lines of one failed sandbox are one", async () => {
    const rows = await modelRows("finding._error_records", {
      "staging.kubelet_logs": [
        line(1, "RunPodSandbox from runtime service failed", { error: "x" }),
        line(2, "Failed to create sandbox for pod", { error: "x" }),
        line(3, "CreatePodSandbox for pod failed", { error: "x" }),
        line(4, "Error syncing pod, skipping", { error: 'failed to "CreatePodSandbox" for "x"' }),
        line(5, "Error syncing pod, skipping", { error: 'failed to "StartContainer" for "x"' }),
      ],
    });
    expect(rows.map((row) => row["line"])).toEqual([2, 5]);
  });

  test("an informative record with an error is none, a warning with one is", async () => {
    const rows = await modelRows("finding._error_records", {
      "staging.cni_logs": [
        line(1, "done", { severity: "info", error: "<nil>" }),
        line(2, "odd", { severity: "warning", error: "x" }),
        line(3, "odd", { severity: "warning" }),
        line(4, "no severity", { severity: null, error: "x" }),
      ],
    });
    expect(rows.map((row) => row["line"])).toEqual([2, 4]);
  });
});

describe("finding._message_classes", () => {
  test("a harmless message has no class and is noise; an unknown one has no class and is none", async () => {
    await expectModel(
      "finding._message_classes",
      {
        "finding._error_records": [
          record(1, "a: time limit exceeded while waiting to become leader"),
          record(2, 'b: cannot find filesystem info for device "/dev/vda"'),
          record(3, "c: the moon is full"),
        ],
      },
      [
        { class: "ipam_lock_timeout", role: "root", is_noise: false },
        { class: null, is_noise: true },
        { class: null, is_noise: false },
      ],
    );
  });
});

describe("finding.unclassified_messages", () => {
  test("messages of one template are one row with its share of all errors; noise counts for nothing", async () => {
    const records = [
      record(1, "moon 17 is full", { pod_uid: "p", ts: 5 }),
      record(2, "moon 4711 is full", { pod_uid: "q", ts: 3 }),
      record(3, "known", { occurrence_count: 2 }),
      record(4, "noise", { occurrence_count: 100 }),
    ];
    const classes = [
      { key: "moon # is full", is_noise: false },
      { key: "known", class: "ip_pool_exhausted", is_noise: false },
      { key: "noise", is_noise: true },
    ];
    await expectModel(
      "finding.unclassified_messages",
      {
        "finding._error_records": records,
        "finding._message_classes": classes,
        "raw.sources": [{ run_id: "r", file_id: 1, path: "nodes/n/kubelet.log" }],
      },
      [
        {
          template: "moon <n> is full",
          message_count: 2,
          share_ratio: 0.5,
          pod_count: 2,
          first_at: 3,
          line: 1,
          path: "nodes/n/kubelet.log",
        },
      ],
    );
  });
});
