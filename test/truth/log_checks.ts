import type { PodTruth } from "./capture_truth.ts";
import { result, type CheckInput, type CheckResult } from "./checks.ts";
import type { PodCensus } from "./log_census.ts";
import type { AttemptRow, PhaseRow } from "./product_tables.ts";

/** Share of pods that must have a milestone when the logs hold it. */
const COMPLETE = 0.999;

type Held = readonly [milestone: string, held: (census: PodCensus, pod: PodTruth) => boolean];

const HELD_BY_LOGS: readonly Held[] = [
  ["kubelet_seen", (census) => census.kubeletSeen],
  ["sandbox_started", (census) => census.sandboxStarted],
  ["network_ready", (census) => census.sandboxReturned],
  ["container_started", (census) => census.containerStarted],
  // A pod cannot get Ready without an address, and every IPAM here logs, or its objects tell, that it gave one.
  ["ip_allocated", (census, pod) => census.sandboxReturned && pod.ready !== null],
];

/** At least 99.9 % of the pods have every milestone that the logs hold, and none that nothing holds. */
export function checkCompleteness({ truth, census, product }: CheckInput): CheckResult {
  const seen = new Set(product.milestones.map((row) => `${row.pod_uid} ${row.milestone}`));
  const cases: string[] = [];
  const figures: string[] = [];
  for (const [milestone, held] of HELD_BY_LOGS) {
    const expected = [...truth.measured.values()].filter((pod) => {
      const counted = census.pods.get(pod.uid);
      return counted !== undefined && held(counted, pod);
    });
    const missing = expected.filter((pod) => !seen.has(`${pod.uid} ${milestone}`));
    figures.push(`${milestone} ${expected.length - missing.length}/${expected.length}`);
    if (missing.length > expected.length * (1 - COMPLETE)) {
      cases.push(
        `${milestone} missing: ${missing
          .slice(0, 3)
          .map((pod) => pod.name)
          .join(" ")}`,
      );
    }
  }
  return result("milestones complete", figures.join(", "), cases);
}

interface Tally {
  requests: number;
  failed: number;
}

function tallyAttempts(attempts: readonly AttemptRow[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const attempt of attempts) {
    const tally = tallies.get(attempt.pod_uid) ?? { requests: 0, failed: 0 };
    if (attempt.started_at !== null) tally.requests += 1;
    if (attempt.outcome === "failed") tally.failed += 1;
    tallies.set(attempt.pod_uid, tally);
  }
  return tallies;
}

/**
 * Sandbox attempts per pod: as many requests as containerd logged, and as many failures as the log that saw more of
 * them. A killed containerd logs no end, a restarted kubelet no error; the failures of one pod come one after the other.
 */
export function checkAttempts({ truth, census, product }: CheckInput): CheckResult {
  const tallies = tallyAttempts(product.attempts);
  const cases: string[] = [];
  let [requests, failed, observed, ended] = [0, 0, 0, 0];
  for (const pod of truth.measured.values()) {
    const counted = census.pods.get(pod.uid);
    const tally = tallies.get(pod.uid) ?? { requests: 0, failed: 0 };
    const expected = Math.max(counted?.failedInContainerd ?? 0, counted?.failedInKubelet ?? 0);
    requests += counted?.starts ?? 0;
    failed += expected;
    observed += Math.max(counted?.failedInContainerdObserved ?? 0, counted?.failedInKubeletObserved ?? 0);
    ended += counted?.failedInContainerdObserved ?? 0;
    if (tally.requests !== (counted?.starts ?? 0)) {
      cases.push(`${pod.name}: ${counted?.starts ?? 0} requests, product ${tally.requests}`);
    }
    if (tally.failed !== expected) cases.push(`${pod.name}: ${expected} failed, product ${tally.failed}`);
  }
  const said = product.run?.failed_attempt_count ?? null;
  // The report counts to the end of observation; the table keeps what the logs hold after it. An attempt that the kubelet
  // gave up before that end and containerd ended after it may count or not.
  if (said !== null && (said < ended || said > observed)) cases.push(`report.runs.failed_attempt_count ${said}`);
  const figures = `${requests} requests, ${failed} failed, ${observed} observed, product ${said ?? "-"}`;
  return result("sandbox attempts", figures, cases);
}

/** Each pod's phases are a partition of its time: no gap, no overlap, and from its creation to its end. */
export function checkPhases({ truth, product }: CheckInput): CheckResult {
  const cases: string[] = [];
  const rows = new Map(product.pods.map((pod) => [pod.pod_uid, pod]));
  const byPod = new Map<string, PhaseRow[]>();
  for (const phase of product.phases) byPod.set(phase.pod_uid, [...(byPod.get(phase.pod_uid) ?? []), phase]);
  let total = 0;
  for (const pod of truth.measured.values()) {
    const phases = byPod.get(pod.uid) ?? [];
    const row = rows.get(pod.uid);
    const first = phases[0];
    if (first === undefined) {
      if (row?.created_at !== null && truth.phase !== "delete") cases.push(`${pod.name}: no phases`);
      continue;
    }
    let end: number | null = first.started_at;
    let sum = 0;
    for (const phase of phases) {
      if (phase.started_at !== end) cases.push(`${pod.name}: gap or overlap before ${phase.phase}`);
      if (phase.ended_at !== null && phase.ended_at < phase.started_at) cases.push(`${pod.name}: ${phase.phase} < 0`);
      end = phase.ended_at;
      sum += (phase.ended_at ?? phase.started_at) - phase.started_at;
    }
    total += sum;
    if (truth.phase === "delete" || row === undefined) continue;
    if (first.started_at !== row.created_at) cases.push(`${pod.name}: starts at another instant than created_at`);
    if (pod.ready === null || row.ready_at === null) continue;
    if (sum !== row.ready_at - first.started_at) cases.push(`${pod.name}: sum of phases is not ready_at - created_at`);
  }
  return result("phases", `${byPod.size} pods, ${(total / 1e9).toFixed(1)} s`, cases);
}
