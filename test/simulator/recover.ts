import type { AttemptFacts, Facts, PodFacts } from "../../fixtures/simulator/facts.ts";
import type { Attempt, Found, Interval, Offset } from "./found.ts";

/**
 * One kind of planted fact against what the product made of it.
 *
 * `unknown` counts what the product leaves open where the evidence was destroyed (null, open, possible, unclassified);
 * leaving open what the files show is wrong, and so is whatever contradicts a planted fact.
 */
export interface Recovery {
  readonly check: string;
  readonly planted: number;
  readonly recovered: number;
  readonly unknown: number;
  readonly wrong: number;
  /** A few of those that are wrong. */
  readonly cases: readonly string[];
}

const SHOWN_CASES = 4;
/** Stamps of µs are cut, and so are the bounds made from them. */
const ROUNDING_NS = 2000;

type Verdict = "recovered" | "unknown" | { readonly wrong: string };

function tally(check: string, verdicts: readonly Verdict[], planted = verdicts.length): Recovery {
  const wrong = verdicts.flatMap((verdict) => (typeof verdict === "object" ? [verdict.wrong] : []));
  const count = (kind: Verdict) => verdicts.filter((verdict) => verdict === kind).length;
  const cases = wrong.slice(0, SHOWN_CASES);
  return { check, planted, recovered: count("recovered"), unknown: count("unknown"), wrong: wrong.length, cases };
}

function exact(check: string, planted: number, found: number | null | undefined): Recovery {
  return tally(check, [planted === found ? "recovered" : { wrong: `planted ${planted}, found ${found ?? "none"}` }]);
}

function isMissing(facts: Facts, ...names: readonly string[]): boolean {
  return names.some((name) => facts.run.hazards.missingObjects.includes(name));
}

/** Whether any record that the nodes wrote was lost or made unreadable. */
function hasDamagedLogs(facts: Facts): boolean {
  return facts.run.hazards.lostLines > 0 || facts.run.hazards.tornLines > 0;
}

/** Whether the run saw the pod's creation; what is before it is in no record. */
const isNew = (pod: PodFacts): boolean => pod.createdNs >= 0;

const MILESTONES = [
  ["created", "createdNs"],
  ["scheduled", "scheduledNs"],
  ["kubelet_seen", "kubeletSeenNs"],
  ["sandbox_started", "sandboxStartedNs"],
  ["network_ready", "networkReadyNs"],
  ["container_started", "containerStartedNs"],
  ["ready", "readyNs"],
] as const;
const ENDS = [
  ["delete_requested", "deleteRequestedNs"],
  ["deleted", "deletedNs"],
] as const;
/** Milestones that the API server's objects, events and audit log tell. */
const API_MILESTONES: readonly string[] = ["created", "scheduled", "ready", "delete_requested", "deleted"];

/** The product states that nothing bounds the node's clock on the side on which the instant lies outside. */
function isUnbounded(offset: Offset | undefined, at: number, row: Interval): boolean {
  return at < row.earliest ? (offset?.latest ?? null) === null : (offset?.earliest ?? null) === null;
}

function milestones(
  facts: Facts,
  found: Found,
  name: string,
  field: (typeof MILESTONES | typeof ENDS)[number][1],
  pods: readonly PodFacts[],
): Recovery {
  const known = new Map(found.intervals.filter(({ milestone }) => milestone === name).map((row) => [row.pod_uid, row]));
  const offsets = new Map(found.offsets.map((row) => [row.node_name, row]));
  const verdicts = pods.flatMap((pod): readonly Verdict[] => {
    const at = pod[field];
    const row = known.get(pod.uid);
    if (at === null || at > facts.run.endedNs) {
      return row !== undefined && row.earliest <= facts.run.endedNs ? [{ wrong: `${pod.name}: never happened` }] : [];
    }
    if (row === undefined) {
      const isLost = pod.lost.includes(name) || (API_MILESTONES.includes(name) && isMissing(facts, "pods"));
      return [isLost ? "unknown" : { wrong: `${pod.name}: none, planted ${at}` }];
    }
    if (at >= row.earliest - ROUNDING_NS && at <= row.latest + ROUNDING_NS) return ["recovered"];
    const distance = Math.max(row.earliest - at, at - row.latest);
    const isClockError = row.is_by_node || distance <= Math.abs(facts.run.clockOffsets[pod.node ?? ""] ?? 0);
    if (isClockError && isUnbounded(offsets.get(pod.node ?? ""), at, row)) return ["unknown"];
    return [{ wrong: `${pod.name}: ${at} not in ${row.earliest}..${row.latest}` }];
  });
  return tally(`milestone ${name}`, verdicts);
}

