import { has, hasOneOf, standsAtAnyCase, startsWith, startsWithOneOf, whichAt } from "../memory/search";
import { endOf, isWordByte, NONE, sizeOf, Span, span, startOf, word } from "../memory/span";
import { WordTable } from "../memory/word_table";
import { context } from "./context";
import { envelope } from "./envelope_facts";
import { fieldValue } from "./fields";
import {
  BRACKET,
  CALICO,
  CONTAINERD_JSON,
  ETCD_JSON,
  JOURNAL,
  JSON,
  KLOG,
  KLOG_JSON,
  LOGFMT,
  LOGRUS,
  PLAIN,
  record,
  UNPARSED,
  ZAP_JSON,
} from "./record";

const KUBELET = word("kubelet");
const CONTAINERD = word("containerd");
const CRI_O = word("cri-o");
const KINDNET = word("kindnet");
const KUBE_OVN_CNI = word("kube-ovn-cni");
const KUBE_OVN_CONTROLLER = word("kube-ovn-controller");
const MULTUS = word("multus");
const CONTROL_LOOP = word("ip-control-loop");
const WHEREABOUTS = word("whereabouts");
const CALICO_CNI = word("calico-cni");
const CALICO_NODE = word("calico-node");
const CALICO_CONTROLLERS = word("calico-kube-controllers");
const CNI_PLUGIN = word("cni-plugin");
const CILIUM_CNI = word("cilium-cni");
const CILIUM_AGENT = word("cilium-agent");
const CILIUM_OPERATOR = word("cilium-operator");
const SCHEDULER = word("kube-scheduler");
const CONTROLLER_MANAGER = word("kube-controller-manager");
const SPIDERPOOL = word("spiderpool");
const SPIDERPOOL_AGENT = word("spiderpool-agent");
const SPIDERPOOL_CONTROLLER = word("spiderpool-controller");
const ETCD = word("etcd");

/** Names that units and containers use for a program, where they differ from ours. */
const PROGRAMS = StaticArray.fromArray<Span>([KUBELET, CRI_O, KINDNET, KUBE_OVN_CNI, MULTUS, CONTROL_LOOP]);
const PROGRAM_NAMES = new WordTable(4);
PROGRAM_NAMES.add("kubenswrapper", 0);
PROGRAM_NAMES.add("hyperkube", 0);
PROGRAM_NAMES.add("crio", 1);
PROGRAM_NAMES.add("kindnet-cni", 2);
PROGRAM_NAMES.add("cni-server", 3);
PROGRAM_NAMES.add("kube-multus", 4);
PROGRAM_NAMES.add("whereabouts-reconciler", 5);

/** Our name of the program that a unit, container or log file is named after. */
export function programName(name: Span): Span {
  const known = PROGRAM_NAMES.get(name);
  return known < 0 ? name : unchecked(PROGRAMS[known]);
}

/** Programs whose log carries other programs' lines: CNI plugins run as their children and share their stderr. */
const CARRIERS = new WordTable(3);
CARRIERS.add("kubelet", (1 << KLOG) | (1 << KLOG_JSON) | (1 << PLAIN) | (1 << UNPARSED));
CARRIERS.add("containerd", (1 << LOGFMT) | (1 << CONTAINERD_JSON) | (1 << PLAIN) | (1 << UNPARSED));
CARRIERS.add("cri-o", (1 << LOGFMT) | (1 << JSON) | (1 << PLAIN) | (1 << UNPARSED));

/** Names the program of a finished record, and its carrier when it came inside another program's log. */
export function nameProgram(): void {
  const isJournal = envelope.identifier != NONE;
  if (isJournal) record.via = JOURNAL;
  const owner = isJournal ? programName(envelope.identifier) : context.component;
  const own = owner == NONE ? -1 : CARRIERS.get(owner);
  if (own >= 0 && (own & (1 << record.format)) == 0) {
    record.via = owner;
    record.component = pluginByContent();
    return;
  }
  record.component = owner == NONE ? programByContent() : owner;
}

/** Program of a line inside a runtime's or kubelet's log: only CNI plugins share their stderr. */
function pluginByContent(): Span {
  if (record.format == CALICO) return CALICO_CNI;
  // Of the plugins only Whereabouts elects a leader.
  if (record.format == KLOG && callerStarts(LEADER_ELECTION)) return WHEREABOUTS;
  const program = programByContent();
  return program == NONE ? CNI_PLUGIN : program;
}

const SUBSYS = word("subsys");
const LOGGER = word("logger");
const FILE = word("file");

/** Program that a record's own text gives away; NONE when it does not. */
function programByContent(): Span {
  switch (record.format) {
    case BRACKET:
      return bracketProgram();
    case CALICO:
      return calicoProgram();
    case LOGRUS:
      return logrusProgram(fieldValue(SUBSYS));
    case KLOG:
      return klogProgram();
    case ZAP_JSON:
      return zapProgram();
    case ETCD_JSON:
      return ETCD;
    case LOGFMT:
    case CONTAINERD_JSON: {
      const subsys = fieldValue(SUBSYS);
      return subsys != NONE ? logrusProgram(subsys) : runtimeProgram();
    }
    default:
      return NONE;
  }
}

