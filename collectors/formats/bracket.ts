import { bareIdAfter } from "./containerd.ts";
import type { LineText } from "./line_text.ts";
import type { LogFormat } from "./log_format.ts";
import { severityOf } from "./logfmt.ts";
import { takeErrorMentions, wordAfter } from "./mentions.ts";
import { takeNames, takePod, takeUid } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";
import { tornHeaderAt } from "./torn_header.ts";

const MIN_HEADER_LENGTH = 23;
const ID_LENGTH = 64;
const IPAM_CONFIGURATION = " - IPAM configuration successfully read: ";
const ADDRESS_KEY = '"address":"';

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= 48 && c <= 57;
}

/** Position after `YYYY-MM-DDThh:mm:ss[.fraction]Z|±hh:mm` at `start`; 0 when there is none. */
export function isoStampEnd(buf: Buffer, start: number, end: number): number {
  if (
    end - start < 20 ||
    buf[start + 4] !== 45 ||
    buf[start + 7] !== 45 ||
    buf[start + 10] !== 84 ||
    buf[start + 13] !== 58 ||
    buf[start + 16] !== 58 ||
    !isDigit(buf[start]) ||
    !isDigit(buf[start + 18])
  ) {
    return 0;
  }
  let i = start + 19;
  if (buf[i] === 46) {
    do {
      i++;
    } while (i < end && isDigit(buf[i]));
  }
  if (buf[i] === 90) {
    return i + 1;
  }
  if (buf[i] !== 43 && buf[i] !== 45) {
    return 0;
  }
  const zoneEnd = i + (buf[i + 3] === 58 ? 6 : 5);
  return zoneEnd <= end && isDigit(buf[zoneEnd - 1]) ? zoneEnd : 0;
}

/** Position after `stamp [level] ` (or at the line's end); 0 when no header stands at `start`. */
function headerEnd(buf: Buffer, start: number, end: number): number {
  const stampEnd = isoStampEnd(buf, start, end);
  if (stampEnd === 0 || buf[stampEnd] !== 32 || buf[stampEnd + 1] !== 91) {
    return 0;
  }
  for (let i = stampEnd + 2; i < end && i < stampEnd + 12; i++) {
    const c = buf[i] ?? 0;
    if (c === 93) {
      return i > stampEnd + 2 ? Math.min(end, i + 2) : 0;
    }
    if ((c | 32) < 97 || (c | 32) > 122) {
      return 0;
    }
  }
  return 0;
}

const TORN_HEADER = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z \[[a-zA-Z]{1,9}\]/;

function tear(text: string): number {
  return tornHeaderAt(text, TORN_HEADER, "Z [", 32, MIN_HEADER_LENGTH);
}

function parse(line: LineText, state: RecordState): void {
  const { text } = line;
  const { record, stamp } = state;
  stamp.readIso(line, 0);
  state.setStamp(stamp);
  const open = stamp.end + 1;
  const close = text.indexOf("]", open);
  record.severity = severityOf(text.substring(open + 1, close));
  const message = text.substring(close + 1).trim();
  if (message === "") {
    return;
  }
  record.message = message;
  takeBracketMentions(message, state);
}

/** Finds ids, addresses and commands in Whereabouts' and Multus' messages. */
export function takeBracketMentions(text: string, state: RecordState): void {
  const { record } = state;
  if (text.startsWith("Add: ") || text.startsWith("Del: ")) {
    takeMultusCommand(text, state);
    return;
  }
  if (text.startsWith(IPAM_CONFIGURATION, text.indexOf(" "))) {
    takeIpamConfiguration(text, state);
    return;
  }
  if (text.length >= ID_LENGTH) {
    record.sandboxId ??= containerIn(text) ?? bareIdAfter(text, "/var/lib/cni/multus/");
  }
  if (text.includes("odRef:")) {
    takePod((wordAfter(text, "podRef: ", " ") ?? wordAfter(text, "PodRef:", "} ") ?? "").trim(), record);
  }
  if (text.startsWith("deleted pod [")) {
    takePod(wordAfter(text, "deleted pod [", "]") ?? "", record);
  } else if (text.startsWith("Reserving IP: |")) {
    const [ip, id] = (wordAfter(text, "Reserving IP: |", "|") ?? "").split(" ");
    state.field("ip", ip ?? "");
    record.sandboxId ??= bareIdAfter(id ?? "", "");
  } else if (text.startsWith("IPManagement: [{")) {
    const ips = [...text.matchAll(/\{([0-9a-fA-F.:]+) [0-9a-f]+\}/g)].map((match) => match[1] ?? "");
    if (ips.length > 0) {
      state.field("ips", ips.join(","));
    }
  } else if (text.includes("OverlappingRangeAllocation success on ")) {
    const name = wordAfter(text, "ObjectMeta:{Name:", " ");
    if (name !== null) {
      state.field("reservation", name);
    }
  }
  if (record.severity === "error" || text.includes("plugin type=")) {
    takeErrorMentions(text, state);
  }
}

