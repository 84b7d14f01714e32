import { describe, test } from "vitest";

import { expectModel, type Given, type Row } from "../expect_model.ts";

type Case = readonly [title: string, given: Given, expected: readonly Row[]];

const RUN = { run_id: "r" };
const FACTS = { ...RUN, started_at: 0, observed_until_at: 100 };
const change = (ts: number, delta: number, measure: string): Row => ({
  ...RUN,
  system: "whereabouts",
  ip_family: "IPv4",
  pool: "p",
  ip: `10.0.0.${ts}`,
  holder_id: "s",
  measure,
  delta,
  ts,
});

describe("report.pool_over_time", () => {
  test.each<Case>([
    [
      "one row per second with the counts at its end; what was held before stands at 0",
      {
        "timeline._run_facts": [FACTS],
        "timeline._ip_pools": [{ ...RUN, system: "whereabouts", ip_family: "IPv4", pool: "p", capacity: 5 }],
        "finding._pool_changes": [
          change(0, 1, "allocated"),
          change(1.2, 1, "allocated"),
          change(1.9, 1, "allocated"),
          change(2, 1, "leaked"),
          change(7.5, -1, "allocated"),
          change(7.6, 1, "used"),
        ],
      },
      [
        { t_s: 0, capacity: 5, allocated_count: 1, leaked_count: 0, used_count: 0 },
        { t_s: 2, allocated_count: 3, leaked_count: 1, used_count: 0 },
        { t_s: 8, allocated_count: 2, leaked_count: 1, used_count: 1 },
      ],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("report.pool_over_time", given, expected);
  });
});

const operation = (id: string, more: Row): Row => ({
  ...RUN,
  operation_id: id,
  component: "whereabouts",
  command: "ADD",
  node_name: "worker4",
  outcome: "allocated",
  resolution_ns: 1e6,
  ...more,
});

describe("report.ipam_waits", () => {
  test.each<Case>([
    [
      "a program that never got a serial resource has no row",
      { "timeline.ipam_operations": [operation("a", { wait_started_at: 1 })] },
      [],
    ],
    [
      "wait, service time and the rate they allow",
      {
        "timeline.ipam_operations": [
          operation("a", { wait_started_at: 0, acquired_at: 0, ended_at: 1, lock_wait_ns: 0 }),
          operation("b", { wait_started_at: 0, acquired_at: 2, ended_at: 4, lock_wait_ns: 2e9 }),
          operation("c", { wait_started_at: 0, outcome: "failed" }),
        ],
      },
      [
        {
          scope: "cluster",
          resource_count: 1,
          request_count: 3,
          acquisition_count: 2,
          allocation_count: 2,
          wait_total_s: 2,
          wait_max_s: 2,
          service_mean_s: 1.5,
          busy_s: 4,
          acquisitions_per_s: 0.5,
          held_ratio: 0.75,
        },
      ],
    ],
    [
      "work that overlaps is no exclusive resource: it has no rate of its own",
      {
        "timeline.ipam_operations": [
          operation("a", { component: "kube-ovn-controller", acquired_at: 0, ended_at: 4, lock_wait_ns: 0 }),
          operation("b", { component: "kube-ovn-controller", acquired_at: 1, ended_at: 5, lock_wait_ns: 0 }),
        ],
      },
      [{ busy_s: 5, lock_bound_per_s: null, held_ratio: null }],
    ],
    [
      "one resource per node",
      {
        "timeline.ipam_operations": [
          operation("a", { component: "calico-cni", acquired_at: 0, ended_at: 2, lock_wait_ns: 0 }),
          operation("b", {
            component: "calico-cni",
            node_name: "worker5",
            acquired_at: 0,
            ended_at: 2,
            lock_wait_ns: 0,
          }),
        ],
      },
      [{ scope: "node", resource_count: 2, lock_bound_per_s: 1, held_ratio: 1 }],
    ],
  ])("%s", async (_title, given, expected) => {
    await expectModel("report.ipam_waits", given, expected);
  });
});
