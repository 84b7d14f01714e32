import type { LogRecord } from "../log_record.ts";
import { idAt, isUuid } from "./go_values.ts";
import type { RecordState } from "./record_state.ts";

type Promote = (value: string, state: RecordState, key: string) => boolean;

/**
 * Puts `key=value` into the column it belongs to, or keeps it in `fields`.
 *
 * The first value of a column wins; a second one that differs is kept in `fields` under its own key, so nothing is lost.
 */
export function takeKey(key: string, value: string, state: RecordState): void {
  const promote = PROMOTIONS.get(key);
  if (promote === undefined || !promote(value, state, key)) {
    state.field(key, value);
  }
}

/** Takes the pod of `ns/name`, `name`, `name_ns(uid)` or a bare UID; false when the text names none. */
export function takePod(value: string, record: LogRecord): boolean {
  const slash = value.indexOf("/");
  if (slash > 0) {
    if (value.indexOf("/", slash + 1) >= 0) {
      return false;
    }
    return takeNames(value.substring(0, slash), value.substring(slash + 1), record);
  }
  if (value === "" || slash === 0) {
    return false;
  }
  if (value.endsWith(")")) {
    return takeLegacyPod(value, record);
  }
  if (isUuid(value)) {
    return takeUid(value, record);
  }
  if (record.podName !== null && record.podName !== value) {
    return false;
  }
  record.podName = value;
  return true;
}

/** Takes `name_ns(uid)`, the form kubelets print in messages and errors. */
export function takeLegacyPod(value: string, record: LogRecord): boolean {
  const underscore = value.indexOf("_");
  const open = value.indexOf("(", underscore + 1);
  if (underscore <= 0 || open < 0 || !value.endsWith(")")) {
    return false;
  }
  const took = takeNames(value.substring(underscore + 1, open), value.substring(0, underscore), record);
  return took && takeUid(value.substring(open + 1, value.length - 1), record);
}

/** Takes namespace and name unless the record already names another pod. */
export function takeNames(namespace: string, name: string, record: LogRecord): boolean {
  if (name === "" || namespace === "") {
    return false;
  }
  if (
    (record.podName !== null && record.podName !== name) ||
    (record.namespace !== null && record.namespace !== namespace)
  ) {
    return false;
  }
  record.namespace = namespace;
  record.podName = name;
  return true;
}

export function takeUid(uid: string, record: LogRecord): boolean {
  // Multus prints `unknownUID` when the pod object is gone.
  if (uid === "" || uid === "unknownUID" || (record.podUid !== null && record.podUid !== uid)) {
    return uid === "unknownUID";
  }
  record.podUid = uid;
  return true;
}

function takeNamespace(value: string, { record }: RecordState): boolean {
  // containerd's own namespaces are no pod namespaces.
  if (value === "" || value === "k8s.io" || value === "moby" || (record.namespace ?? value) !== value) {
    return false;
  }
  record.namespace = value;
  return true;
}

function takePodList(value: string, { record }: RecordState): boolean {
  const isList = value.startsWith("[") && value.endsWith("]");
  const inner = isList ? value.substring(1, value.length - 1) : value;
  return inner !== "" && !inner.includes(",") && !inner.includes(" ") && takePod(inner, record);
}

function takePodValue(value: string, { record }: RecordState): boolean {
  if (value.startsWith("{")) {
    return takePodObject(value, record);
  }
  return takePod(value, record);
}

/** Takes `{"name":"a","namespace":"b"}` of klog's JSON. */
function takePodObject(value: string, record: LogRecord): boolean {
  const name = /"name":"([^"]*)"/.exec(value)?.[1];
  const namespace = /"namespace":"([^"]*)"/.exec(value)?.[1];
  return name !== undefined && namespace !== undefined && takeNames(namespace, name, record);
}

function takeSandbox(value: string, { record }: RecordState): boolean {
  const id = findId(value);
  if (id === null || (record.sandboxId ?? id) !== id) {
    return false;
  }
  record.sandboxId = id;
  return true;
}