function containerIn(text: string): string | null {
  if (!text.includes("ontainer")) {
    return null;
  }
  return bareIdAfter(text, "ontainerID: ") ?? bareIdAfter(text, "ContainerID:") ?? bareIdAfter(text, "for container ");
}

function takeIpamConfiguration(text: string, state: RecordState): void {
  state.field("command", text.substring(0, text.indexOf(" ")));
  // The pod comes last in several hundred characters.
  const name = wordAfter(text, " PodName:", " }", text.lastIndexOf(" PodName:")) ?? "";
  const namespace = wordAfter(text, " PodNamespace:", " }", text.lastIndexOf(" PodNamespace:")) ?? "";
  takeNames(namespace, name, state.record);
  const type = wordAfter(text, " Type:", " }") ?? "";
  if (type !== "") {
    state.record.plugin ??= type;
  }
  const range = wordAfter(text, "Range:", " }") ?? "";
  if (range !== "") {
    state.field("range", range);
  }
}

/** `Add: namespace:pod:uid:network(name):interface {result}`, `Del: ... {configuration}`. */
function takeMultusCommand(text: string, state: RecordState): void {
  const brace = text.indexOf(" {", 5);
  const [namespace, pod, uid, ...rest] = text.substring(5, brace < 0 ? text.length : brace).split(":");
  const device = rest.pop();
  if (namespace === undefined || pod === undefined || uid === undefined || device === undefined) {
    return;
  }
  takeNames(namespace, pod, state.record);
  takeUid(uid, state.record);
  const network = rest.join(":");
  state.field("command", text.startsWith("Add") ? "ADD" : "DEL");
  const parenthesis = network.endsWith(")") ? network.indexOf("(") : -1;
  state.field("network", parenthesis < 0 ? network : network.substring(0, parenthesis));
  state.field("interface", device);
  const ips = addressesIn(text);
  if (ips !== "") {
    state.field("ips", ips);
  }
}

/** The values of the keys `address` in JSON text, joined by commas. */
function addressesIn(text: string): string {
  let addresses = "";
  for (let at = text.indexOf(ADDRESS_KEY); at >= 0; at = text.indexOf(ADDRESS_KEY, at + 1)) {
    const start = at + ADDRESS_KEY.length;
    const end = text.indexOf('"', start);
    if (end > start) {
      addresses += (addresses === "" ? "" : ",") + text.substring(start, end);
    }
  }
  return addresses;
}

/** `2026-11-23T16:43:57Z [debug] text` of Whereabouts and Multus (and hclog's `[INFO]`). */
export const BRACKET: LogFormat = {
  name: "bracket",
  id: "bracket",
  firstBytes: "0123456789",
  continues: true,
  starts: (buf, start, end) => headerEnd(buf, start, end) > 0,
  parse,
  tear,
  writesHeaderApart: true,
  samples: [
    "2026-11-23T16:43:57Z [debug] Started leader election",
    "2026-11-23T16:43:57Z [error] Error at storage engine: x",
  ],
};

const LEVEL_OF_BARE: readonly string[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "EMER", "ERR", "DBG", "FATAL"];

/** Open vSwitch and OVN: `2026-11-23T15:45:55.714Z|01198|module(thread)|INFO|text`. */
export const OVS: LogFormat = {
  name: "plain",
  id: "ovs",
  firstBytes: "0123456789",
  continues: false,
  starts: (buf, start, end) => {
    const stampEnd = isoStampEnd(buf, start, end);
    return stampEnd > 0 && buf[stampEnd] === 124 && isDigit(buf[stampEnd + 1]);
  },
  parse: (line, state) => {
    state.stamp.readIso(line, 0);
    state.setStamp(state.stamp);
    const [, sequence, module, level] = line.text.split("|", 4);
    const message = line.text.split("|").slice(4).join("|");
    state.record.severity = level === undefined ? null : severityOf(level === "DBG" ? "debug" : level);
    state.record.caller = module ?? null;
    state.record.message = message;
    if (sequence !== undefined) {
      state.field("sequence", sequence);
    }
  },
  samples: ["2026-11-23T15:46:09.933Z|00051|jsonrpc|WARN|unix#1662: send error: Broken pipe"],
};

/** zap's console encoder: stamp, level, caller and message between tabs. */
export const ZAP_CONSOLE: LogFormat = {
  name: "plain",
  id: "zap_console",
  firstBytes: "0123456789",
  continues: true,
  starts: (buf, start, end) => {
    const stampEnd = isoStampEnd(buf, start, end);
    if (stampEnd === 0 || buf[stampEnd] !== 9) {
      return false;
    }
    return LEVEL_OF_BARE.includes(
      buf.toString("latin1", stampEnd + 1, Math.min(end, stampEnd + 6)).replace(/\t.*$/s, ""),
    );
  },
  parse: (line, state) => {
    state.stamp.readIso(line, 0);
    state.setStamp(state.stamp);
    const [, level, caller, ...message] = line.text.split("\t");
    state.record.severity = severityOf(level ?? "");
    state.record.caller = caller ?? null;
    state.record.message = message.join("\t");
  },
  samples: ["2026-11-23T15:46:09.933Z\tINFO\tsetup/main.go:12\tstarting"],
};
