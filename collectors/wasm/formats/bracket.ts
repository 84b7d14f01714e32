import { byteIn, find, findByte, has, lastWordIn, standsAt, startsWith, trim, wordIn } from "../memory/search";
import { endOf, isDigit, isHex, isLetter, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { field } from "./fields";
import { setStamp, stamp } from "./instant";
import { bareIdAfter, takeErrorMentions, upTo, wordAfter } from "./mentions";
import { idAt } from "./go_values";
import { COMMAND, takeNames, takePod, takeUid } from "./promotion";
import { ERROR, record } from "./record";
import { severityOf } from "./severity";
import { keep, room } from "./texts";
import { tornHeaderIn } from "./torn_header";

const HEADER_SIZE: usize = 23;
const TEAR_REACH: usize = 32;
const ID_SIZE: i32 = 64;
const TEAR_MARK = word("Z [");
const ADD_COMMAND = word("Add: ");
const DEL_COMMAND = word("Del: ");
const ADD = word("ADD");
const DEL = word("DEL");
const IPAM_CONFIGURATION = word(" - IPAM configuration successfully read: ");
const MULTUS_CACHE = word("/var/lib/cni/multus/");
const ONTAINER = word("ontainer");
const CONTAINER_ID = word("ontainerID: ");
const CONTAINER_ID_FIELD = word("ContainerID:");
const FOR_CONTAINER = word("for container ");
const OD_REF = word("odRef:");
const POD_REF = word("podRef: ");
const POD_REF_FIELD = word("PodRef:");
const DELETED_POD = word("deleted pod [");
const RESERVING = word("Reserving IP: |");
const MANAGEMENT = word("IPManagement: [{");
const OVERLAP_SUCCESS = word("OverlappingRangeAllocation success on ");
const META_NAME = word("ObjectMeta:{Name:");
const PLUGIN_TYPE = word("plugin type=");
const POD_NAME = word(" PodName:");
const POD_NAMESPACE = word(" PodNamespace:");
const TYPE = word(" Type:");
const RANGE_FIELD = word("Range:");
const ADDRESS_KEY = word('"address":"');
const BRACE = word(" {");
const IP = word("ip");
const IPS = word("ips");
const RESERVATION = word("reservation");
const RANGE = word("range");
const NETWORK = word("network");
const INTERFACE = word("interface");

/** Place after `YYYY-MM-DDThh:mm:ss[.fraction]Z|±hh:mm`; 0 when there is none. */
export function isoStampEnd(start: usize, end: usize): usize {
  if (
    end < start + 20 ||
    load<u8>(start + 4) != 45 ||
    load<u8>(start + 7) != 45 ||
    load<u8>(start + 10) != 84 ||
    load<u8>(start + 13) != 58 ||
    load<u8>(start + 16) != 58 ||
    !isDigit(load<u8>(start)) ||
    !isDigit(load<u8>(start + 18))
  ) {
    return 0;
  }
  let at = start + 19;
  if (load<u8>(at) == 46) {
    do {
      at++;
    } while (at < end && isDigit(load<u8>(at)));
  }
  if (at >= end) return 0;
  const mark = load<u8>(at);
  if (mark == 90) return at + 1;
  if (mark != 43 && mark != 45) return 0;
  const zoneEnd = at + (at + 3 < end && load<u8>(at + 3) == 58 ? 6 : 5);
  return zoneEnd <= end && isDigit(load<u8>(zoneEnd - 1)) ? zoneEnd : 0;
}

/** `2026-11-23T16:43:57Z [debug] text` of Whereabouts and Multus (and hclog's `[INFO]`). */
export function startsBracket(start: usize, end: usize): bool {
  const stampEnd = isoStampEnd(start, end);
  if (stampEnd == 0 || stampEnd + 1 >= end || load<u8>(stampEnd) != 32 || load<u8>(stampEnd + 1) != 91) return false;
  for (let at = stampEnd + 2; at < end && at < stampEnd + 12; at++) {
    const byte = load<u8>(at);
    if (byte == 93) return at > stampEnd + 2;
    if (!isLetter(byte)) return false;
  }
  return false;
}

/** Place of a second record that was torn into a line; 0 when there is none. */
export function tornBracket(line: Span): usize {
  const start = startOf(line);
  const end = endOf(line);
  return end <= start + HEADER_SIZE
    ? 0
    : tornHeaderIn(start, end, headerAt, TEAR_MARK, TEAR_REACH, start + HEADER_SIZE);
}

/** `YYYY-MM-DDThh:mm:ssZ [level]` */
function headerAt(start: usize, end: usize): bool {
  if (start + 25 > end || !isPattern(start)) return false;
  let at = start + 22;
  while (at < end && at < start + 32 && isLetter(load<u8>(at))) at++;
  return at > start + 22 && at < start + 32 && at < end && load<u8>(at) == 93;
}

/** `dddd-dd-ddTdd:dd:ddZ [` */
function isPattern(start: usize): bool {
  for (let index = 0; index < 19; index++) {
    const byte = load<u8>(start + index);
    const isMark = index == 4 || index == 7 || index == 10 || index == 13 || index == 16;
    if (!isMark && !isDigit(byte)) return false;
  }
  return (
    load<u8>(start + 4) == 45 &&
    load<u8>(start + 7) == 45 &&
    load<u8>(start + 10) == 84 &&
    load<u8>(start + 13) == 58 &&
    load<u8>(start + 16) == 58 &&
    load<u8>(start + 19) == 90 &&
    load<u8>(start + 20) == 32 &&
    load<u8>(start + 21) == 91
  );
}

export function parseBracket(line: Span): void {
  const end = endOf(line);
  stamp.readIso(startOf(line), end);
  setStamp();
  const open = stamp.end + 1;
  const close = byteIn(open, end, 93);
  const levelEnd = close == 0 ? end : close;
  record.severity = severityOf(span(min(end, open + 1), levelEnd));
  const message = trim(span(close == 0 ? end : close + 1, end));
  if (sizeOf(message) == 0) return;
  record.message = message;
  takeBracketMentions(message);
}

/** Finds ids, addresses and commands in Whereabouts' and Multus' messages. */
function takeBracketMentions(text: Span): void {
  const end = endOf(text);
  if (startsWith(text, ADD_COMMAND) || startsWith(text, DEL_COMMAND)) {
    takeMultusCommand(text);
    return;
  }
  const space = findByte(text, 32);
  if (standsAt(space == 0 ? startOf(text) : space, end, IPAM_CONFIGURATION)) {
    takeIpamConfiguration(text);
    return;
  }
  if (record.sandboxId == NONE && sizeOf(text) >= ID_SIZE) {
    const id = containerIn(text);
    record.sandboxId = id == NONE ? bareIdAfter(text, MULTUS_CACHE) : id;
  }
  if (has(text, OD_REF)) takePodReference(text);
  if (startsWith(text, DELETED_POD)) takePod(upTo(startOf(text) + sizeOf(DELETED_POD), end, 93, 93));
  else if (startsWith(text, RESERVING)) takeReservation(text);
  else if (startsWith(text, MANAGEMENT)) takeManagedIps(text);
  else if (has(text, OVERLAP_SUCCESS)) {
    const name = wordAfter(text, META_NAME, 32, 32);
    if (name != NONE) field(RESERVATION, name);
  }
  if (record.severity == ERROR || has(text, PLUGIN_TYPE)) takeErrorMentions(text);
}

function containerIn(text: Span): Span {
  if (!has(text, ONTAINER)) return NONE;
  let id = bareIdAfter(text, CONTAINER_ID);
  if (id == NONE) id = bareIdAfter(text, CONTAINER_ID_FIELD);
  return id == NONE ? bareIdAfter(text, FOR_CONTAINER) : id;
}

function takePodReference(text: Span): void {
  let reference = wordAfter(text, POD_REF, 32, 32);
  if (reference == NONE) reference = wordAfter(text, POD_REF_FIELD, 125, 32);
  if (reference != NONE) takePod(trim(reference));
}

/** `Reserving IP: |10.0.0.1 <id>|` */
function takeReservation(text: Span): void {
  const inner = upTo(startOf(text) + sizeOf(RESERVING), endOf(text), 124, 124);
  const ip = upTo(startOf(inner), endOf(inner), 32, 32);
  field(IP, ip);
  if (record.sandboxId == NONE && endOf(ip) < endOf(inner)) {
    const id = upTo(endOf(ip) + 1, endOf(inner), 32, 32);
    record.sandboxId = idAt(startOf(id), endOf(id));
  }
}

/** The addresses of `IPManagement: [{10.0.0.1 ffff0000}]`. */
function takeManagedIps(text: Span): void {
  const end = endOf(text);
  const start = room(sizeOf(text));
  let to = start;
  for (let open = findByte(text, 123); open != 0; open = byteIn(open + 1, end, 123)) {
    let ipEnd = open + 1;
    while (ipEnd < end && (isHex(load<u8>(ipEnd)) || load<u8>(ipEnd) == 46 || load<u8>(ipEnd) == 58)) ipEnd++;
    let mask = ipEnd + 1;
    while (mask < end && isHex(load<u8>(mask))) mask++;
    const isPair = ipEnd > open + 1 && ipEnd < end && load<u8>(ipEnd) == 32 && mask > ipEnd + 1;
    if (isPair && mask < end && load<u8>(mask) == 125) to = append(start, to, span(open + 1, ipEnd));
  }
  if (to > start) field(IPS, keep(to));
}

/** Writes a text behind others, after a comma. */
function append(start: usize, to: usize, text: Span): usize {
  let at = to;
  if (at > start) store<u8>(at++, 44);
  memory.copy(at, startOf(text), sizeOf(text));
  return at + sizeOf(text);
}

function takeIpamConfiguration(text: Span): void {
  const space = findByte(text, 32);
  field(COMMAND, span(startOf(text), space));
  // The pod comes last in several hundred characters.
  const name = lastWordAfter(text, POD_NAME);
  const namespace = lastWordAfter(text, POD_NAMESPACE);
  if (name != NONE && namespace != NONE) takeNames(namespace, name);
  const type = wordAfter(text, TYPE, 32, 125);
  if (record.plugin == NONE && sizeOf(type) > 0) record.plugin = type;
  const range = wordAfter(text, RANGE_FIELD, 32, 125);
  if (sizeOf(range) > 0) field(RANGE, range);
}

function lastWordAfter(text: Span, marker: Span): Span {
  const at = lastWordIn(startOf(text), endOf(text), marker);
  return at == 0 ? NONE : upTo(at + sizeOf(marker), endOf(text), 32, 125);
}

/** `Add: namespace:pod:uid:network(name):interface {result}`, `Del: ... {configuration}`. */
function takeMultusCommand(text: Span): void {
  const start = startOf(text) + sizeOf(ADD_COMMAND);
  const brace = wordIn(start, endOf(text), BRACE);
  const end = brace == 0 ? endOf(text) : brace;
  const one = byteIn(start, end, 58);
  const two: usize = one == 0 ? 0 : byteIn(one + 1, end, 58);
  const three: usize = two == 0 ? 0 : byteIn(two + 1, end, 58);
  if (three == 0) return;
  let last = end - 1;
  while (load<u8>(last) != 58) last--;
  takeNames(span(start, one), span(one + 1, two));
  takeUid(span(two + 1, three));
  field(COMMAND, startsWith(text, ADD_COMMAND) ? ADD : DEL);
  field(NETWORK, withoutName(last > three ? span(three + 1, last) : span(last, last)));
  field(INTERFACE, span(last + 1, end));
  takeAddresses(text);
}

/** The network without the name in parentheses at its end. */
function withoutName(network: Span): Span {
  const open = sizeOf(network) > 0 && load<u8>(endOf(network) - 1) == 41 ? findByte(network, 40) : 0;
  return open == 0 ? network : span(startOf(network), open);
}

/** The values of the keys `address` in JSON text, joined by commas. */
function takeAddresses(text: Span): void {
  const end = endOf(text);
  const start = room(sizeOf(text));
  let to = start;
  for (let at = find(text, ADDRESS_KEY); at != 0; at = wordIn(at + 1, end, ADDRESS_KEY)) {
    const address = at + sizeOf(ADDRESS_KEY);
    const close = byteIn(address, end, 34);
    if (close > address) to = append(start, to, span(address, close));
  }
  if (to > start) field(IPS, keep(to));
}
