import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { instantNs, linesOf, type CaptureTruth } from "./capture_truth.ts";
import { measureWatchLags, type WatchLags } from "./watch_lag.ts";

/** What the logs hold of one pod, counted by text search and nothing else. */
export interface PodCensus {
  /** RunPodSandbox requests in containerd's log. */
  starts: number;
  sandboxes: number;
  /** Failed RunPodSandbox: as containerd says, and as the kubelet says. */
  failedInContainerd: number;
  failedInKubelet: number;
  /** The same, of lines up to the end of observation. */
  failedInContainerdObserved: number;
  failedInKubeletObserved: number;
  sandboxReturned: boolean;
  containerStarted: boolean;
  kubeletSeen: boolean;
  sandboxStarted: boolean;
}

/** Counts of one capture's logs. */
export interface LogCensus {
  /** By pod UID. */
  readonly pods: ReadonlyMap<string, PodCensus>;
  readonly watchLags: WatchLags;
}

const SANDBOX =
  /^time="([^"]+)" level=\w+ msg="RunPodSandbox for &PodSandboxMetadata\{Name:[^,]+,Uid:([^,]+),[^}]*\}(.*)/;
const RETURNED = /^ returns sandbox id \\"([0-9a-f]{64})/;
const CREATED = /CreateContainer within sandbox \\"([0-9a-f]{64})\\" .* returns container id \\"([0-9a-f]{64})/;
const STARTED = /^time="([^"]+)" .*msg="StartContainer for \\"([0-9a-f]{64})\\" returns successfully"/;

class Census {
  readonly pods = new Map<string, PodCensus>();
  private readonly podOfSandbox = new Map<string, string>();
  private readonly sandboxOfContainer = new Map<string, string>();
  private readonly truth: CaptureTruth;
  private readonly uidOfPod = new Map<string, string>();

  constructor(truth: CaptureTruth) {
    this.truth = truth;
    // Of two pods with one name the later one wins; generated names do not repeat.
    for (const pod of truth.pods.values()) this.uidOfPod.set(`${pod.namespace}/${pod.name}`, pod.uid);
  }

  private pod(uid: string): PodCensus {
    const known = this.pods.get(uid);
    if (known !== undefined) return known;
    const fresh: PodCensus = {
      starts: 0,
      sandboxes: 0,
      failedInContainerd: 0,
      failedInKubelet: 0,
      failedInContainerdObserved: 0,
      failedInKubeletObserved: 0,
      sandboxReturned: false,
      containerStarted: false,
      kubeletSeen: false,
      sandboxStarted: false,
    };
    this.pods.set(uid, fresh);
    return fresh;
  }

  private isObserved(stamp: string): boolean {
    return Number(instantNs(stamp) - this.truth.startedAt) <= this.truth.endedAt;
  }

  containerd(line: string): void {
    if (!line.startsWith("time=")) return;
    const sandbox = SANDBOX.exec(line);
    if (sandbox !== null) {
      this.sandbox(this.isObserved(sandbox[1] ?? ""), sandbox[2] ?? "", sandbox[3] ?? "");
      return;
    }
    const created = CREATED.exec(line);
    if (created !== null) this.sandboxOfContainer.set(created[2] ?? "", created[1] ?? "");
    const started = STARTED.exec(line);
    const uid = this.podOfSandbox.get(this.sandboxOfContainer.get(started?.[2] ?? "") ?? "");
    if (started !== null && uid !== undefined && this.isObserved(started[1] ?? "")) {
      this.pod(uid).containerStarted = true;
    }
  }

  private sandbox(observed: boolean, uid: string, rest: string): void {
    const pod = this.pod(uid);
    const returned = RETURNED.exec(rest);
    if (returned !== null) {
      this.podOfSandbox.set(returned[1] ?? "", uid);
      pod.sandboxes += 1;
      pod.sandboxReturned ||= observed;
    } else if (rest.startsWith(" failed, error")) {
      pod.failedInContainerd += 1;
      if (observed) pod.failedInContainerdObserved += 1;
    } else {
      pod.starts += 1;
      pod.sandboxStarted ||= observed;
    }
  }

  kubelet(record: string): void {
    const stamp = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{6}) /.exec(record);
    if (stamp === null) return;
    // One line a failed attempt: the kubelet logs it four times, this is the one that names the pod as a key.
    const isFailure =
      record.includes(" kuberuntime_manager.go:") && record.includes('"CreatePodSandbox for pod failed"');
    const isAdd = record.includes('"SyncLoop ADD"');
    if (!isFailure && !isAdd) return;
    const year = new Date(Number(this.truth.startedAt / 1_000_000n)).getUTCFullYear();
    const observed = this.isObserved(`${year}-${stamp[1]}-${stamp[2]}T${stamp[3]}Z`);
    const names = isAdd
      ? (/pods="\[([^\]]*)\]"/.exec(record)?.[1] ?? "").split(/[ ,]+/)
      : [/ pod="([^"]+)"/.exec(record)?.[1]];
    for (const name of names) {
      const uid = this.uidOfPod.get(name ?? "");
      if (uid === undefined) continue;
      const pod = this.pod(uid);
      if (isAdd) pod.kubeletSeen ||= observed;
      else pod.failedInKubelet += 1;
      if (isFailure && observed) pod.failedInKubeletObserved += 1;
    }
  }
}

/** Records of a klog file: a header line with the headerless lines that follow it. */
async function* klogRecords(path: string): AsyncGenerator<string> {
  let record = "";
  for await (const line of linesOf(path)) {
    if (/^[IWEF]\d{4} /.test(line)) {
      if (record !== "") yield record;
      record = line;
    } else if (record.length < 100_000) record += `\n${line}`;
  }
  if (record !== "") yield record;
}

/** Counts, by text search, what the node logs and the audit log of a capture hold. */
export async function takeLogCensus(truth: CaptureTruth): Promise<LogCensus> {
  const census = new Census(truth);
  const nodes = join(truth.folder, "nodes");
  for (const node of existsSync(nodes) ? await readdir(nodes) : []) {
    const containerd = join(nodes, node, "containerd.log");
    const kubelet = join(nodes, node, "kubelet.log");
    if (existsSync(containerd)) for await (const line of linesOf(containerd)) census.containerd(line);
    if (existsSync(kubelet)) for await (const record of klogRecords(kubelet)) census.kubelet(record);
  }
  return { pods: census.pods, watchLags: await measureWatchLags(truth) };
}