/** Whether the text begins with one of some words in lower case, whatever its case. */
function beginsWithOneOf(text: Span, words: StaticArray<Span>): bool {
  if (text == NONE) return false;
  for (let index = 0; index < words.length; index++) {
    if (standsAtAnyCase(startOf(text), endOf(text), unchecked(words[index]))) return true;
  }
  return false;
}

function callerStarts(wanted: Span): bool {
  return record.caller != NONE && startsWith(record.caller, wanted);
}

const CONTROL_LOOP_BEGINNINGS = StaticArray.fromArray<Span>([
  word("deleted pod ["),
  word("skipped net-attach-def"),
  word("result of garbage collecting pods"),
  word("starting ip control loop"),
  word("net-attach-def"),
  word("the ip reservation:"),
]);
const POD = word("pod ");
const UPDATE = word(" update");
const MULTUS_BEGINNINGS = StaticArray.fromArray<Span>([
  word("add: "),
  word("del: "),
  word("multus: "),
  word("skipped net-attach-def"),
  word("cni version"),
  word("certificate "),
  word("multus "),
]);
const WHEREABOUTS_WORDS = StaticArray.fromArray<Span>([
  word("whereabouts"),
  word("ipam"),
  word("ipmanagement"),
  word("leader"),
  word("storage engine"),
  word("assigning ip"),
  word("elected"),
  word("reserving ip"),
  word("onstartedleading"),
  word("onstoppedleading"),
  word("iterateforassignment"),
  word("overlapping"),
  word("containerid"),
  word("allocat"),
]);

function bracketProgram(): Span {
  const message = record.message;
  if (message == NONE) return NONE;
  if (beginsWithOneOf(message, CONTROL_LOOP_BEGINNINGS) || isPodUpdate(message)) return CONTROL_LOOP;
  if (beginsWithOneOf(message, MULTUS_BEGINNINGS) || isMultusPod(message)) return MULTUS;
  return tellsWhereabouts(message) ? WHEREABOUTS : NONE;
}

/** `pod ... update` */
function isPodUpdate(message: Span): bool {
  const start = startOf(message);
  const end = endOf(message);
  if (!standsAtAnyCase(start, end, POD)) return false;
  for (let at = start + sizeOf(POD); at < end; at++) if (standsAtAnyCase(at, end, UPDATE)) return true;
  return false;
}

/** `[namespace/pod]: ` */
function isMultusPod(message: Span): bool {
  let at = startOf(message);
  const end = endOf(message);
  if (at >= end || load<u8>(at) != 91) return false;
  const namespace = at + 1;
  for (at = namespace; at < end && load<u8>(at) != 93 && load<u8>(at) != 47;) at++;
  if (at == namespace || at >= end || load<u8>(at) != 47) return false;
  const pod = at + 1;
  for (at = pod; at < end && load<u8>(at) != 93;) at++;
  return at > pod && at + 2 < end && load<u8>(at + 1) == 58 && load<u8>(at + 2) == 32;
}

/** A bit for each two bytes that a word of WHEREABOUTS_WORDS begins with: few places of a message need a closer look. */
const whereaboutsMarks = memory.data(8192);
for (let index = 0; index < WHEREABOUTS_WORDS.length; index++) {
  const first: u32 = load<u16>(startOf(unchecked(WHEREABOUTS_WORDS[index])));
  const mark = whereaboutsMarks + (first >> 3);
  store<u8>(mark, (load<u8>(mark) as u32) | (1 << (first & 7)));
}

function tellsWhereabouts(text: Span): bool {
  const end = endOf(text);
  for (let at = startOf(text); at < end; at++) {
    const first: u32 = load<u16>(at) | 0x2020;
    const isMarked = (((load<u8>(whereaboutsMarks + (first >> 3)) as u32) >> (first & 7)) & 1) != 0;
    if (isMarked && beginsWithOneOf(span(at, end), WHEREABOUTS_WORDS)) return true;
  }
  return false;
}

const IPAM_ALLOCATION = word("ipam_allocation.go");
const KUBE_CONTROLLERS = word("kubecontrollers");
const CALICO_CNI_FILES = StaticArray.fromArray<Span>([
  word("ipam_plugin.go:"),
  word("k8s.go:"),
  word("dataplane_linux.go:"),
  word("plugin.go:"),
  word("utils.go:"),
]);
const CALICO_NODE_FILES = StaticArray.fromArray<Span>([
  word("felix"),
  word("confd"),
  word("monitor-addresses"),
  word("startup"),
  word("bird"),
  word("watchersyncer"),
  word("int_dataplane"),
]);

