import { byteIn, equals, find, findByte, lastWordIn, startsWith } from "../memory/search";
import { byteAt, endOf, isHex, isWordByte, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { WordTable } from "../memory/word_table";
import { field, fieldValue } from "./fields";
import { idAt, isUuid } from "./go_values";
import { KLOG, KLOG_JSON, record } from "./record";

/** What a key promotes its value to. */
const POD: i32 = 1;
const POD_LIST: i32 = 2;
const NAMESPACE: i32 = 3;
const UID: i32 = 4;
const SANDBOX: i32 = 5;
const CNI_CONTAINER: i32 = 6;
const CONTAINER_KEY: i32 = 7;
const HANDLE: i32 = 8;
const ERROR: i32 = 9;
const CALLER: i32 = 10;
const MESSAGE: i32 = 11;
const OTHER_MESSAGE: i32 = 12;
const COMMAND_KEY: i32 = 13;
const PLEG_EVENT: i32 = 14;
const POD_ACTIONS: i32 = 15;

const PROMOTIONS = new WordTable(7);
PROMOTIONS.add("pod", POD);
PROMOTIONS.add("Pod", POD);
PROMOTIONS.add("podRef", POD);
PROMOTIONS.add("k8sPodName", POD);
PROMOTIONS.add("pods", POD_LIST);
PROMOTIONS.add("podName", POD);
PROMOTIONS.add("PodName", POD);
PROMOTIONS.add("K8S_POD_NAME", POD);
PROMOTIONS.add("podNamespace", NAMESPACE);
PROMOTIONS.add("PodNamespace", NAMESPACE);
PROMOTIONS.add("Namespace", NAMESPACE);
PROMOTIONS.add("namespace", NAMESPACE);
PROMOTIONS.add("K8S_POD_NAMESPACE", NAMESPACE);
PROMOTIONS.add("podUID", UID);
PROMOTIONS.add("PodUID", UID);
PROMOTIONS.add("podUid", UID);
PROMOTIONS.add("podID", UID);
PROMOTIONS.add("K8S_POD_UID", UID);
PROMOTIONS.add("podSandboxID", SANDBOX);
PROMOTIONS.add("podsandboxid", SANDBOX);
PROMOTIONS.add("PodSandboxID", SANDBOX);
PROMOTIONS.add("sandboxID", SANDBOX);
PROMOTIONS.add("sandboxId", SANDBOX);
PROMOTIONS.add("sandbox_id", SANDBOX);
PROMOTIONS.add("ContainerID", CNI_CONTAINER);
PROMOTIONS.add("containerID", CONTAINER_KEY);
PROMOTIONS.add("containerId", CONTAINER_KEY);
PROMOTIONS.add("HandleID", HANDLE);
PROMOTIONS.add("handle", HANDLE);
PROMOTIONS.add("handleID", HANDLE);
PROMOTIONS.add("err", ERROR);
PROMOTIONS.add("error", ERROR);
PROMOTIONS.add("caller", CALLER);
PROMOTIONS.add("msg", MESSAGE);
PROMOTIONS.add("message", OTHER_MESSAGE);
PROMOTIONS.add("Action", COMMAND_KEY);
PROMOTIONS.add("CNICommand", COMMAND_KEY);
PROMOTIONS.add("event", PLEG_EVENT);
PROMOTIONS.add("podActions", POD_ACTIONS);

export const COMMAND = word("command");
const EVENT_TYPE = word("event_type");
const EVENT_DATA = word("event_data");
const UNKNOWN_UID = word("unknownUID");
const CONTAINERD_NAMESPACE = word("k8s.io");
const DOCKER_NAMESPACE = word("moby");
const NIL = word("<nil>");
const SANDBOX_ID = word("SandboxID:");
const NAME_KEY = word('"name":"');
const NAMESPACE_KEY = word('"namespace":"');
const SCHEME = word("://");
const ID_KEY = word("ID");
const TYPE_KEY = word("Type");
const DATA_KEY = word("Data");

/**
 * Puts `key=value` into the column it belongs to, or keeps it in `fields`.
 *
 * The first value of a column wins; a second one that differs is kept in `fields` under its own key, so nothing is lost.
 */
export function takeKey(key: Span, value: Span): void {
  if (!promote(key, value)) field(key, value);
}

/** False when the value belongs to no column, or the column has another one. */
function promote(key: Span, value: Span): bool {
  switch (PROMOTIONS.get(key)) {
    case POD:
      return byteAt(value, 0) == 123 ? takePodObject(value) : takePod(value);
    case POD_LIST:
      return takePodList(value);
    case NAMESPACE:
      return takeNamespace(value);
    case UID:
      return takeUid(value);
    case SANDBOX:
      return takeSandbox(value);
    case CNI_CONTAINER:
      return takeCniContainer(value);
    case CONTAINER_KEY:
      // The kubelet means a container, a CNI plugin or agent the sandbox.
      return record.format == KLOG || record.format == KLOG_JSON ? takeContainer(value) : takeCniContainer(value);
    case HANDLE:
      return takeHandle(key, value);
    case ERROR:
      if (record.error != NONE) return false;
      record.error = value;
      return true;
    case CALLER:
      if (record.caller != NONE) return false;
      record.caller = value;
      return true;
    case OTHER_MESSAGE:
      return record.format != KLOG && takeMessage(value);
    case MESSAGE:
      return takeMessage(value);
    case COMMAND_KEY:
      if (fieldValue(COMMAND) != NONE) return false;
      field(COMMAND, value);
      return true;
    case PLEG_EVENT:
      return takePlegEvent(value);
    case POD_ACTIONS:
      takePodActions(value);
      return false;
    default:
      return false;
  }
}

function takeMessage(value: Span): bool {
  if (record.message != NONE) return false;
  record.message = value;
  return true;
}

/** Takes the pod of `ns/name`, `name`, `name_ns(uid)` or a bare UID; false when the text names none. */
export function takePod(value: Span): bool {
  const slash = findByte(value, 47);
  if (slash > startOf(value)) {
    if (byteIn(slash + 1, endOf(value), 47) != 0) return false;
    return takeNames(span(startOf(value), slash), span(slash + 1, endOf(value)));
  }
  if (sizeOf(value) == 0 || slash != 0) return false;
  if (load<u8>(endOf(value) - 1) == 41) return takeLegacyPod(value);
  if (isUuid(value)) return takeUid(value);
  if (record.podName != NONE && !equals(record.podName, value)) return false;
  record.podName = value;
  return true;
}

/** Takes `name_ns(uid)`, the form kubelets print in messages and errors. */
export function takeLegacyPod(value: Span): bool {
  const start = startOf(value);
  const last = endOf(value) - 1;
  const underscore = findByte(value, 95);
  if (underscore <= start || load<u8>(last) != 41) return false;
  const open = byteIn(underscore + 1, endOf(value), 40);
  if (open == 0) return false;
  return takeNames(span(underscore + 1, open), span(start, underscore)) && takeUid(span(open + 1, last));
}

/** Takes namespace and name unless the record already names another pod. */
export function takeNames(namespace: Span, name: Span): bool {
  if (sizeOf(name) == 0 || sizeOf(namespace) == 0) return false;
  if (record.podName != NONE && !equals(record.podName, name)) return false;
  if (record.namespace != NONE && !equals(record.namespace, namespace)) return false;
  record.namespace = namespace;
  record.podName = name;
  return true;
}

export function takeUid(uid: Span): bool {
  // Multus prints `unknownUID` when the pod object is gone.
  if (equals(uid, UNKNOWN_UID)) return true;
  if (sizeOf(uid) == 0 || (record.podUid != NONE && !equals(record.podUid, uid))) return false;
  record.podUid = uid;
  return true;
}

function takeNamespace(value: Span): bool {
  // containerd's own namespaces are no pod namespaces.
  if (sizeOf(value) == 0 || equals(value, CONTAINERD_NAMESPACE) || equals(value, DOCKER_NAMESPACE)) return false;
  if (record.namespace != NONE && !equals(record.namespace, value)) return false;
  record.namespace = value;
  return true;
}

function takePodList(value: Span): bool {
  const isList = byteAt(value, 0) == 91 && sizeOf(value) > 1 && load<u8>(endOf(value) - 1) == 93;
  const inner = isList ? span(startOf(value) + 1, endOf(value) - 1) : value;
  return sizeOf(inner) > 0 && findByte(inner, 44) == 0 && findByte(inner, 32) == 0 && takePod(inner);
}

/** Takes `{"name":"a","namespace":"b"}` of klog's JSON. */
function takePodObject(value: Span): bool {
  const name = quotedBehind(value, NAME_KEY);
  const namespace = quotedBehind(value, NAMESPACE_KEY);
  return name != NONE && namespace != NONE && takeNames(namespace, name);
}

/** Text from behind a word to the next quote; NONE when either is missing. */
export function quotedBehind(text: Span, wanted: Span): Span {
  const at = find(text, wanted);
  if (at == 0) return NONE;
  const start = at + sizeOf(wanted);
  const close = byteIn(start, endOf(text), 34);
  return close == 0 ? NONE : span(start, close);
}

function takeSandbox(value: Span): bool {
  const id = idIn(value);
  if (id == NONE || (record.sandboxId != NONE && !equals(record.sandboxId, id))) return false;
  record.sandboxId = id;
  return true;
}

function takeContainer(value: Span): bool {
  const id = idIn(value);
  if (id == NONE || (record.containerId != NONE && !equals(record.containerId, id))) return false;
  record.containerId = id;
  return true;
}

/** The id of `<id>`, `containerd://<id>`, `{Type:containerd ID:<id>}` or `[<id>]`; NONE when there is not exactly one. */
function idIn(value: Span): Span {
  const size = sizeOf(value);
  const start = startOf(value);
  const end = endOf(value);
  if (size == 64) return idAt(start, end);
  const first = byteAt(value, 0);
  if (first == 91) return wrappedId(start + 1, end);
  if (first == 123) {
    // The last `ID` that an id follows.
    for (let at = lastWordIn(start, end, ID_KEY); at != 0; at = lastWordIn(start, at + 1, ID_KEY)) {
      const id = wrappedId(skipIdMark(at + 2, end), end);
      if (id != NONE) return id;
    }
    return NONE;
  }
  const scheme = find(value, SCHEME);
  if (scheme == 0) return NONE;
  for (let at = start; at < scheme; at++) {
    const byte = load<u8>(at);
    if ((byte < 97 || byte > 122) && byte != 45) return NONE;
  }
  return scheme == start ? NONE : wrappedId(scheme + 3, end);
}

/** Behind `"?:"?`; the end when there is no colon. */
function skipIdMark(start: usize, end: usize): usize {
  let at = start;
  if (at < end && load<u8>(at) == 34) at++;
  if (at >= end || load<u8>(at) != 58) return end;
  at++;
  return at < end && load<u8>(at) == 34 ? at + 1 : at;
}

/** The lower-case id at a place after which only quotes and brackets follow. */
function wrappedId(start: usize, end: usize): Span {
  const idEnd = start + 64;
  if (idEnd > end) return NONE;
  for (let at = start; at < idEnd; at++) {
    const byte = load<u8>(at) as i32;
    if (!isHex(byte) || (byte >= 65 && byte <= 70)) return NONE;
  }
  for (let at = idEnd; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != 34 && byte != 125 && byte != 93) return NONE;
  }
  return span(start, idEnd);
}

