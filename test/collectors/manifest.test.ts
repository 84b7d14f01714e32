import { expect, test } from "vitest";
import { offsetAt, parseManifest } from "../../collectors/manifest.ts";

test("a manifest without any field is a manifest", () => {
  const manifest = parseManifest("{}");
  expect(manifest?.badFields).toEqual([]);
  expect(manifest?.row["phase"]).toBeNull();
  expect(manifest?.row["manifest"]).toBe("{}");
});

test.each(["", "[]", "null", '{"runId": "x"', "not JSON"])("%j is no manifest", (text) => {
  expect(parseManifest(text)).toBeNull();
});

test("a field of an odd type is unknown and named, and the others are read", () => {
  const text = JSON.stringify({
    runId: "r",
    scenario: "Unlimited",
    phase: "explode",
    startedAt: "yesterday",
    endedAt: "2026-11-23T23:04:19.108896248+08:00",
    repetition: "2",
    workload: { deployments: 1.5, replicas: 10 },
    nodes: ["w1", 7],
    timezone: "Mars/Olympus",
  });
  const manifest = parseManifest(text);
  expect(manifest?.row).toMatchObject({
    scenario: "unlimited",
    phase: null,
    started_at: null,
    repetition: 2,
    workload_replicas: 10,
  });
  expect(manifest?.row["ended_at"]).toBe(1_795_446_259_108_896_248n);
  expect(manifest?.nodes).toEqual(["w1"]);
  expect([...(manifest?.badFields ?? [])].sort()).toEqual([
    "nodes",
    "phase",
    "startedAt",
    "timezone",
    "workload.deployments",
  ]);
});

test.each([
  ["UTC", 0],
  ["+08:00", 28_800],
  ["UTC+8", 28_800],
  ["-0330", -12_600],
  ["Asia/Shanghai", 28_800],
  ["Asia/Kolkata", 19_800],
  ["nowhere", null],
])("offsetAt %s: %s s", (zone, expected) => {
  expect(offsetAt(zone, Date.UTC(2026, 10, 23))).toBe(expected);
});

test("daylight saving counts", () => {
  expect(offsetAt("Europe/Berlin", Date.UTC(2026, 6, 1))).toBe(7200);
  expect(offsetAt("Europe/Berlin", Date.UTC(2026, 0, 1))).toBe(3600);
});
