import { byteIn, find, has, startsWith, whichAt } from "../memory/search";
import { endOf, NONE, Span, span, startOf, word } from "../memory/span";
import { field } from "./fields";
import { idAfter, takeAttempt, takeErrorMentions, wordAfter } from "./mentions";
import { takeNames, takeUid } from "./promotion";
import { record } from "./record";

const SANDBOX_METADATA = word("PodSandboxMetadata{");
const SANDBOX_ID_RETURNED = word("returns sandbox id ");
const ANDBOX = word("andbox");
const SANDBOX_FOR = word("PodSandbox for ");
const ANDBOX_BEFORE_ID = word("andbox ");
const SANDBOX_BEFORE_ID = word("PodSandbox ");
const SANDBOX_KEY = word("sandboxID ");
const CREATE_CONTAINER = word("CreateContainer within sandbox ");
const CONTAINER_ID_RETURNED = word("returns container id ");
const ONTAINER = word("ontainer");
const EXEC_SYNC = word("ExecSync");
const CLEANUP_WARNINGS = word("cleanup warnings time=");
const PLUGIN_TYPE = word("plugin type=");
const RESERVED = word(" is reserved for ");
const CONTAINER_METADATA = word("ContainerMetadata{");
const NAME = word("{Name:");
const NAMESPACE = word(",Namespace:");
const UID = word(",Uid:");
const ATTEMPT = word(",Attempt:");
const CONTAINER_NAME = word("container_name");

/** Verbs whose quoted id is a container's. */
const CONTAINER_VERBS = StaticArray.fromArray<Span>([
  word("StartContainer for "),
  word("StopContainer for "),
  word("RemoveContainer for "),
  word("RemoveContainer "),
  word("Stop container "),
  word("Kill container "),
  word("Container to stop "),
  word("ExecSync for "),
]);

/** Finds sandbox, container, pod and attempt in containerd's (and CRI-O's) messages. */
export function takeContainerdMentions(text: Span): void {
  const metadata = find(text, SANDBOX_METADATA);
  if (metadata != 0) {
    takeMetadata(metadata, endOf(text));
    if (record.sandboxId == NONE) record.sandboxId = idAfter(text, SANDBOX_ID_RETURNED);
    return;
  }
  if (record.sandboxId == NONE && has(text, ANDBOX)) record.sandboxId = sandboxIn(text);
  if (startsWith(text, CREATE_CONTAINER)) {
    if (record.containerId == NONE) record.containerId = idAfter(text, CONTAINER_ID_RETURNED);
    takeContainerMetadata(text);
    return;
  }
  if (record.containerId == NONE && (has(text, ONTAINER) || startsWith(text, EXEC_SYNC))) {
    record.containerId = containerIn(text);
  }
  if (has(text, CLEANUP_WARNINGS)) return;
  if (has(text, PLUGIN_TYPE) || has(text, RESERVED)) takeErrorMentions(text);
}

function sandboxIn(text: Span): Span {
  let id = idAfter(text, SANDBOX_FOR);
  if (id == NONE) id = idAfter(text, ANDBOX_BEFORE_ID);
  if (id == NONE) id = idAfter(text, SANDBOX_BEFORE_ID);
  return id == NONE ? idAfter(text, SANDBOX_KEY) : id;
}

function containerIn(text: Span): Span {
  const verb = whichAt(startOf(text), endOf(text), CONTAINER_VERBS);
  return verb < 0 ? NONE : idAfter(text, unchecked(CONTAINER_VERBS[verb]));
}

/** What is in the braces that open behind `at`. */
function inBraces(at: usize, end: usize): Span {
  const close = byteIn(at, end, 125);
  return span(at, close == 0 ? end : close);
}

/** `&PodSandboxMetadata{Name:a,Uid:b,Namespace:c,Attempt:0,}` */
function takeMetadata(at: usize, end: usize): void {
  const inner = inBraces(at, end);
  const name = wordAfter(inner, NAME, 44, 44);
  const namespace = wordAfter(inner, NAMESPACE, 44, 44);
  if (name != NONE && namespace != NONE && takeNames(namespace, name)) {
    const uid = wordAfter(inner, UID, 44, 44);
    if (uid != NONE) takeUid(uid);
  }
  takeAttemptIn(inner);
}

function takeContainerMetadata(text: Span): void {
  const at = find(text, CONTAINER_METADATA);
  if (at == 0) return;
  const inner = inBraces(at, endOf(text));
  const name = wordAfter(inner, NAME, 44, 44);
  if (name != NONE) field(CONTAINER_NAME, name);
  takeAttemptIn(inner);
}

function takeAttemptIn(metadata: Span): void {
  const attempt = wordAfter(metadata, ATTEMPT, 44, 44);
  if (attempt != NONE) takeAttempt(attempt);
}