/** CNI's container id is the sandbox; Cilium's agent shortens it to 10 digits, which only names a prefix. */
function takeCniContainer(value: Span): bool {
  if (sizeOf(value) != 10) return takeSandbox(value);
  for (let at = startOf(value); at < endOf(value); at++) {
    const byte = load<u8>(at) as i32;
    if (!isHex(byte) || (byte >= 65 && byte <= 70)) return takeSandbox(value);
  }
  if (record.containerId == NONE) record.containerId = value;
  return equals(record.containerId, value);
}

function takeHandle(key: Span, value: Span): bool {
  let start = endOf(value);
  while (start > startOf(value) && load<u8>(start - 1) != 46) start--;
  const id = idAt(start, endOf(value));
  if (id != NONE && record.sandboxId == NONE) record.sandboxId = id;
  field(key, value);
  return true;
}

/** `event=&{ID:<uid> Type:ContainerStarted Data:<id>}` of the kubelet's PLEG, as JSON from 1.27 on. */
function takePlegEvent(value: Span): bool {
  const end = endOf(value);
  let at = startOf(value);
  if (at < end && load<u8>(at) == 38) at++;
  if (at >= end || load<u8>(at) != 123) return false;
  const uidAt = plegValue(at + 1, end, ID_KEY);
  if (uidAt == 0) return false;
  let uidEnd = uidAt;
  while (uidEnd < end && !endsPlegValue(load<u8>(uidEnd) as i32)) uidEnd++;
  const typeAt = uidEnd > uidAt ? plegValue(plegNext(uidEnd, end), end, TYPE_KEY) : 0;
  if (typeAt == 0) return false;
  let typeEnd = typeAt;
  while (typeEnd < end && isWordByte(load<u8>(typeEnd) as i32)) typeEnd++;
  const dataAt = typeEnd > typeAt ? plegValue(plegNext(typeEnd, end), end, DATA_KEY) : 0;
  if (dataAt == 0) return false;
  let dataEnd = dataAt;
  while (dataEnd < end && load<u8>(dataEnd) != 34 && load<u8>(dataEnd) != 125) dataEnd++;
  const brace = dataEnd < end && load<u8>(dataEnd) == 34 ? dataEnd + 1 : dataEnd;
  if (brace + 1 != end || load<u8>(brace) != 125) return false;
  takeUid(span(uidAt, uidEnd));
  field(EVENT_TYPE, span(typeAt, typeEnd));
  const data = span(dataAt, dataEnd);
  if (!takeContainer(data) && sizeOf(data) > 0 && !equals(data, NIL)) field(EVENT_DATA, data);
  return true;
}