function calicoProgram(): Span {
  const caller = record.caller;
  if (caller == NONE) return NONE;
  if (startsWith(caller, IPAM_ALLOCATION) || startsWith(caller, KUBE_CONTROLLERS)) return CALICO_CONTROLLERS;
  if (startsWithOneOf(caller, CALICO_CNI_FILES)) return CALICO_CNI;
  const file = whichAt(startOf(caller), endOf(caller), CALICO_NODE_FILES);
  if (file < 0) return NONE;
  const next = startOf(caller) + sizeOf(unchecked(CALICO_NODE_FILES[file]));
  return next == endOf(caller) || !isWordByte(load<u8>(next)) ? CALICO_NODE : NONE;
}

const CILIUM_CNI_LINK = word("endpoint-connector");

function logrusProgram(subsys: Span): Span {
  if (subsys == NONE) return NONE;
  if (isWord(subsys, CILIUM_CNI) || isWord(subsys, CILIUM_CNI_LINK)) return CILIUM_CNI;
  return startsWith(subsys, CILIUM_OPERATOR) ? CILIUM_OPERATOR : CILIUM_AGENT;
}

function isWord(text: Span, wanted: Span): bool {
  return sizeOf(text) == sizeOf(wanted) && startsWith(text, wanted);
}

const LEADER_ELECTION = word("leaderelection.go");
const WHEREABOUTS_LEASE = word("kube-system/whereabouts");
const ADDED_INTERFACE = word("'AddedInterface'");
const FACTORY = word("factory.go");
const SCHEDULER_FILES = StaticArray.fromArray<Span>([
  word("schedule_one.go"),
  word("scheduler.go"),
  word("default_binder.go"),
  word("eventhandlers.go"),
  word("scheduling_queue.go"),
]);
const CONTROLLER_FILES = StaticArray.fromArray<Span>([
  word("replica_set"),
  word("deployment_controller"),
  word("controllermanager"),
  word("garbagecollector"),
  word("node_lifecycle"),
  word("gc_controller"),
  word("endpoints"),
]);
const OVN_CNI_MESSAGES = StaticArray.fromArray<Span>([word("wait address for pod"), word(" port request: ")]);
const OVN_CONTROLLER_MESSAGES = StaticArray.fromArray<Span>([
  word("allocate v4 "),
  word("handle add/update pod"),
  word("enqueue update pod"),
]);
const KUBELET_FILES = StaticArray.fromArray<Span>([
  word("kubelet"),
  word("kuberuntime_"),
  word("remote_runtime"),
  word("pod_workers"),
  word("pod_container"),
  word("pod_startup"),
  word("reconciler"),
  word("operation_generator"),
  word("desired_state"),
  word("pleg"),
  word("topology_manager"),
  word("cpu_manager"),
  word("memory_manager"),
  word("state_mem"),
  word("cri_stats"),
  word("status_manager"),
  word("volume_manager"),
  word("container_manager"),
  word("eviction_manager"),
  word("prober"),
  word("setters"),
  word("csi_plugin"),
  word("oom_linux"),
  word("cadvisor"),
  word("plugin_manager"),
]);

function klogProgram(): Span {
  const caller = record.caller;
  const message = record.message;
  if (callerStarts(LEADER_ELECTION)) {
    return message != NONE && has(message, WHEREABOUTS_LEASE) ? WHEREABOUTS : NONE;
  }
  if (message != NONE && has(message, ADDED_INTERFACE)) return MULTUS;
  if (callerStarts(FACTORY)) return NONE;
  if (startsWithOneOf(caller, SCHEDULER_FILES)) return SCHEDULER;
  if (startsWithOneOf(caller, CONTROLLER_FILES)) return CONTROLLER_MANAGER;
  if (hasOneOf(message, OVN_CNI_MESSAGES)) return KUBE_OVN_CNI;
  if (startsWithOneOf(message, OVN_CONTROLLER_MESSAGES)) return KUBE_OVN_CONTROLLER;
  return startsWithOneOf(caller, KUBELET_FILES) ? KUBELET : NONE;
}

const IPAM_LOGGER = word("IPAM");
const IPAM_FILES = word("ipam/");
const SPIDER = word("Spider");

function zapProgram(): Span {
  const logger = fieldValue(LOGGER);
  if (logger != NONE && isWord(logger, SPIDERPOOL)) return SPIDERPOOL;
  if ((logger != NONE && isWord(logger, IPAM_LOGGER)) || callerStarts(IPAM_FILES)) return SPIDERPOOL_AGENT;
  return logger != NONE && startsWith(logger, SPIDER) ? SPIDERPOOL_CONTROLLER : NONE;
}

const SERVER_FILES = word("server/");
const CONTAINERD_WORDS = StaticArray.fromArray<Span>([
  word("PodSandbox"),
  word("containerd"),
  word("Container for"),
  word("Container within"),
  word("shim"),
  word("ImageCreate"),
  word("snapshotter"),
  word("loading plugin"),
  word("TearDown network"),
]);

function runtimeProgram(): Span {
  const file = fieldValue(FILE);
  if (file != NONE && startsWith(file, SERVER_FILES)) return CRI_O;
  return hasOneOf(record.message, CONTAINERD_WORDS) ? CONTAINERD : NONE;
}