const OUTCOMES = { succeeded: "created", failed: "failed", running: "open" } as const;

/** Each planted attempt of a pod with the product's row of it, and the rows that are left over. */
function matched(
  pod: PodFacts,
  rows: readonly Attempt[],
): { pairs: (readonly [AttemptFacts, Attempt | undefined])[]; rest: Attempt[] } {
  const rest = [...rows];
  const take = (test: (row: Attempt) => boolean): Attempt | undefined => {
    const at = rest.findIndex(test);
    return at < 0 ? undefined : rest.splice(at, 1)[0];
  };
  const byId = new Map(
    pod.attempts.map((planted) => [
      planted,
      planted.sandboxId === null ? undefined : take((row) => row.sandbox_id === planted.sandboxId),
    ]),
  );
  const pairs = pod.attempts.map((planted) => {
    if (planted.lost.length === 2) return [planted, byId.get(planted)] as const;
    const row = byId.get(planted) ?? take((left) => left.sandbox_id === null);
    return [planted, row] as const;
  });
  return { pairs, rest };
}

function attemptVerdict(pod: PodFacts, planted: AttemptFacts, row: Attempt | undefined): Verdict {
  const where = `${pod.name} ${planted.sandboxId?.slice(0, 8) ?? "refused"}`;
  if (row === undefined) {
    const isLost = planted.lost.length === (planted.outcome === "running" ? 1 : 2);
    return isLost ? "unknown" : { wrong: `${where}: ${planted.outcome}, no row` };
  }
  if (row.outcome === OUTCOMES[planted.outcome]) return "recovered";
  // What the kubelet gave up and the runtime has not answered yet counts as failed, or is still open.
  if (planted.outcome === "running" && planted.givenUpNs !== null && row.outcome === "failed") return "recovered";
  if (row.outcome === "open" && planted.lost.includes("answer")) return "unknown";
  return { wrong: `${where}: ${planted.outcome}, found ${row.outcome}` };
}

function attemptsByPod(found: Found): ReadonlyMap<string, Attempt[]> {
  const byPod = new Map<string, Attempt[]>();
  for (const row of found.attempts) {
    const rows = byPod.get(row.pod_uid) ?? [];
    rows.push(row);
    byPod.set(row.pod_uid, rows);
  }
  return byPod;
}

function attempts(facts: Facts, found: Found): Recovery {
  const byPod = attemptsByPod(found);
  let planted = 0;
  const verdicts = facts.pods.filter(isNew).flatMap((pod): Verdict[] => {
    const { pairs, rest } = matched(pod, byPod.get(pod.uid) ?? []);
    planted += pairs.length;
    return [
      ...pairs.map(([attempt, row]) => attemptVerdict(pod, attempt, row)),
      ...rest.map(({ try: number, outcome }) => ({ wrong: `${pod.name}: try ${number} (${outcome}) never was` })),
    ];
  });
  return tally("attempts", verdicts, planted);
}

/** Roots that name a planted stall of the API server, which every kind of wait can come from. */
const STALLED = ["apiserver_stalled", "etcd_stalled", "apiserver_unreachable", "apiserver_timeout"];

