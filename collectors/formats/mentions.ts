import { idAt, isUuid } from "./go_values.ts";
import { takeLegacyPod, takeNames, takePod, takeUid } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";

const BACKSLASH = 92;
const QUOTE = 34;

/** Position after any mix of backslashes and quotes at `pos`: errors come at growing escape depth. */
function skipQuotes(text: string, pos: number): number {
  let i = pos;
  for (let c = text.charCodeAt(i); c === BACKSLASH || c === QUOTE; c = text.charCodeAt(i)) {
    i++;
  }
  return i;
}

/** Position of the first quote or backslash from `pos` on; the text's end when there is none. */
function quotedEnd(text: string, pos: number): number {
  const quote = text.indexOf('"', pos);
  const end = quote < 0 ? text.length : quote;
  const backslash = text.indexOf("\\", pos);
  return backslash < 0 || backslash > end ? end : backslash;
}

/** Id in quotes of any depth right after `marker`; null when the marker or the id is missing. */
export function idAfter(text: string, marker: string): string | null {
  const at = text.indexOf(marker);
  return at < 0 ? null : idAt(text, skipQuotes(text, at + marker.length));
}

/** Text in quotes of any depth right after `marker`; null when the marker is missing. */
export function quotedAfter(text: string, marker: string): string | null {
  const at = text.indexOf(marker);
  if (at < 0) {
    return null;
  }
  const start = skipQuotes(text, at + marker.length);
  return text.substring(start, quotedEnd(text, start));
}

/** Text from after `marker`, looked for from `from` on, to the next of `stops`; null when the marker is missing. */
export function wordAfter(text: string, marker: string, stops: string, from = 0): string | null {
  const at = text.indexOf(marker, from);
  if (at < 0) {
    return null;
  }
  const start = at + marker.length;
  if (stops.length === 1) {
    const stop = text.indexOf(stops, start);
    return text.substring(start, stop < 0 ? text.length : stop);
  }
  for (let i = start; i < text.length; i++) {
    if (stops.includes(text.charAt(i))) {
      return text.substring(start, i);
    }
  }
  return text.substring(start);
}

/** Finds sandbox, pod, plugin and the holder of a reserved name in an error or a message that carries one. */
export function takeErrorMentions(text: string, state: RecordState): void {
  const { record } = state;
  record.sandboxId ??= idAfter(text, "sandbox ");
  record.plugin ??= quotedAfter(text, "plugin type=");
  const reserved = text.indexOf(" is reserved for ");
  if (reserved >= 0) {
    const id = idAt(text, skipQuotes(text, reserved + 17));
    if (id !== null && state.fieldValue("reserved_for") === null) {
      state.field("reserved_for", id);
    }
    takeSandboxName(quotedAfter(text, "sandbox name "), state);
  }
  if (record.podName === null || record.podUid === null) {
    const forPod = quotedAfter(text, " for ");
    if (forPod === null || !takeLegacyPod(forPod, record)) {
      const pod = quotedAfter(text, " pod ");
      if (pod !== null) {
        takeLegacyPod(pod, record);
      }
    }
  }
  if (record.podUid === null) {
    takeMultusPrefix(text, state);
  }
}

/** Takes the identity in the CRI sandbox name `name_namespace_uid_attempt`. */
function takeSandboxName(name: string | null, state: RecordState): void {
  // No part of it can hold an underscore: names of pods and namespaces are DNS labels.
  const [pod, namespace, uid, attempt, extra] = (name ?? "").split("_");
  if (
    pod === undefined ||
    namespace === undefined ||
    uid === undefined ||
    attempt === undefined ||
    extra !== undefined
  ) {
    return;
  }
  if (takeNames(namespace, pod, state.record) && takeUid(uid, state.record) && /^\d{1,9}$/.test(attempt)) {
    state.record.attempt ??= Number(attempt);
  }
}

