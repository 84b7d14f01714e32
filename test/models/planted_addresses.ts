import fc from "fast-check";

import { RAW_TABLES } from "../../src/schema/raw_tables.ts";
import { sqlText } from "../../src/store/database.ts";
import { EPOCH } from "./expect_model.ts";

/** How a DEL went at the IPAM: done, swallowed after a timeout, or killed before it did anything. */
type DelOutcome = "released" | "swallowed" | "killed";

interface PlannedAttempt {
  readonly allocates: boolean;
  readonly del: DelOutcome;
}

interface PlannedPod {
  /** Attempts that fail, before one that succeeds. */
  readonly failing: readonly PlannedAttempt[];
  readonly succeeds: boolean;
  /** The pod is deleted in the run, its sandbox stopped with this result. */
  readonly deleted: DelOutcome | null;
}

/** What of the evidence a capture still has. */
export interface Evidence {
  readonly snapshot: boolean;
  readonly snapshotTime: boolean;
  readonly runtimeLog: boolean;
  readonly pluginLog: boolean;
  /** False: the lines that tell of a release were lost, those of the allocation not. */
  readonly releaseLines: boolean;
  readonly podList: boolean;
}

/** A planted run: what happened, and which of it was captured. */
export interface PlannedRun {
  readonly pods: readonly PlannedPod[];
  readonly evidence: Evidence;
}

const del = fc.constantFrom<DelOutcome>("released", "swallowed", "killed");
const pod: fc.Arbitrary<PlannedPod> = fc.record({
  failing: fc.array(fc.record({ allocates: fc.boolean(), del }), { maxLength: 3 }),
  succeeds: fc.boolean(),
  deleted: fc.option(del, { freq: 2 }),
});
const pods = fc.array(pod, { minLength: 1, maxLength: 5 });
const COMPLETE: Evidence = {
  snapshot: true,
  snapshotTime: true,
  runtimeLog: true,
  pluginLog: true,
  releaseLines: true,
  podList: true,
};

export const completeRun: fc.Arbitrary<PlannedRun> = fc.record({ pods, evidence: fc.constant(COMPLETE) });
/** No snapshot of the records: the logs alone are left. */
export const unseenRun: fc.Arbitrary<PlannedRun> = fc.record({
  pods,
  evidence: fc.constant({ ...COMPLETE, snapshot: false }),
});
export const cutRun: fc.Arbitrary<PlannedRun> = fc.record({
  pods,
  evidence: fc.record({
    snapshot: fc.boolean(),
    snapshotTime: fc.boolean(),
    runtimeLog: fc.boolean(),
    pluginLog: fc.boolean(),
    releaseLines: fc.boolean(),
    podList: fc.boolean(),
  }),
});

type Row = Record<string, unknown>;

/** Raw rows of a planted run, and what is true in it. */
export interface Planted {
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** `<run> <ip>` of the addresses that have no holder at the end. */
  readonly leaked: ReadonlySet<string>;
  /** `<run> <ip>` of all addresses held at the end. */
  readonly held: ReadonlySet<string>;
}

const END_S = 1000;
const iso = (seconds: number): string => new Date(Date.parse(EPOCH) + seconds * 1000).toISOString().replace("Z", "");

/** Writes one run's history as a Whereabouts capture: a pool that hands out the lowest free address. */
class History {
  readonly rows = new Map<string, Row[]>();
  readonly held = new Map<string, { readonly sandbox: string; readonly pod: string; readonly isLiving: boolean }>();
  readonly runId: string;
  readonly evidence: Evidence;
  #line = 0;
  #clock = 10;

  constructor(runId: string, evidence: Evidence) {
    this.runId = runId;
    this.evidence = evidence;
  }