/** Classes that name the root of a failed attempt rightly. */
function rightRoots(facts: Facts, pod: PodFacts, attempt: AttemptFacts): readonly (string | null)[] {
  const ended = attempt.endedNs ?? Infinity;
  const isIn = ({ fromNs, untilNs }: { readonly fromNs: number; readonly untilNs: number }) =>
    attempt.startedNs < untilNs && ended > fromNs;
  return [
    attempt.root,
    ...(facts.run.stalls.some(isIn) ? STALLED : []),
    ...(attempt.root === "agent_unreachable" && facts.run.agentOutages.some((outage) => outage.node === pod.node)
      ? ["agent_restarted"]
      : []),
    // A pool that planted leaks fill is exhausted by them.
    ...(attempt.root === "ip_pool_exhausted" && facts.run.leaks.length > 0 ? ["ip_leak"] : []),
  ];
}

function causes(facts: Facts, found: Found): Recovery {
  const byPod = attemptsByPod(found);
  const known = new Map(found.failures.map((row) => [`${row.pod_uid}/${row.try}`, row]));
  const verdicts = facts.pods.filter(isNew).flatMap((pod) =>
    matched(pod, byPod.get(pod.uid) ?? []).pairs.flatMap(([attempt, row]): readonly Verdict[] => {
      if (attempt.outcome !== "failed" || attempt.root === null || (attempt.endedNs ?? Infinity) > facts.run.endedNs)
        return [];
      const failure = known.get(`${pod.uid}/${row?.try}`);
      if (failure === undefined) {
        return [attempt.lost.includes("answer") ? "unknown" : { wrong: `${attempt.root}, no failure` }];
      }
      if (rightRoots(facts, pod, attempt).includes(failure.root_class)) return ["recovered"];
      const isStallUnseen = facts.run.hazards.missingAudit && facts.run.stalls.length > 0;
      if (failure.root_class === "unknown" && (hasDamagedLogs(facts) || isStallUnseen)) return ["unknown"];
      // Without its end a wait is not known to have lasted through the attempt.
      if (attempt.lost.includes("answer") && failure.class === failure.root_class) return ["unknown"];
      return [{ wrong: `${pod.name}: ${attempt.root}, found ${failure.class} (root ${failure.root_class})` }];
    }),
  );
  return tally("root causes", verdicts);
}

function leaks(facts: Facts, found: Found): Recovery {
  const said = new Map(found.leaks.map(({ ip, certainty }) => [ip, certainty]));
  const planted = new Set(facts.run.leaks.map(({ ip }) => ip));
  const verdicts: Verdict[] = facts.run.leaks.map(({ ip, uid, attempt: number }) => {
    const certainty = said.get(ip);
    // Nothing but the record tells of a pod of before the run: it can be kept on purpose.
    if (uid === null && certainty === "possible") return "recovered";
    if (uid === null) {
      // Nothing but a list of the pods tells that it is gone.
      const isOpen = certainty === undefined && isMissing(facts, "pods");
      return isOpen ? "unknown" : { wrong: `${ip} of before: ${certainty ?? "none"}` };
    }
    if (certainty === "leak") return "recovered";
    if (certainty === "possible" && (hasDamagedLogs(facts) || isMissing(facts, "pods"))) return "unknown";
    // A pod that is still there may hold what an attempt got that is not known to have failed.
    const left = facts.pods.find((pod) => pod.uid === uid)?.attempts[number ?? 0];
    if (certainty === undefined && left?.lost.includes("answer") === true) return "unknown";
    return { wrong: `${ip}: ${certainty ?? "none"}` };
  });
  for (const [ip, certainty] of said) {
    if (planted.has(ip)) continue;
    if (certainty === "leak" || !hasDamagedLogs(facts)) verdicts.push({ wrong: `${ip}: ${certainty}, but no leak` });
  }
  return tally("leaks", verdicts, planted.size);
}