/** Multus puts `[namespace/pod/uid:network]:` (older: without uid) before a plugin's error. */
function takeMultusPrefix(text: string, state: RecordState): void {
  for (let open = text.indexOf("["); open >= 0; open = text.indexOf("[", open + 1)) {
    const close = text.indexOf("]", open);
    if (close < 0) {
      return;
    }
    if (text.charCodeAt(close + 1) === 58) {
      const inner = text.substring(open + 1, close);
      const colon = inner.indexOf(":");
      const [namespace, pod, uid, extra] = (colon < 0 ? inner : inner.substring(0, colon)).split("/");
      if (
        namespace !== undefined &&
        pod !== undefined &&
        extra === undefined &&
        takeNames(namespace, pod, state.record)
      ) {
        takeUid(uid ?? "", state.record);
        const network = colon < 0 ? "" : inner.substring(colon + 1);
        if (network !== "" && state.fieldValue("network") === null) {
          state.field("network", network);
        }
        return;
      }
    }
  }
}

const POD_WORD = /^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*$/;

/** Finds the pod of an unstructured message: `pod "name_ns(uid)"`, `pod ns/name`, `(UID: "uid")`. */
export function takeMessageMentions(text: string, state: RecordState): void {
  const { record } = state;
  const uidMark = record.podUid === null ? text.indexOf('(UID: "') : -1;
  if (uidMark >= 0) {
    takeUid(text.substring(uidMark + 7, quotedEnd(text, uidMark + 7)), record);
  }
  if (record.podName !== null) {
    return;
  }
  const at = text.startsWith("pod ") ? 0 : text.indexOf(" pod ") + 1;
  if (at > 0 || text.startsWith("pod ")) {
    takePodWord(text, at + 4, state);
  }
  if (text.startsWith("Event(v1.ObjectReference{")) {
    takeEventReference(text, state);
  }
}

function takePodWord(text: string, start: number, state: RecordState): void {
  if (text.charCodeAt(start) === QUOTE) {
    const name = text.substring(start + 1, quotedEnd(text, start + 1));
    if (isUuid(name) || name.endsWith(")")) {
      takePod(name, state.record);
    } else if (name !== "" && !name.includes(" ") && text.includes('(UID: "')) {
      takePod(name, state.record);
    }
    return;
  }
  const stop = text.indexOf(" ", start);
  const word = text.substring(start, stop < 0 ? text.length : stop).replace(/[,.:;]$/, "");
  if (POD_WORD.test(word) || isUuid(word)) {
    takePod(word, state.record);
  }
}

/** client-go's event recorder: `Event(v1.ObjectReference{Kind:"Pod", ...}): type: 'Normal' reason: 'X' text`. */
function takeEventReference(text: string, state: RecordState): void {
  const kind = quotedAfter(text, "Kind:");
  const reason = /\): type: '(\w+)' reason: '(\w+)'/.exec(text);
  if (reason?.[2] !== undefined) {
    state.field("reason", reason[2]);
  }
  const name = quotedAfter(text, ", Name:");
  if (kind !== "Pod" || name === null) {
    state.field("kind", kind ?? "");
    return;
  }
  if (takeNames(quotedAfter(text, "Namespace:") ?? "", name, state.record)) {
    takeUid(quotedAfter(text, "UID:") ?? "", state.record);
  }
  const added = /'AddedInterface' Add (\S+) \[([^\]]*)\] from (\S+)/.exec(text);
  if (added !== null) {
    state.field("interface", added[1] ?? "");
    state.field("ips", added[2] ?? "");
    state.field("network", added[3] ?? "");
  }
}

/** CNI arguments printed inside a message: `K8S_POD_NAME=a;...`, `K8S_POD_NAME:a`, `K8S_POD_NAME:"a"`. */
export function takeCniArguments(text: string, state: RecordState): void {
  if (!text.includes("K8S_POD_NAME")) {
    return;
  }
  const { record } = state;
  const read = (key: string): string | null =>
    new RegExp(`${key}[=:] ?\\\\*"?([A-Za-z0-9.-]+)`).exec(text)?.[1] ?? null;
  const name = read("K8S_POD_NAME");
  if (name !== null && takeNames(read("K8S_POD_NAMESPACE") ?? "", name, record)) {
    takeUid(read("K8S_POD_UID") ?? "", record);
    const sandbox = read("K8S_POD_INFRA_CONTAINER_ID") ?? "";
    record.sandboxId ??= idAt(sandbox, 0);
  }
  const command = /\bCNI (ADD|DEL|CHECK) request/.exec(text)?.[1];
  if (command !== undefined && state.fieldValue("command") === null) {
    state.field("command", command);
  }
}
