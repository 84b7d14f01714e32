import { join } from "node:path";

import { writeTree } from "../bad_input/good_capture.ts";

/** All of a small capture happens on this day; instants are seconds after ten o'clock. */
export const DAY = "2026-11-23";

export const at = (second: number, digits = 0): string =>
  `${new Date(Date.parse(`${DAY}T10:00:00Z`) + second * 1000).toISOString().slice(0, 19)}${digits === 0 ? "" : `.${"0".repeat(digits)}`}Z`;

/** A sandbox id that is told by one digit or two. */
export const sandboxId = (digits: string): string => digits.repeat(64 / digits.length);

/** One pod of a small capture. */
export interface SmallPod {
  readonly name: string;
  readonly node?: string;
  readonly ips?: readonly string[];
  /** Addresses by interface, as Multus notes them. */
  readonly networks?: Readonly<Record<string, readonly string[]>>;
  readonly ownerKind?: string;
  readonly isReady?: boolean;
}

export const podUid = (name: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(name).toString("hex").slice(0, 12).padStart(12, "0")}`;

function podObject({
  name,
  node = "n1",
  ips = [],
  networks,
  ownerKind = "ReplicaSet",
  isReady = true,
}: SmallPod): unknown {
  const annotations =
    networks === undefined
      ? {}
      : {
          "k8s.v1.cni.cncf.io/network-status": JSON.stringify(
            Object.entries(networks).map(([each, addresses]) => ({ name: each, interface: each, ips: addresses })),
          ),
        };
  const owner = { apiVersion: "apps/v1", kind: ownerKind, name: "app", uid: podUid("app"), controller: true };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "default",
      uid: podUid(name),
      creationTimestamp: at(1),
      annotations,
      ownerReferences: [owner],
    },
    spec: { nodeName: node, containers: [{ name: "app", image: "app:1" }] },
    status: isReady
      ? {
          phase: "Running",
          podIP: ips[0],
          podIPs: ips.map((ip) => ({ ip })),
          conditions: [{ type: "Ready", status: "True", lastTransitionTime: at(30) }],
          containerStatuses: [{ name: "app", ready: true, started: true, state: { running: { startedAt: at(29) } } }],
        }
      : { phase: "Pending", conditions: [{ type: "PodScheduled", status: "True", lastTransitionTime: at(1) }] },
  };
}

/** An object as the API server stores it. */
export function stored(apiVersion: string, kind: string, name: string, body: Record<string, unknown>): unknown {
  const metadata = { name, uid: podUid(name), creationTimestamp: at(1), ...(body["metadata"] as object | undefined) };
  return { apiVersion, kind, ...body, metadata };
}

export const listOf = (items: readonly unknown[]): string =>
  `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 1)}\n`;

const line = (second: number, message: string, more = ""): string =>
  `time="${at(second, 9)}" level=info msg="${message.replaceAll('"', '\\"')}"${more}`;

const podMetadata = (name: string): string =>
  `&PodSandboxMetadata{Name:${name},Uid:${podUid(name)},Namespace:default,Attempt:0,}`;

/** What containerd logs of a sandbox: set up, and when `stopped` is given, torn down at that second. */
export function sandboxLines(pod: string, id: string, second: number, stopped: number | null = null): string[] {
  const request = `RunPodSandbox for ${podMetadata(pod)}`;
  return [
    line(second, request),
    line(second + 2, `${request} returns sandbox id "${id}"`),
    ...(stopped === null
      ? []
      : [
          line(stopped, `StopPodSandbox for "${id}"`),
          line(stopped + 1, `TearDown network for sandbox "${id}" successfully`),
          line(stopped + 1, `StopPodSandbox for "${id}" returns successfully`),
        ]),
  ];
}

/** What containerd logs of a set-up that fails, and of the DEL after it that fails too when `delError` is given. */
export function failedSandboxLines(
  pod: string,
  id: string,
  second: number,
  error: string,
  delError?: string,
): string[] {
  const request = `RunPodSandbox for ${podMetadata(pod)}`;
  const quoted = (text: string): string => ` error="${text.replaceAll('"', '\\"')}"`;
  const failure = `failed to setup network for sandbox "${id}": ${error}`;
  return [
    line(second, request),
    ...(delError === undefined
      ? []
      : [
          line(second + 2, `Failed to destroy network for sandbox "${id}"`, quoted(delError)).replace(
            "=info",
            "=error",
          ),
        ]),
    line(second + 3, `${request} failed, error`, quoted(`rpc error: code = Unknown desc = ${failure}`)).replace(
      "=info",
      "=error",
    ),
  ];
}

/** Files of a small capture beside its manifest, pods and runtime log. */
export interface SmallCapture {
  readonly cni: string;
  readonly phase?: "create" | "delete";
  readonly pods: readonly SmallPod[];
  readonly runtime?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** Writes a capture of one minute, listed five seconds after its end; its name is its run id. */
export function writeCapture(
  folder: string,
  runId: string,
  { cni, phase, pods, runtime, files }: SmallCapture,
): string {
  return writeTree(join(folder, runId), {
    "run.json": JSON.stringify({
      runId,
      cni: { name: cni },
      phase: phase ?? "create",
      workload: { namespace: "default" },
      startedAt: at(0),
      endedAt: at(60),
      timezone: "UTC",
      marks: { conditionMetOrTimeout: at(60), captureEnd: at(65) },
    }),
    "cluster/pods.json": listOf(pods.map(podObject)),
    "nodes/n1/containerd.log": [line(0, "containerd successfully booted"), ...(runtime ?? [])].join("\n") + "\n",
    ...files,
  });
}