/** A pod with two records in the store at the end has a double hold; a leak can be one, and half of a pair of objects. */
function conflicts(facts: Facts, found: Found): Recovery {
  const leaked = new Set(facts.run.leaks.map(({ ip }) => ip));
  const holds = new Set(
    facts.pods
      .filter(({ addresses: all }) => all.filter(({ releasedNs }) => releasedNs === null).length > 1)
      .map(({ uid }) => uid),
  );
  const said = new Set(found.conflicts.filter(({ kind }) => kind === "double_hold").map(({ pod_uid }) => pod_uid));
  const verdicts: Verdict[] = [...holds].map((uid) => {
    if (said.has(uid)) return "recovered";
    return hasDamagedLogs(facts) || isMissing(facts, "pods") ? "unknown" : { wrong: `double hold of ${uid}: none` };
  });
  for (const { kind, subject, ip, pod_uid } of found.conflicts) {
    const isTrue = kind === "double_hold" ? holds.has(pod_uid ?? "") : kind === "half_state" && leaked.has(ip ?? "");
    if (!isTrue) verdicts.push({ wrong: `${kind} of ${subject}` });
  }
  return tally("address conflicts", verdicts, holds.size);
}

/**
 * The ledger against the store: what is in the store at the end is held, what was released is not, and nothing is held
 * that never was. An address that was held for a moment may have left no trace.
 */
function leases(facts: Facts, found: Found): Recovery {
  const key = (ip: string, uid: string | null) => `${ip} ${uid}`;
  const planted = new Map(
    facts.pods.flatMap((pod) => pod.addresses.map((address) => [key(address.ip, pod.uid), address] as const)),
  );
  const open = new Set<string>();
  const proved = new Set<string>();
  for (const { ip, pod_uid, is_open, certainty } of found.leases) {
    if (is_open) open.add(key(ip, pod_uid));
    if (certainty === "proved") proved.add(key(ip, pod_uid));
  }
  const isCut = hasDamagedLogs(facts) || isMissing(facts, "pods");
  const verdicts: Verdict[] = [];
  for (const [holding, { releasedNs }] of planted) {
    const isHeld = releasedNs === null || releasedNs > facts.run.endedNs;
    if (isHeld === open.has(holding)) verdicts.push("recovered");
    else
      verdicts.push(isCut ? "unknown" : { wrong: `${holding}: ${isHeld ? "held, no lease" : "released, still held"}` });
  }
  const stale = new Set(facts.run.leaks.map(({ ip }) => ip));
  for (const holding of proved) {
    const [ip = "", uid] = holding.split(" ");
    if (!planted.has(holding) && !(uid === "null" && stale.has(ip))) verdicts.push({ wrong: `${holding}: never held` });
  }
  return tally("leases", verdicts, planted.size);
}

function offsets(facts: Facts, found: Found): Recovery {
  const verdicts = Object.entries(facts.run.clockOffsets).map(([node, planted]): Verdict => {
    const row = found.offsets.find(({ node_name }) => node_name === node);
    const isInside =
      planted >= (row?.earliest ?? -Infinity) - ROUNDING_NS && planted <= (row?.latest ?? Infinity) + ROUNDING_NS;
    if (!isInside) return { wrong: `${node}: ${planted} not in ${row?.earliest}..${row?.latest}` };
    return typeof row?.earliest === "number" && typeof row.latest === "number" ? "recovered" : "unknown";
  });
  return tally("clock offsets", verdicts);
}

function addresses(facts: Facts, found: Found): Recovery {
  const known = new Map(found.addresses.map((row) => [row.pod_uid, row.ips]));
  const verdicts = facts.pods.flatMap(({ uid, name, ip, deletedNs }): readonly Verdict[] => {
    if (ip === null || deletedNs !== null) return [];
    const shown = known.get(uid) ?? null;
    if (shown === ip) return ["recovered"];
    return [shown === null && isMissing(facts, "pods") ? "unknown" : { wrong: `${name}: ${ip}, found ${shown}` }];
  });
  return tally("addresses", verdicts);
}

