import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { CNI_NAMES } from "../../fixtures/simulator/calibration/calibration.ts";
import type { Facts } from "../../fixtures/simulator/facts.ts";
import { DEFAULT_OPTIONS, parseHazards, type SimulationOptions } from "../../fixtures/simulator/options.ts";
import { simulateCapture } from "../../fixtures/simulator/simulate.ts";

const root = mkdtempSync(join(tmpdir(), "cnitrace-simulator-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let made = 0;

function simulate(change: Partial<SimulationOptions>): { folder: string; facts: Facts } {
  made += 1;
  const folder = join(root, `${made}`);
  simulateCapture({ ...DEFAULT_OPTIONS, cni: "calico", runId: "run", pods: 24, nodes: 3, ...change }, folder);
  return { folder, facts: JSON.parse(readFileSync(join(folder, "truth", "facts.json"), "utf8")) as Facts };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const file of filesOf(folder)) hash.update(file.slice(folder.length)).update(readFileSync(file));
  return hash.digest("hex");
}

test("the same seed gives the same bytes, another seed others", () => {
  const first = digest(simulate({}).folder);
  expect(digest(simulate({}).folder)).toBe(first);
  expect(digest(simulate({ seed: "2" }).folder)).not.toBe(first);
});

test("a run without an audit log takes the same course", () => {
  const { facts, folder } = simulate({ hazards: parseHazards(["missing_audit"]) });
  expect(existsSync(join(folder, "cluster", "audit.log"))).toBe(false);
  expect(facts.pods).toEqual(simulate({}).facts.pods);
});

test.each(CNI_NAMES)("%s: the last pod is Ready exactly at the makespan asked for", (cni) => {
  const { facts } = simulate({ cni, makespan_s: 60, pods: 60 });
  expect(facts.run.makespanNs).toBe(60e9);
  expect(Math.max(...facts.pods.map(({ readyNs }) => readyNs ?? Infinity))).toBe(60e9);
});

test.each([...CNI_NAMES])("%s: planted leaks are records without a living holder", (cni) => {
  const { facts } = simulate({ cni, pods: 40, hazards: parseHazards(["leaks=2"]) });
  expect(facts.run.leaks.length).toBe(2);
  const used = new Set(facts.pods.map(({ ip }) => ip));
  for (const { ip } of facts.run.leaks) expect(used.has(ip)).toBe(false);
});

test("what an attempt under way has been given at the end has not leaked, and its handle is there as yet", () => {
  const { facts, folder } = simulate({
    pods: 23,
    nodes: 2,
    seed: "999991",
    hazards: parseHazards(["leaks=3", "lock_contention=3", "clock_offset=40"]),
    timeout_s: 250,
  });
  const held = facts.pods.flatMap((pod) =>
    pod.addresses.map(({ ip, leaked, releasedNs, sandboxId, attempt }) => ({
      ip,
      leaked,
      releasedNs,
      sandboxId,
      outcome: pod.attempts[attempt]?.outcome,
    })),
  );
  const lost = held.filter(({ outcome, releasedNs }) => outcome !== "succeeded" && releasedNs === null);
  expect(lost.map(({ leaked, outcome }) => `${leaked} ${outcome}`).sort()).toEqual([
    "false running",
    "true failed",
    "true failed",
  ]);
  expect(facts.run.leaks.map(({ ip }) => ip).sort()).toEqual(
    lost.flatMap(({ ip, leaked }) => (leaked ? [ip] : [])).sort(),
  );
  const handles = readFileSync(join(folder, "cluster", "ipamhandles-end.json"), "utf8");
  for (const { sandboxId, outcome } of lost) expect(handles.includes(sandboxId ?? "")).toBe(outcome === "running");
});

test("nothing is stored while the API server stands still", () => {
  const { facts } = simulate({ pods: 60, hazards: parseHazards(["stall=4:10"]) });
  const during = facts.pods.filter(({ readyNs }) => readyNs !== null && readyNs > 5.5e9 && readyNs < 12e9);
  expect(during).toEqual([]);
});

test("a node's clock moves its own logs and not the API server's", () => {
  const { facts, folder } = simulate({ hazards: parseHazards(["clock_offset=3600"]) });
  const [node = "", offset = 0] = Object.entries(facts.run.clockOffsets)[0] ?? [];
  const first = /^I\d{4} (\d\d):(\d\d):(\d\d)/.exec(readFileSync(join(folder, "nodes", node, "kubelet.log"), "utf8"));
  const seconds = Number(first?.[1]) * 3600 + Number(first?.[2]) * 60 + Number(first?.[3]);
  const seen = Math.min(...facts.pods.filter((pod) => pod.node === node).map((pod) => pod.kubeletSeenNs ?? Infinity));
  expect(Math.abs(seconds - (8 * 3600 + 0.25 + (seen + offset) / 1e9))).toBeLessThan(1.1);
});

test("lost lines are counted, and a rotated file begins with the end of the one before", () => {
  const { facts, folder } = simulate({ pods: 60, hazards: parseHazards(["lost_lines=0.1", "rotated_files"]) });
  const [damaged] = facts.run.damage.filter(({ rotations }) => rotations > 0);
  expect(damaged?.lost).toBeGreaterThan(0);
  const lines = (path: string) => readFileSync(join(folder, path), "utf8").trimEnd().split("\n");
  const old = lines(`${damaged?.path ?? ""}.1`);
  const fresh = lines(damaged?.path ?? "");
  expect(fresh.slice(0, 20)).toEqual(old.slice(-20));
  const written = new Set([...old, ...fresh]);
  expect(written.size).toBe((damaged?.lines ?? 0) - (damaged?.lost ?? 0));
});

test.each([...CNI_NAMES])("%s: a delete run begins with every pod Ready and ends with the leaks alone", (cni) => {
  const { facts, folder } = simulate({ cni, phase: "delete", hazards: parseHazards(["leaks=2"]) });
  expect(facts.pods.map(({ isMeasured }) => isMeasured)).toEqual(Array<boolean>(24).fill(true));
  expect(facts.run.doneCount).toBe(24);
  expect(facts.run.allocatedCount).toBe(2);
  for (const { createdNs, readyNs, deleteRequestedNs, deletedNs } of facts.pods) {
    const order = [createdNs, readyNs, 0, deleteRequestedNs, deletedNs].map((at) => at ?? NaN);
    expect(order).toEqual([...order].sort((left, right) => left - right));
  }
  const pods = JSON.parse(readFileSync(join(folder, "cluster", "pods.json"), "utf8")) as { items: unknown[] };
  expect(pods.items).toEqual([]);
});

test("a recreate run has a new pod for each old one, and records nothing of before", () => {
  const { facts, folder } = simulate({ phase: "recreate" });
  const fresh = facts.pods.filter(({ isMeasured }) => isMeasured);
  expect([facts.pods.length, fresh.length, facts.run.readyCount]).toEqual([48, 24, 24]);
  expect(fresh.every(({ createdNs }) => createdNs > 0)).toBe(true);
  const stamps = readFileSync(join(folder, "nodes", "master1", "containerd.log"), "utf8").matchAll(/^time="([^"]+)"/gm);
  const first = [...stamps].map(([, stamp = ""]) => stamp).sort()[0] ?? "";
  expect(first > facts.run.startedAt).toBe(true);
});

