import { byteIn, eitherIn, equals, find, findByte, has, standsAt, startsWith, wordIn } from "../memory/search";
import { endOf, isDigit, isLetter, isSpace, isWordByte, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { field, fieldValue } from "./fields";
import { idAt, isUuid, smallNumber } from "./go_values";
import { COMMAND, takeLegacyPod, takeNames, takePod, takeUid } from "./promotion";
import { record } from "./record";

const QUOTE: u8 = 34;
const BACKSLASH: u8 = 92;

const SANDBOX = word("sandbox ");
const PLUGIN_TYPE = word("plugin type=");
const RESERVED = word(" is reserved for ");
const SANDBOX_NAME = word("sandbox name ");
const FOR = word(" for ");
const POD = word(" pod ");
const POD_FIRST = word("pod ");
const RESERVED_FOR = word("reserved_for");
const NETWORK = word("network");
const UID_MARK = word('(UID: "');
const EVENT = word("Event(v1.ObjectReference{");
const EVENT_KIND = word("Kind:");
const EVENT_NAME = word(", Name:");
const EVENT_NAMESPACE = word("Namespace:");
const EVENT_UID = word("UID:");
const EVENT_TYPE = word("): type: '");
const EVENT_REASON = word("' reason: '");
const ADDED_INTERFACE = word("'AddedInterface' Add ");
const FROM = word("] from ");
const POD_KIND = word("Pod");
const KIND = word("kind");
const REASON = word("reason");
const INTERFACE = word("interface");
const IPS = word("ips");
const EMPTY = word("");
const CNI_NAME = word("K8S_POD_NAME");
const CNI_NAMESPACE = word("K8S_POD_NAMESPACE");
const CNI_UID = word("K8S_POD_UID");
const CNI_SANDBOX = word("K8S_POD_INFRA_CONTAINER_ID");
const CNI = word("CNI ");
const ADD = word("ADD");
const DEL = word("DEL");
const CHECK = word("CHECK");
const REQUEST = word(" request");

/** Place after any mix of backslashes and quotes: errors come at growing escape depth. */
function skipQuotes(start: usize, end: usize): usize {
  let at = start;
  while (at < end && (load<u8>(at) == BACKSLASH || load<u8>(at) == QUOTE)) at++;
  return at;
}

/** Place of the first quote or backslash; the end when there is none. */
function quotedEnd(start: usize, end: usize): usize {
  const at = eitherIn(start, end, QUOTE, BACKSLASH);
  return at == 0 ? end : at;
}

/** Id in quotes of any depth right after a marker; NONE when the marker or the id is missing. */
export function idAfter(text: Span, marker: Span): Span {
  const at = find(text, marker);
  return at == 0 ? NONE : idAt(skipQuotes(at + sizeOf(marker), endOf(text)), endOf(text));
}

/** Id right after a marker, without quotes. */
export function bareIdAfter(text: Span, marker: Span): Span {
  const at = find(text, marker);
  return at == 0 ? NONE : idAt(at + sizeOf(marker), endOf(text));
}

/** Text in quotes of any depth right after a marker; NONE when the marker is missing. */
function quotedAfter(text: Span, marker: Span): Span {
  const at = find(text, marker);
  if (at == 0) return NONE;
  const start = skipQuotes(at + sizeOf(marker), endOf(text));
  return span(start, quotedEnd(start, endOf(text)));
}

/** Text from behind a marker to the next of two bytes, or the end; NONE when the marker is missing. */
export function wordAfter(text: Span, marker: Span, stop: u8, otherStop: u8): Span {
  const at = find(text, marker);
  return at == 0 ? NONE : upTo(at + sizeOf(marker), endOf(text), stop, otherStop);
}

/** Text from a place to the next of two bytes, or the end. */
export function upTo(start: usize, end: usize, stop: u8, otherStop: u8): Span {
  const at = eitherIn(start, end, stop, otherStop);
  return span(start, at == 0 ? end : at);
}

/** Finds sandbox, pod, plugin and the holder of a reserved name in an error or a message that carries one. */
export function takeErrorMentions(text: Span): void {
  if (record.sandboxId == NONE) record.sandboxId = idAfter(text, SANDBOX);
  if (record.plugin == NONE) record.plugin = quotedAfter(text, PLUGIN_TYPE);
  const reserved = find(text, RESERVED);
  if (reserved != 0) {
    const id = idAt(skipQuotes(reserved + sizeOf(RESERVED), endOf(text)), endOf(text));
    if (id != NONE && fieldValue(RESERVED_FOR) == NONE) field(RESERVED_FOR, id);
    takeSandboxName(quotedAfter(text, SANDBOX_NAME));
  }
  if (record.podName == NONE || record.podUid == NONE) {
    const forPod = quotedAfter(text, FOR);
    if (forPod == NONE || !takeLegacyPod(forPod)) {
      const pod = quotedAfter(text, POD);
      if (pod != NONE) takeLegacyPod(pod);
    }
  }
  if (record.podUid == NONE) takeMultusPrefix(text);
}

/** Takes the identity in the CRI sandbox name `name_namespace_uid_attempt`. */
function takeSandboxName(name: Span): void {
  // No part of it can hold an underscore: names of pods and namespaces are DNS labels.
  const end = endOf(name);
  const one: usize = name == NONE ? 0 : findByte(name, 95);
  const two: usize = one == 0 ? 0 : byteIn(one + 1, end, 95);
  const three: usize = two == 0 ? 0 : byteIn(two + 1, end, 95);
  if (three == 0 || byteIn(three + 1, end, 95) != 0) return;
  if (!takeNames(span(one + 1, two), span(startOf(name), one)) || !takeUid(span(two + 1, three))) return;
  takeAttempt(span(three + 1, end));
}

/** Takes the attempt unless it is known. */
export function takeAttempt(text: Span): void {
  const attempt = smallNumber(text);
  if (attempt >= 0 && record.attempt < 0) record.attempt = attempt;
}

/** Multus puts `[namespace/pod/uid:network]:` (older: without uid) before a plugin's error. */
function takeMultusPrefix(text: Span): void {
  const end = endOf(text);
  for (let open = findByte(text, 91); open != 0; open = byteIn(open + 1, end, 91)) {
    const close = byteIn(open, end, 93);
    if (close == 0) return;
    if (close + 1 < end && load<u8>(close + 1) == 58 && takeMultusPod(open + 1, close)) return;
  }
}

/** Takes `namespace/pod[/uid][:network]`. */
function takeMultusPod(start: usize, end: usize): bool {
  const colon = byteIn(start, end, 58);
  const podEnd = colon == 0 ? end : colon;
  const one = byteIn(start, podEnd, 47);
  if (one == 0) return false;
  const two = byteIn(one + 1, podEnd, 47);
  if (two != 0 && byteIn(two + 1, podEnd, 47) != 0) return false;
  if (!takeNames(span(start, one), span(one + 1, two == 0 ? podEnd : two))) return false;
  if (two != 0) takeUid(span(two + 1, podEnd));
  if (colon != 0 && colon + 1 < end && fieldValue(NETWORK) == NONE) field(NETWORK, span(colon + 1, end));
  return true;
}

/** Finds the pod of an unstructured message: `pod "name_ns(uid)"`, `pod ns/name`, `(UID: "uid")`. */
export function takeMessageMentions(text: Span): void {
  if (record.podUid == NONE) {
    const mark = find(text, UID_MARK);
    if (mark != 0) {
      const start = mark + sizeOf(UID_MARK);
      takeUid(span(start, quotedEnd(start, endOf(text))));
    }
  }
  if (record.podName != NONE) return;
  if (startsWith(text, POD_FIRST)) takePodWord(text, startOf(text) + sizeOf(POD_FIRST));
  else {
    const at = find(text, POD);
    if (at != 0) takePodWord(text, at + sizeOf(POD));
  }
  if (startsWith(text, EVENT)) takeEventReference(text);
}

function takePodWord(text: Span, start: usize): void {
  const end = endOf(text);
  if (start < end && load<u8>(start) == QUOTE) {
    const name = span(start + 1, quotedEnd(start + 1, end));
    if (sizeOf(name) == 0) return;
    const isWhole = isUuid(name) || load<u8>(endOf(name) - 1) == 41;
    if (isWhole || (findByte(name, 32) == 0 && has(text, UID_MARK))) takePod(name);
    return;
  }
  const space = byteIn(start, end, 32);
  let stop = space == 0 ? end : space;
  if (stop > start && isPunctuation(load<u8>(stop - 1) as i32)) stop--;
  const name = span(start, stop);
  if (isPodWord(name) || isUuid(name)) takePod(name);
}

function isPunctuation(byte: i32): bool {
  return byte == 44 || byte == 46 || byte == 58 || byte == 59;
}

/** `namespace/name` of lower-case letters, digits, dots and dashes, each beginning with a letter or digit. */
function isPodWord(text: Span): bool {
  let slash: usize = 0;
  for (let at = startOf(text); at < endOf(text); at++) {
    const byte = load<u8>(at) as i32;
    if (byte == 47) {
      if (slash != 0 || at == startOf(text)) return false;
      slash = at;
      continue;
    }
    const isName = isDigit(byte) || (byte >= 97 && byte <= 122);
    const isFirst = at == startOf(text) || at == slash + 1;
    if (!isName && (isFirst || (byte != 45 && byte != 46))) return false;
  }
  return slash != 0 && slash + 1 < endOf(text);
}

/** client-go's event recorder: `Event(v1.ObjectReference{Kind:"Pod", ...}): type: 'Normal' reason: 'X' text`. */
function takeEventReference(text: Span): void {
  const kind = quotedAfter(text, EVENT_KIND);
  const reason = eventReason(text);
  if (reason != NONE) field(REASON, reason);
  const name = quotedAfter(text, EVENT_NAME);
  if (!equals(kind, POD_KIND) || name == NONE) {
    field(KIND, kind == NONE ? EMPTY : kind);
    return;
  }
  const namespace = quotedAfter(text, EVENT_NAMESPACE);
  if (namespace != NONE && takeNames(namespace, name)) {
    const uid = quotedAfter(text, EVENT_UID);
    if (uid != NONE) takeUid(uid);
  }
  takeAddedInterface(text);
}

/** `): type: 'Normal' reason: 'X'` */
function eventReason(text: Span): Span {
  const end = endOf(text);
  for (let at = find(text, EVENT_TYPE); at != 0; at = wordIn(at + 1, end, EVENT_TYPE)) {
    const type = at + sizeOf(EVENT_TYPE);
    const typeEnd = wordEnd(type, end);
    const reason = typeEnd + sizeOf(EVENT_REASON);
    if (typeEnd == type || !standsAt(typeEnd, end, EVENT_REASON)) continue;
    const reasonEnd = wordEnd(reason, end);
    if (reasonEnd > reason && reasonEnd < end && load<u8>(reasonEnd) == 39) return span(reason, reasonEnd);
  }
  return NONE;
}

function wordEnd(start: usize, end: usize): usize {
  let at = start;
  while (at < end && isWordByte(load<u8>(at) as i32)) at++;
  return at;
}

/** `'AddedInterface' Add net1 [10.0.0.1/16] from default/network` */
function takeAddedInterface(text: Span): void {
  const at = find(text, ADDED_INTERFACE);
  if (at == 0) return;
  const end = endOf(text);
  const device = at + sizeOf(ADDED_INTERFACE);
  const deviceEnd = printedEnd(device, end);
  if (deviceEnd == device || deviceEnd + 1 >= end || load<u8>(deviceEnd) != 32 || load<u8>(deviceEnd + 1) != 91) return;
  const ips = deviceEnd + 2;
  const close = byteIn(ips, end, 93);
  if (close == 0 || !standsAt(close, end, FROM)) return;
  const network = close + sizeOf(FROM);
  const networkEnd = printedEnd(network, end);
  if (networkEnd == network) return;
  field(INTERFACE, span(device, deviceEnd));
  field(IPS, span(ips, close));
  field(NETWORK, span(network, networkEnd));
}

/** The first place from `start` on where white space stands, or the end. */
export function printedEnd(start: usize, end: usize): usize {
  let at = start;
  while (at < end && !isSpace(load<u8>(at) as i32)) at++;
  return at;
}

/** CNI arguments printed inside a message: `K8S_POD_NAME=a;...`, `K8S_POD_NAME:a`, `K8S_POD_NAME:"a"`. */
export function takeCniArguments(text: Span): void {
  if (!has(text, CNI_NAME)) return;
  const name = cniArgument(text, CNI_NAME);
  const namespace = cniArgument(text, CNI_NAMESPACE);
  if (name != NONE && namespace != NONE && takeNames(namespace, name)) {
    const uid = cniArgument(text, CNI_UID);
    if (uid != NONE) takeUid(uid);
    const sandbox = cniArgument(text, CNI_SANDBOX);
    if (record.sandboxId == NONE) record.sandboxId = idAt(startOf(sandbox), endOf(sandbox));
  }
  const command = cniCommand(text);
  if (command != NONE && fieldValue(COMMAND) == NONE) field(COMMAND, command);
}

/** Behind `key=` or `key:`, a space, backslashes and a quote, where there are such. */
function cniArgument(text: Span, key: Span): Span {
  const end = endOf(text);
  for (let at = find(text, key); at != 0; at = wordIn(at + 1, end, key)) {
    let start = at + sizeOf(key);
    if (start >= end || (load<u8>(start) != 61 && load<u8>(start) != 58)) continue;
    start++;
    if (start < end && load<u8>(start) == 32) start++;
    while (start < end && load<u8>(start) == BACKSLASH) start++;
    if (start < end && load<u8>(start) == QUOTE) start++;
    let stop = start;
    while (stop < end && isArgumentByte(load<u8>(stop) as i32)) stop++;
    if (stop > start) return span(start, stop);
  }
  return NONE;
}

function isArgumentByte(byte: i32): bool {
  return isLetter(byte) || isDigit(byte) || byte == 46 || byte == 45;
}

/** The command of `CNI ADD request`. */
function cniCommand(text: Span): Span {
  const end = endOf(text);
  for (let at = find(text, CNI); at != 0; at = wordIn(at + 1, end, CNI)) {
    if (at > startOf(text) && isWordByte(load<u8>(at - 1) as i32)) continue;
    const start = at + sizeOf(CNI);
    const stop = wordEnd(start, end);
    const command = span(start, stop);
    const isCommand = equals(command, ADD) || equals(command, DEL) || equals(command, CHECK);
    if (isCommand && standsAt(stop, end, REQUEST)) return command;
  }
  return NONE;
}