/** Pods of which only the audit log, if there is one, tells that they are gone. */
function lostEnds(facts: Facts): number {
  return facts.run.hazards.missingAudit ? facts.pods.filter(({ lost }) => lost.includes("deleted")).length : 0;
}

function deletedPods(facts: Facts, found: Found): Recovery {
  const planted = facts.pods.filter(({ deletedNs }) => deletedNs !== null && deletedNs <= facts.run.endedNs).length;
  const missed = planted - (found.run?.deleted_count ?? 0);
  if (missed > 0 && missed <= lostEnds(facts)) return tally("deleted pods", ["unknown"]);
  return exact("deleted pods", planted, found.run?.deleted_count);
}

/** Without the pods' objects the product says for how many pods it cannot know. */
function readyPods(facts: Facts, found: Found): Recovery {
  const isReady = ({ readyNs }: PodFacts) => readyNs !== null && readyNs <= facts.run.endedNs;
  const planted = facts.pods.filter((pod) => pod.isMeasured && isReady(pod)).length;
  const missed = planted - (found.run?.ready_count ?? 0);
  if (missed > 0 && missed <= found.podsWithoutObject) return tally("ready pods", ["unknown"]);
  return exact("ready pods", planted, found.run?.ready_count);
}

function makespan(facts: Facts, found: Found): Recovery {
  const planted = facts.run.makespanNs;
  const low = found.run?.time_to_all_earliest_s ?? null;
  const high = found.run?.time_to_all_latest_s ?? null;
  if (planted === null || low === null || high === null) {
    const isHonest =
      planted === null
        ? low === null
        : isMissing(facts, "pods") || (facts.run.phase === "delete" && lostEnds(facts) > 0);
    return tally("makespan", [
      isHonest ? (planted === null ? "recovered" : "unknown") : { wrong: `planted ${planted}, found ${low}..${high}` },
    ]);
  }
  const at = planted / 1e9;
  return tally("makespan", [
    at >= low - 1e-5 && at <= high + 1e-5 ? "recovered" : { wrong: `${at} not in ${low}..${high}` },
  ]);
}

/** Seconds at which the measured pods got where the run wanted them, sorted. */
function progress(facts: Facts): readonly number[] {
  return facts.pods
    .filter(({ isMeasured }) => isMeasured)
    .flatMap(({ readyNs, deletedNs }) => (facts.run.phase === "delete" ? deletedNs : readyNs) ?? [])
    .filter((at) => at >= 0 && at <= facts.run.endedNs)
    .map((at) => at / 1e9)
    .sort((a, b) => a - b);
}

/** Fewest pods before a stall and after it: a run that is only getting going, or waits for a few stragglers, has none. */
const RUNNING_PODS = 10;

/**
 * A planted stall is a gap between two pods that lasts as long as the outage. The product finds it to within one of its
 * windows; one shorter than them is left open, and so is one in which, by the intervals that it states, many pods may
 * have come: when a status write that was under way took effect is not known. A gap that the run makes by itself as
 * well is none. What it calls a stall is one.
 */