/** The id of `<id>`, `containerd://<id>`, `{Type:containerd ID:<id>}` or `[<id>]`; null when there is not exactly one. */
function findId(value: string): string | null {
  if (value.length === 64) {
    return idAt(value, 0);
  }
  const match = /^(?:[a-z-]+:\/\/|\{.*ID"?:"?|\[)([0-9a-f]{64})["}\]]*$/.exec(value);
  return match?.[1] ?? null;
}

function takeContainer(value: string, { record }: RecordState): boolean {
  const id = findId(value);
  if (id === null || (record.containerId ?? id) !== id) {
    return false;
  }
  record.containerId = id;
  return true;
}

/** CNI's container id is the sandbox; Cilium's agent shortens it to 10 digits, which only names a prefix. */
function takeCniContainer(value: string, state: RecordState): boolean {
  if (value.length === 10 && /^[0-9a-f]{10}$/.test(value)) {
    state.record.containerId ??= value;
    return state.record.containerId === value;
  }
  return takeSandbox(value, state);
}

/** `containerID=`: the kubelet means a container, a CNI plugin or agent the sandbox. */
function takeContainerKey(value: string, state: RecordState): boolean {
  return state.record.format === "klog" || state.record.format === "klog_json"
    ? takeContainer(value, state)
    : takeCniContainer(value, state);
}

function takeHandle(value: string, state: RecordState, key: string): boolean {
  const id = idAt(value, value.lastIndexOf(".") + 1);
  if (id !== null) {
    state.record.sandboxId ??= id;
  }
  state.field(key, value);
  return true;
}

function takeError(value: string, { record }: RecordState): boolean {
  if (record.error !== null) {
    return false;
  }
  record.error = value;
  return true;
}

function takeCaller(value: string, { record }: RecordState): boolean {
  if (record.caller !== null) {
    return false;
  }
  record.caller = value;
  return true;
}

function takeMessage(value: string, { record }: RecordState): boolean {
  if (record.message !== null) {
    return false;
  }
  record.message = value;
  return true;
}

function takeCommand(value: string, state: RecordState): boolean {
  if (state.fieldValue("command") !== null) {
    return false;
  }
  state.field("command", value);
  return true;
}

/** `event=&{ID:<uid> Type:ContainerStarted Data:<id>}` of the kubelet's PLEG, as JSON from 1.27 on. */
function takePlegEvent(value: string, state: RecordState): boolean {
  const match = /^&?\{"?ID"?: ?"?([^" ,]+)"?[ ,]"?Type"?: ?"?(\w+)"?[ ,]"?Data"?: ?"?([^"}]*)"?\}$/.exec(value);
  const [, uid, type, data] = match ?? [];
  if (uid === undefined || type === undefined || data === undefined) {
    return false;
  }
  takeUid(uid, state.record);
  state.field("event_type", type);
  if (!takeContainer(data, state) && data !== "" && data !== "<nil>") {
    state.field("event_data", data);
  }
  return true;
}

function takePodActions(value: string, state: RecordState): boolean {
  const at = value.indexOf("SandboxID:");
  const id = at < 0 ? null : idAt(value, at + 10);
  if (id !== null) {
    state.record.sandboxId ??= id;
  }
  return false;
}

const PROMOTIONS: ReadonlyMap<string, Promote> = new Map<string, Promote>([
  ["pod", takePodValue],
  ["Pod", takePodValue],
  ["podRef", takePodValue],
  ["k8sPodName", takePodValue],
  ["pods", takePodList],
  ["podName", takePodValue],
  ["PodName", takePodValue],
  ["K8S_POD_NAME", takePodValue],
  ["podNamespace", takeNamespace],
  ["PodNamespace", takeNamespace],
  ["Namespace", takeNamespace],
  ["namespace", takeNamespace],
  ["K8S_POD_NAMESPACE", takeNamespace],
  ["podUID", (value, { record }) => takeUid(value, record)],
  ["PodUID", (value, { record }) => takeUid(value, record)],
  ["podUid", (value, { record }) => takeUid(value, record)],
  ["podID", (value, { record }) => takeUid(value, record)],
  ["K8S_POD_UID", (value, { record }) => takeUid(value, record)],
  ["podSandboxID", takeSandbox],
  ["podsandboxid", takeSandbox],
  ["PodSandboxID", takeSandbox],
  ["sandboxID", takeSandbox],
  ["sandboxId", takeSandbox],
  ["sandbox_id", takeSandbox],
  ["ContainerID", takeCniContainer],
  ["containerID", takeContainerKey],
  ["containerId", takeContainerKey],
  ["HandleID", takeHandle],
  ["handle", takeHandle],
  ["handleID", takeHandle],
  ["err", takeError],
  ["error", takeError],
  ["caller", takeCaller],
  ["msg", takeMessage],
  ["message", (value, state) => state.record.format !== "klog" && takeMessage(value, state)],
  ["Action", takeCommand],
  ["CNICommand", takeCommand],
  ["event", takePlegEvent],
  ["podActions", takePodActions],
]);