test("a run that cannot begin with all pods Ready is refused", () => {
  expect(() => simulate({ cni: "cilium", scenario: "limited", phase: "delete", timeout_s: 100 })).toThrow(
    /are Ready before the run/,
  );
});

test("a limited pool with fewer addresses than needed is never filled twice", () => {
  const { facts } = simulate({
    cni: "spiderpool",
    scenario: "limited",
    pods: 40,
    hazards: parseHazards(["leaks=3"]),
    timeout_s: 200,
  });
  const addresses = facts.pods.flatMap((pod) => pod.addresses.map(({ ip }) => ip));
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addresses.length).toBe(40);
  expect(facts.run.readyCount).toBe(37);
});

test("places of the kubelet's lines occur in recorded captures", () => {
  const places = (file: string) =>
    new Set(
      [...readFileSync(file, "utf8").matchAll(/^[IEW]\d{4} \S+ +\d+ (\w+\.go:\d+)\] "([^"]*?)(?= for |")/gm)].map(
        (match) => `${match[1]} ${match[2]}`,
      ),
    );
  const recorded = new Set<string>();
  for (const name of ["whereabouts_smoke", "whereabouts_exhausted", "whereabouts_lease_contention"]) {
    for (const file of filesOf(join("fixtures", "captures", name, "nodes"))) {
      if (file.endsWith("kubelet.log")) for (const place of places(file)) recorded.add(place);
    }
  }
  const { folder } = simulate({
    cni: "whereabouts",
    scenario: "limited",
    pods: 60,
    hazards: parseHazards(["leaks=2"]),
    timeout_s: 600,
  });
  const simulated = new Set(
    filesOf(join(folder, "nodes"))
      .filter((file) => file.endsWith("kubelet.log"))
      .flatMap((file) => [...places(file)]),
  );
  expect(simulated.size).toBeGreaterThan(8);
  expect([...simulated].filter((place) => !recorded.has(place))).toEqual([]);
});