function stalls(facts: Facts, found: Found): Recovery {
  const done = progress(facts);
  const window = found.window_s ?? 0;
  const isNear = (at: number): boolean => done.some((instant) => Math.abs(instant - at) <= window);
  const gaps = done.flatMap((at, index) => {
    const next = done[index + 1];
    return next === undefined ? [] : [{ from: at, until: next, before: index + 1 }];
  });
  const verdicts = facts.run.stalls.flatMap(({ fromNs, untilNs }): readonly Verdict[] => {
    const [from, until] = [fromNs / 1e9, untilNs / 1e9];
    const overlap = (gap: { from: number; until: number }): number =>
      Math.min(gap.until, until) - Math.max(gap.from, from);
    const [gap] = [...gaps].sort((a, b) => overlap(b) - overlap(a));
    // Writes that were under way end after it has begun, and the first ones after it take their time.
    if (gap === undefined || overlap(gap) < (until - from) / 2) return [];
    if (Math.min(gap.before, done.length - gap.before) < RUNNING_PODS) return [];
    const length = gap.until - gap.from;
    const hit = found.stalls.find(
      ({ started_s: start, ended_s: end }) => start <= gap.from + window && (end ?? Infinity) >= gap.until - window,
    );
    if (hit !== undefined && isNear(hit.started_s) && (hit.ended_s === null || isNear(hit.ended_s)))
      return ["recovered"];
    const mayBeIn = found.intervals.filter(
      ({ milestone, earliest, latest }) =>
        milestone === (facts.run.phase === "delete" ? "deleted" : "ready") &&
        Math.min(latest / 1e9, gap.until) - Math.max(earliest / 1e9, gap.from) > length / 4,
    );
    const isUnsure = mayBeIn.length > RUNNING_PODS;
    const isOrdinary = gaps.some((other) => other !== gap && other.until - other.from >= length / 2);
    return [
      hit === undefined && (isOrdinary || isUnsure || length < window || isMissing(facts, "pods"))
        ? "unknown"
        : { wrong: `stall ${gap.from}..${gap.until}: ${hit ? `${hit.started_s}..${hit.ended_s}` : "none"}` },
    ];
  });
  for (const { started_s: start, ended_s: end, done: said } of found.stalls) {
    const inside = done.filter((at) => at > start + window && at < (end ?? Infinity) - window).length;
    if (inside > said) verdicts.push({ wrong: `stall ${start}..${end}: ${inside} pods got there in it, not ${said}` });
  }
  return tally(
    "stalls",
    verdicts,
    verdicts.filter((verdict) => verdict === "recovered" || verdict === "unknown").length,
  );
}

/**
 * Attempts that the logs show: those of the runtime's log, and those of which only the kubelet tells that they failed. On
 * which side of the end one of the last is, a clock that nothing bounds leaves open.
 */
function attemptCount(facts: Facts, found: Found): Recovery {
  const told = new Set(found.attempts.map(({ sandbox_id }) => sandbox_id));
  const shown = facts.pods
    .filter((pod) => pod.isMeasured && isNew(pod))
    .flatMap((pod) =>
      pod.attempts.filter(
        ({ lost, outcome, sandboxId }) =>
          lost.length < (outcome === "running" ? 1 : 2) ||
          (outcome === "failed" && sandboxId !== null && told.has(sandboxId)),
      ),
    );
  const slack = Math.max(0, ...Object.values(facts.run.clockOffsets).map(Math.abs));
  const last = shown.filter(({ startedNs }) => startedNs > facts.run.endedNs - slack).length;
  const missed = shown.length - (found.run?.attempt_count ?? 0);
  if (missed > 0 && missed <= last) return tally("attempt count", ["unknown"]);
  return exact("attempt count", shown.length, found.run?.attempt_count ?? 0);
}

/** Every planted fact against the product's tables. */
export function compareFacts(facts: Facts, found: Found): readonly Recovery[] {
  return [
    exact("pods", facts.run.podCount, found.run?.pod_count),
    facts.run.phase === "delete" ? deletedPods(facts, found) : readyPods(facts, found),
    attemptCount(facts, found),
    makespan(facts, found),
    ...MILESTONES.map(([name, field]) => milestones(facts, found, name, field, facts.pods.filter(isNew))),
    ...ENDS.map(([name, field]) => milestones(facts, found, name, field, facts.pods)),
    attempts(facts, found),
    causes(facts, found),
    addresses(facts, found),
    leaks(facts, found),
    conflicts(facts, found),
    leases(facts, found),
    offsets(facts, found),
    stalls(facts, found),
  ];
}
