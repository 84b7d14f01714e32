import { describe, test } from "vitest";

import { expectModel, type Row } from "../expect_model.ts";

const record = (file_id: number, line: number, more: Row = {}): Row => ({
  run_id: "r",
  node_name: "worker4",
  file_id,
  line,
  ts: 1,
  message: "Retry attempt",
  ...more,
});

const CASES: readonly (readonly [title: string, records: readonly Row[], kept: readonly Row[]])[] = [
  [
    "said twice in each of two copies: twice, not once and not four times",
    [record(1, 10), record(1, 20), record(2, 5), record(2, 6)],
    [
      { file_id: 1, line: 10 },
      { file_id: 1, line: 20 },
    ],
  ],
  [
    "a copy that holds one more: the k-th of each file is the same record, the surplus stays",
    [record(1, 10), record(2, 5), record(2, 6)],
    [
      { file_id: 1, line: 10 },
      { file_id: 2, line: 6 },
    ],
  ],
  [
    "the record in its own program's file is kept, not the one carried by another's, wherever that file is sorted",
    [record(1, 10, { via: "containerd" }), record(2, 5)],
    [{ file_id: 2, line: 5 }],
  ],
  [
    "records without a stamp cannot be told to be copies: all stay",
    [record(1, 10, { ts: null }), record(2, 5, { ts: null })],
    [{ file_id: 1 }, { file_id: 2 }],
  ],
  [
    "another node says the same at the same instant: both stay",
    [record(1, 10), record(2, 5, { node_name: "worker5" })],
    [{ file_id: 1 }, { file_id: 2 }],
  ],
  ["another run likewise", [record(1, 10), record(1, 10, { run_id: "q" })], [{ run_id: "q" }, { run_id: "r" }]],
  [
    "a torn line holds a copy and a record of its own: only the copy goes",
    [record(1, 10), record(2, 5), record(2, 5, { message: "Beginning IPAM" })],
    [
      { file_id: 1, message: "Retry attempt" },
      { file_id: 2, message: "Beginning IPAM" },
    ],
  ],
  [
    "a record that differs in a key only is another one",
    [record(1, 10, { fields: { attempt: "1" } }), record(2, 5, { fields: { attempt: "2" } })],
    [{ file_id: 1 }, { file_id: 2 }],
  ],
];

describe.each(["kubelet_logs", "containerd_logs", "cni_logs", "controlplane_logs"])("staging.%s", (table) => {
  test.each(CASES)("%s", async (_title, records, kept) => {
    await expectModel(`staging.${table}`, { [`raw.${table}`]: records }, kept);
  });
});
