import { idAt } from "./go_values.ts";
import { idAfter, takeErrorMentions, wordAfter } from "./mentions.ts";
import { takeNames, takeUid } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";

/** Verbs whose quoted id is a container's. */
const CONTAINER_VERBS = [
  "StartContainer for ",
  "StopContainer for ",
  "RemoveContainer for ",
  "RemoveContainer ",
  "Stop container ",
  "Kill container ",
  "Container to stop ",
  "ExecSync for ",
] as const;

/** Finds sandbox, container, pod and attempt in containerd's (and CRI-O's) messages. */
export function takeContainerdMentions(text: string, state: RecordState): void {
  const { record } = state;
  const metadata = text.indexOf("PodSandboxMetadata{");
  if (metadata >= 0) {
    takeMetadata(text, metadata, state);
    record.sandboxId ??= idAfter(text, "returns sandbox id ");
    return;
  }
  const sandbox = text.indexOf("andbox");
  if (sandbox >= 0) {
    record.sandboxId ??=
      idAfter(text, "PodSandbox for ") ??
      idAfter(text, "andbox ") ??
      idAfter(text, "PodSandbox ") ??
      idAfter(text, "sandboxID ");
  }
  if (text.startsWith("CreateContainer within sandbox ")) {
    record.containerId ??= idAfter(text, "returns container id ");
    takeContainerMetadata(text, state);
    return;
  }
  if (text.includes("ontainer") || text.startsWith("ExecSync")) {
    const verb = CONTAINER_VERBS.find((candidate) => text.startsWith(candidate));
    record.containerId ??= verb === undefined ? null : idAfter(text, verb);
  }
  if (text.includes("cleanup warnings time=")) {
    return;
  }
  if (text.includes("plugin type=") || text.includes(" is reserved for ")) {
    takeErrorMentions(text, state);
  }
}

/** `&PodSandboxMetadata{Name:a,Uid:b,Namespace:c,Attempt:0,}` */
function takeMetadata(text: string, at: number, state: RecordState): void {
  const end = text.indexOf("}", at);
  const inner = text.substring(at, end < 0 ? text.length : end);
  const name = wordAfter(inner, "{Name:", ",");
  if (name !== null && takeNames(wordAfter(inner, ",Namespace:", ",") ?? "", name, state.record)) {
    takeUid(wordAfter(inner, ",Uid:", ",") ?? "", state.record);
  }
  takeAttempt(inner, state);
}

function takeContainerMetadata(text: string, state: RecordState): void {
  const at = text.indexOf("ContainerMetadata{");
  if (at < 0) {
    return;
  }
  const end = text.indexOf("}", at);
  const inner = text.substring(at, end < 0 ? text.length : end);
  const name = wordAfter(inner, "{Name:", ",");
  if (name !== null) {
    state.field("container_name", name);
  }
  takeAttempt(inner, state);
}

function takeAttempt(metadata: string, state: RecordState): void {
  const attempt = wordAfter(metadata, ",Attempt:", ",");
  if (attempt !== null && /^\d{1,9}$/.test(attempt)) {
    state.record.attempt ??= Number(attempt);
  }
}

/** Id of a bare (unquoted) mention `marker<id>`. */
export function bareIdAfter(text: string, marker: string): string | null {
  const at = text.indexOf(marker);
  return at < 0 ? null : idAt(text, at + marker.length);
}
