import { byteIn, standsAt, startsWith } from "../memory/search";
import { endOf, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { field } from "./fields";
import { idAt } from "./go_values";
import { printedEnd } from "./mentions";
import { COMMAND, takeNames, takePod } from "./promotion";
import { record } from "./record";

const ALLOCATE = word("allocate v4 ");
const V6 = word(", v6 ");
const MAC = word(", mac ");
const FOR = word(" for ");
const FROM = word(" from ");
const IP_POOL = word("ippool ");
const IN = word(" in ");
const SUBNET = word("subnet ");
const SYNC_ERROR = word("error syncing '");
const POD_FILE = word("pod.go:");
const ADD_REQUEST = word("add port request: {");
const DEL_REQUEST = word("del port request: {");
const IP = word("ip");
const IP_V6 = word("ip_v6");
const MAC_KEY = word("mac");
const POOL_KEY = word("pool");
const SUBNET_KEY = word("subnet");
const ADD = word("ADD");
const DEL = word("DEL");

/** Finds pod, sandbox and addresses in the messages of kube-ovn's controller and daemon. */
export function takeKubeOvnMentions(text: Span): void {
  if (startsWith(text, ALLOCATE)) takeAllocation(text);
  else if (startsWith(text, SYNC_ERROR)) takeSyncError(text);
  else if (startsWith(text, ADD_REQUEST)) takePortRequest(text, ADD);
  else if (startsWith(text, DEL_REQUEST)) takePortRequest(text, DEL);
}

/** `allocate v4 1.2.3.4, v6 , mac 00:00 for ns/pod from [ippool p in ]subnet s` */
function takeAllocation(text: Span): void {
  const end = endOf(text);
  const v4 = startOf(text) + sizeOf(ALLOCATE);
  const v4End = printedBefore(v4, end, V6);
  const v6 = v4End + sizeOf(V6);
  const v6End: usize = v4End == 0 ? 0 : printedBefore(v6, end, MAC);
  const mac = v6End + sizeOf(MAC);
  const macEnd: usize = v6End == 0 ? 0 : printedBefore(mac, end, FOR);
  const pod = macEnd + sizeOf(FOR);
  const podEnd: usize = macEnd == 0 ? 0 : printedEnd(pod, end);
  if (podEnd <= pod || !standsAt(podEnd, end, FROM)) return;
  let subnet = podEnd + sizeOf(FROM);
  let pool = NONE;
  if (standsAt(subnet, end, IP_POOL)) {
    const start = subnet + sizeOf(IP_POOL);
    const stop = printedEnd(start, end);
    if (stop == start || !standsAt(stop, end, IN)) return;
    pool = span(start, stop);
    subnet = stop + sizeOf(IN);
  }
  if (!standsAt(subnet, end, SUBNET)) return;
  subnet += sizeOf(SUBNET);
  const subnetEnd = printedEnd(subnet, end);
  if (subnetEnd == subnet) return;
  takePod(span(pod, podEnd));
  fieldUnlessEmpty(IP, span(v4, v4End));
  fieldUnlessEmpty(IP_V6, span(v6, v6End));
  fieldUnlessEmpty(MAC_KEY, span(mac, macEnd));
  fieldUnlessEmpty(POOL_KEY, pool);
  fieldUnlessEmpty(SUBNET_KEY, span(subnet, subnetEnd));
}

function fieldUnlessEmpty(key: Span, value: Span): void {
  if (sizeOf(value) > 0) field(key, value);
}

/** Where a word stands behind text without white space; 0 when it does not. */
function printedBefore(start: usize, end: usize, wanted: Span): usize {
  // The word's own first byte may be part of the text before: `1.2.3.4, v6 `.
  for (let at = printedEnd(start, end); at >= start; at--) if (standsAt(at, end, wanted)) return at;
  return 0;
}

/** `error syncing 'ns/pod': ...` */
function takeSyncError(text: Span): void {
  if (record.caller == NONE || !startsWith(record.caller, POD_FILE)) return;
  const start = startOf(text) + sizeOf(SYNC_ERROR);
  const quote = byteIn(start, endOf(text), 39);
  if (quote > start) takePod(span(start, quote));
}

/** `add port request: {<driver> pod namespace id ...` */
function takePortRequest(text: Span, command: Span): void {
  const end = endOf(text);
  const driverEnd = printedEnd(startOf(text) + sizeOf(ADD_REQUEST), end);
  const pod = driverEnd + 1;
  const podEnd = printedEnd(pod, end);
  const namespace = podEnd + 1;
  const namespaceEnd = printedEnd(namespace, end);
  const id = namespaceEnd + 1;
  const idEnd = id + 64;
  if (idEnd >= end || load<u8>(idEnd) != 32 || podEnd == pod || namespaceEnd == namespace) return;
  const sandbox = idAt(id, end);
  if (sandbox == NONE || !takeNames(span(namespace, namespaceEnd), span(pod, podEnd))) return;
  if (record.sandboxId == NONE) record.sandboxId = sandbox;
  field(COMMAND, command);
}
