import { expect, test } from "vitest";

import { AddressRange } from "../../fixtures/simulator/cni/address_range.ts";
import { WHEREABOUTS } from "../../fixtures/simulator/calibration/whereabouts.ts";
import { goQuote } from "../../fixtures/simulator/containerd.ts";
import { EventLoop, TokenBucket } from "../../fixtures/simulator/event_loop.ts";
import { type EventContent, EventRecorder } from "../../fixtures/simulator/event_recorder.ts";
import type { Facts } from "../../fixtures/simulator/facts.ts";
import { DEFAULT_OPTIONS, NO_HAZARDS, parseHazards } from "../../fixtures/simulator/options.ts";
import { Random } from "../../fixtures/simulator/random.ts";
import { RunClock } from "../../fixtures/simulator/run_clock.ts";
import { World } from "../../fixtures/simulator/world.ts";
import type { Found } from "./found.ts";
import { compareFacts } from "./recover.ts";

test("actions run by instant, and those of one instant in the order they were given", () => {
  const loop = new EventLoop();
  const seen: string[] = [];
  for (const [at, name] of [
    [3, "d"],
    [1, "a"],
    [2, "b"],
    [2, "c"],
  ] as const) {
    loop.at(at, () => seen.push(name));
  }
  loop.run(() => 2);
  expect(seen.join("")).toBe("abc");
});

test("a limiter lets the burst through and then one each 1/qps", () => {
  const bucket = new TokenBucket(5, 2);
  expect([0, 0, 0, 0].map(() => bucket.take(0))).toEqual([0, 0, 0.2e9, 0.4e9]);
  expect(bucket.take(10e9)).toBe(10e9);
});

test("a fork does not depend on how much was drawn before", () => {
  const left = new Random("seed");
  const right = new Random("seed");
  right.hex(64);
  expect(left.fork("pod").hex(16)).toBe(right.fork("pod").hex(16));
  expect(left.fork("other").hex(16)).not.toBe(right.fork("pod").hex(16));
});

test("stamps carry into the next second, day and node clock", () => {
  const clock = new RunClock(Date.parse("2024-02-28T23:59:59Z") / 1000, 999_999_000, 1);
  expect(clock.klog(0, 0)).toBe("0228 23:59:59.999999");
  expect(clock.klog(1000, 0)).toBe("0229 00:00:00.000000");
  expect(clock.rfc3339(0, -2e9, 9)).toBe("2024-02-28T23:59:57.999999000Z");
  expect(clock.unixNs(1000, 0)).toBe(1_709_164_800_000_000_000n);
});

test("the lowest returned address is given first, and a full range gives none", () => {
  const range = new AddressRange(10, 2);
  expect([range.take(), range.take(), range.take()]).toEqual([10, 11, null]);
  range.give(10);
  expect(range.take()).toBe(10);
});

test("returned addresses are given again from the lowest, in whatever order they came back", () => {
  const range = new AddressRange(0, 200);
  const taken = Array.from({ length: 200 }, () => range.take() ?? -1);
  const random = new Random("order");
  const back = taken.map((value) => [random.next(), value] as const).sort(([left], [right]) => left - right);
  for (const [, value] of back.slice(50)) range.give(value);
  const kept = new Set(back.slice(0, 50).map(([, value]) => value));
  const again = Array.from({ length: 150 }, () => range.take() ?? -1);
  expect(again).toEqual(taken.filter((value) => !kept.has(value)));
  expect(range.take()).toBeNull();
});

test("quotes nest as Go prints them", () => {
  expect(goQuote(goQuote('a "b"\n'))).toBe(String.raw`"\"a \\\"b\\\"\\n\""`);
});

test.each(["nonsense", "lost_lines=2", "clock_offset=x", "stall=1:-3"])("hazard %s is refused", (text) => {
  expect(() => parseHazards([text])).toThrow(/hazard/);
});

function eventWorld(): { world: World; record: (message: string) => void } {
  const options = { ...DEFAULT_OPTIONS, cni: "whereabouts" as const, runId: "r", nodes: 1 };
  const world = new World(options, WHEREABOUTS, { slowness: 1, stretch: 1 }, null);
  const client = { username: "u", uid: "u", groups: [], ip: "", agent: "" };
  const source = { component: "kubelet", host: "n", offset: 0, client, qps: 1000, isSeries: false };
  const recorder = new EventRecorder(world, source);
  const content: Omit<EventContent, "message"> = {
    kind: "Pod",
    objectName: "p",
    objectUid: "u",
    objectVersion: 1,
    reason: "Failed",
    type: "Warning",
  };
  return {
    world,
    record: (message) => {
      recorder.record({ ...content, message });
      world.loop.run(() => world.now + 1e9);
    },
  };
}

test("the tenth different message of an object is combined, and counted from then on", () => {
  const { world, record } = eventWorld();
  for (let index = 1; index <= 12; index += 1) record(`message ${index}`);
  expect(world.events.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 3]);
  expect(world.events.at(-1)?.message).toBe("(combined from similar events): message 12");
});

test("after 25 events of an object the next ones are dropped", () => {
  const { world, record } = eventWorld();
  for (let index = 1; index <= 40; index += 1) record("the same");
  expect(world.events.map(({ count }) => count)).toEqual([25]);
});

test("the comparison fails for a wrong count, a milestone outside its interval and a missed leak", () => {
  const pod = {
    uid: "u",
    name: "p",
    namespace: "default",
    node: "n",
    createdNs: 1e9,
    scheduledNs: null,
    kubeletSeenNs: null,
    sandboxStartedNs: null,
    networkReadyNs: null,
    containerStartedNs: null,
    readyNs: null,
    deleteRequestedNs: null,
    deletedNs: null,
    isMeasured: true,
    ip: null,
    lost: [],
    attempts: [],
    addresses: [],
  };
  const run = {
    runId: "r",
    cni: "calico",
    phase: "create",
    seed: "1",
    startedAt: "2024-01-15T08:00:00Z",
    endedNs: 9e9,
    podCount: 1,
    readyCount: 0,
    doneCount: 0,
    makespanNs: null,
    attemptCount: 0,
    failedAttemptCount: 0,
    allocatedCount: 1,
    failuresByRoot: {},
    leaks: [{ ip: "10.0.0.1", pod: "p", uid: "u", attempt: 0 }],
    stalls: [],
    hazards: NO_HAZARDS,
    agentOutages: [],
    clockOffsets: {},
    damage: [],
  };
  const facts: Facts = { version: 1, run, pods: [pod] };
  const found: Found = {
    podsWithoutObject: 0,
    run: {
      pod_count: 2,
      ready_count: 0,
      deleted_count: 0,
      time_to_all_earliest_s: null,
      time_to_all_latest_s: null,
      attempt_count: 0,
      failed_attempt_count: 0,
    },
    intervals: [{ pod_uid: "u", milestone: "created", earliest: 2e9, latest: 3e9, is_by_node: false }],
    attempts: [],
    failures: [],
    leaks: [],
    conflicts: [],
    leases: [],
    offsets: [],
    stalls: [],
    window_s: null,
    addresses: [],
  };
  const failed = compareFacts(facts, found).filter(({ wrong }) => wrong > 0);
  expect(failed.map(({ check }) => check)).toEqual(["pods", "milestone created", "leaks"]);
});