function endsPlegValue(byte: i32): bool {
  return byte == 34 || byte == 32 || byte == 44;
}

/** Behind the quote that ends a value, if any, and the space or comma after it; 0 without one. */
function plegNext(at: usize, end: usize): usize {
  if (at == 0) return 0;
  const next = at < end && load<u8>(at) == 34 ? at + 1 : at;
  return next < end && (load<u8>(next) == 32 || load<u8>(next) == 44) ? next + 1 : 0;
}

/** Behind `"?key"?: ?"?`; 0 when the key is another one. */
function plegValue(start: usize, end: usize, key: Span): usize {
  if (start == 0) return 0;
  let at = start < end && load<u8>(start) == 34 ? start + 1 : start;
  if (!startsWith(span(at, end), key)) return 0;
  at += sizeOf(key);
  if (at < end && load<u8>(at) == 34) at++;
  if (at >= end || load<u8>(at) != 58) return 0;
  at++;
  if (at < end && load<u8>(at) == 32) at++;
  return at < end && load<u8>(at) == 34 ? at + 1 : at;
}

function takePodActions(value: Span): void {
  const at = find(value, SANDBOX_ID);
  const id = at == 0 ? NONE : idAt(at + sizeOf(SANDBOX_ID), endOf(value));
  if (id != NONE && record.sandboxId == NONE) record.sandboxId = id;
}