  add(table: string, row: Row): void {
    this.#line += 1;
    const rows = this.rows.get(table) ?? [];
    rows.push({ run_id: this.runId, line: this.#line, ...row });
    this.rows.set(table, rows);
  }

  tick(seconds = 2): string {
    this.#clock += seconds;
    return iso(this.#clock);
  }

  runtime(row: Row): void {
    const ts = this.tick();
    if (this.evidence.runtimeLog) {
      this.add("containerd_logs", {
        file_id: 1,
        line_count: 1,
        node_name: "worker4",
        clock: "worker4",
        component: "containerd",
        format: "logfmt",
        ts,
        ts_resolution_ns: 1,
        ...row,
      });
    }
  }

  plugin(row: Row): void {
    const ts = this.tick();
    if (this.evidence.pluginLog) {
      this.add("cni_logs", {
        file_id: 1,
        line_count: 1,
        node_name: "worker4",
        clock: "worker4",
        component: "whereabouts",
        format: "bracket",
        via: "containerd",
        ts,
        ts_resolution_ns: 1_000_000_000,
        ...row,
      });
    }
  }

  allocate(sandbox: string, podName: string): string {
    let host = 1;
    while (this.held.has(`10.9.0.${host}`)) host += 1;
    const ip = `10.9.0.${host}`;
    this.plugin({ message: `Reserving IP: |${ip} ${sandbox}|`, sandbox_id: sandbox });
    this.plugin({
      message: `K8s UpdateOverlappingRangeAllocation success on allocate: &{ObjectMeta:{Name:${ip} } Spec:{ContainerID:${sandbox}}}`,
      sandbox_id: sandbox,
    });
    this.held.set(ip, { sandbox, pod: podName, isLiving: true });
    return ip;
  }

  /** The DEL of a sandbox; its address, when it has one, is released or stays behind. */
  del(sandbox: string, ip: string | null, outcome: DelOutcome): void {
    this.plugin({ message: `Beginning delete for ContainerID: ${sandbox}`, sandbox_id: sandbox });
    if (ip === null) return;
    if (outcome === "released") {
      if (this.evidence.releaseLines) {
        this.plugin({ message: `Deallocating given previously used IP: ${ip}` });
        this.plugin({
          message: `K8s UpdateOverlappingRangeAllocation success on deallocate: &{ObjectMeta:{Name:${ip} } }`,
        });
      }
      this.held.delete(ip);
      return;
    }
    if (outcome === "swallowed") {
      this.plugin({ message: "WARNING: Problem deallocating IP: time limit exceeded while waiting to become leader" });
    }
    const left = this.held.get(ip);
    if (left !== undefined) this.held.set(ip, { ...left, isLiving: false });
  }
}

function digits(text: string): string {
  return Buffer.from(text).toString("hex").padStart(64, "0").slice(-64);
}

function plantPod(history: History, plan: PlannedPod, place: number): Row | null {
  const name = `pod-${place}`;
  const uid = `00000000-0000-4000-8000-${String(place).padStart(12, "0")}`;
  const metadata = { namespace: "default", pod_name: name, pod_uid: uid, attempt: 0 };
  const request = `RunPodSandbox for &PodSandboxMetadata{Name:${name},Uid:${uid},Namespace:default,Attempt:0,}`;
  plan.failing.forEach((attempt, index) => {
    const sandbox = digits(`${history.runId}/${name}/${index}`);
    history.runtime({ ...metadata, message: request });
    const ip = attempt.allocates ? history.allocate(sandbox, name) : null;
    history.del(sandbox, ip, attempt.del);
    history.runtime({
      ...metadata,
      sandbox_id: sandbox,
      message: `${request} failed, error`,
      error: "failed to setup network",
    });
  });
  const object: Row = {
    file_id: 3,
    item: place,
    snapshot: "",
    namespace: "default",
    pod_name: name,
    pod_uid: uid,
    node_name: "worker4",
    host_network: false,
    created_at: iso(5),
    phase: "Pending",
    container_count: 1,
  };
  if (!plan.succeeds) return object;
  const sandbox = digits(`${history.runId}/${name}/ok`);
  history.runtime({ ...metadata, message: request });
  const ip = history.allocate(sandbox, name);
  history.runtime({ ...metadata, sandbox_id: sandbox, message: `${request} returns sandbox id "${sandbox}"` });
  if (plan.deleted === null) {
    const ready_at = history.tick();
    return {
      ...object,
      phase: "Running",
      pod_ip: ip,
      pod_ips: JSON.stringify([ip]),
      ready_at,
      is_ready: true,
      container_started_at: ready_at,
    };
  }
  history.runtime({ sandbox_id: sandbox, message: `StopPodSandbox for "${sandbox}"` });
  history.del(sandbox, ip, plan.deleted);
  history.runtime({ sandbox_id: sandbox, message: `TearDown network for sandbox "${sandbox}" successfully` });
  history.runtime({ sandbox_id: sandbox, message: `StopPodSandbox for "${sandbox}" returns successfully` });
  return null;
}

/** Carries out one plan and writes down what was captured of it. */
export function plant(runId: string, { pods: plans, evidence }: PlannedRun): Planted {
  const history = new History(runId, evidence);
  const objects = plans.map((plan, place) => plantPod(history, plan, place)).filter((object) => object !== null);
  const marks = { conditionMetOrTimeout: `${iso(END_S)}Z`, captureEnd: `${iso(END_S + 10)}Z` };
  history.add("runs", {
    capture: runId,
    layout: "native",
    cni: "whereabouts",
    phase: "create",
    started_at: iso(0),
    ended_at: evidence.snapshotTime ? iso(END_S) : null,
    workload_namespace: "default",
    manifest: JSON.stringify(evidence.snapshotTime ? { marks } : {}),
  });
  const source = { bytes: 1, text_bytes: 1, record_count: 1 };
  history.add("sources", {
    ...source,
    file_id: 1,
    path: "nodes/worker4/containerd.log",
    kind: "log",
    node_name: "worker4",
    snapshot: "",
  });
  if (evidence.snapshot) {
    history.add("sources", { ...source, file_id: 2, path: "cluster/ippools-end.json", kind: "ipam", snapshot: "end" });
    for (const [ip, { sandbox, pod: podName }] of history.held) {
      history.add("ipam_records", {
        file_id: 2,
        item: 0,
        snapshot: "end",
        system: "whereabouts",
        kind: "IPPool",
        name: "10.9.0.0-24",
        pool: "10.9.0.0-24",
        ip,
        ip_family: "IPv4",
        namespace: "default",
        pod_name: podName,
        sandbox_id: sandbox,
        holder_kind: "pod",
      });
    }
  }
  if (evidence.podList) {
    history.add("sources", { ...source, file_id: 3, path: "cluster/pods.json", kind: "pods", snapshot: "" });
    for (const object of objects) history.add("pods", object);
  }
  const keys = (isWanted: (isLiving: boolean) => boolean): ReadonlySet<string> =>
    new Set([...history.held].filter(([, { isLiving }]) => isWanted(isLiving)).map(([ip]) => `${runId} ${ip}`));
  return { rows: history.rows, leaked: keys((isLiving) => !isLiving), held: keys(() => true) };
}

/** One insert statement per raw table for the rows of all planted runs. */
export function insertStatements(planted: readonly Planted[]): readonly string[] {
  return RAW_TABLES.flatMap(({ name, columns }) => {
    const rows = planted.flatMap((each) => each.rows.get(name) ?? []);
    if (rows.length === 0) return [];
    const given = columns.filter((column) => rows.some((row) => column.name in row)).map((column) => column.name);
    const literal = (value: unknown): string =>
      value === null || value === undefined
        ? "null"
        : typeof value === "string"
          ? sqlText(value)
          : JSON.stringify(value);
    const values = rows.map((row) => `(${given.map((column) => literal(row[column])).join(", ")})`);
    return [`insert into raw.${name} (${given.join(", ")}) values ${values.join(", ")}`];
  });
}
