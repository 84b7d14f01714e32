import type { PayloadFormat } from "../log_record.ts";
import type { RecordState } from "./record_state.ts";

/** Names that units and containers use for a program, where they differ from ours. */
const PROGRAM_NAMES: ReadonlyMap<string, string> = new Map([
  ["kubenswrapper", "kubelet"],
  ["hyperkube", "kubelet"],
  ["crio", "cri-o"],
  ["kindnet-cni", "kindnet"],
  ["cni-server", "kube-ovn-cni"],
  ["kube-multus", "multus"],
  ["whereabouts-reconciler", "ip-control-loop"],
]);

/** Our name of the program that a unit, container or log file is named after. */
export function programName(name: string): string {
  return PROGRAM_NAMES.get(name) ?? name;
}

/** Programs whose log carries other programs' lines: CNI plugins run as their children and share their stderr. */
const CARRIERS: ReadonlyMap<string, ReadonlySet<PayloadFormat>> = new Map([
  ["kubelet", new Set<PayloadFormat>(["klog", "klog_json", "plain", "unparsed"])],
  ["containerd", new Set<PayloadFormat>(["logfmt", "containerd_json", "plain", "unparsed"])],
  ["cri-o", new Set<PayloadFormat>(["logfmt", "json", "plain", "unparsed"])],
]);

const MULTUS_MESSAGE =
  /^(?:Add: |Del: |Multus: |\[[^\]/]+\/[^\]]+\]: |skipped net-attach-def|CNI version|Certificate |multus )/i;
const CONTROL_LOOP_MESSAGE =
  /^(?:deleted pod \[|skipped net-attach-def|result of garbage collecting pods|starting IP control loop|net-attach-def|pod .* update|the IP reservation:)/i;

/** Names the program of a finished record, and its carrier when it came inside another program's log. */
export function nameProgram(state: RecordState): void {
  const { record, envelope, context } = state;
  const isJournal = envelope.identifier !== null;
  const owner = envelope.identifier === null ? context.component : programName(envelope.identifier);
  if (isJournal) {
    record.via = "journal";
  }
  const native = owner === null ? undefined : CARRIERS.get(owner);
  if (native !== undefined && !native.has(record.format)) {
    record.via = owner;
    record.component = pluginByContent(state);
    return;
  }
  record.component = owner ?? programByContent(state);
}

/** Program of a line inside a runtime's or kubelet's log: only CNI plugins share their stderr. */
function pluginByContent(state: RecordState): string {
  const { record } = state;
  if (record.format === "calico") {
    return "calico-cni";
  }
  // Of the plugins only Whereabouts elects a leader.
  if (record.format === "klog" && record.caller?.startsWith("leaderelection.go") === true) {
    return "whereabouts";
  }
  return programByContent(state) ?? "cni-plugin";
}

/** Program that a record's own text gives away; null when it does not. */
export function programByContent(state: RecordState): string | null {
  const { record } = state;
  const message = record.message ?? "";
  switch (record.format) {
    case "bracket":
      return CONTROL_LOOP_MESSAGE.test(message)
        ? "ip-control-loop"
        : MULTUS_MESSAGE.test(message)
          ? "multus"
          : bracketDefault(state);
    case "calico":
      return calicoProgram(record.caller ?? "");
    case "logrus":
      return logrusProgram(state.fieldValue("subsys"));
    case "klog":
      return klogProgram(record.caller ?? "", message);
    case "zap_json":
      return zapProgram(state);
    case "etcd_json":
      return "etcd";
    case "logfmt":
    case "containerd_json":
      return state.fieldValue("subsys") !== null
        ? logrusProgram(state.fieldValue("subsys"))
        : runtimeProgram(state, message);
    case "klog_json":
    case "json":
    case "plain":
    case "unparsed":
      return null;
  }
}

const WHEREABOUTS_MESSAGE =
  /whereabouts|IPAM|IPManagement|leader|storage engine|assigning IP|Elected|Reserving IP|OnSt(?:art|opp)edLeading|IterateForAssignment|Overlapping|ContainerID|allocat/i;

function bracketDefault(state: RecordState): string | null {
  return WHEREABOUTS_MESSAGE.test(state.record.message ?? "") ? "whereabouts" : null;
}

function calicoProgram(caller: string): string | null {
  if (caller.startsWith("ipam_allocation.go") || caller.startsWith("kubecontrollers")) {
    return "calico-kube-controllers";
  }
  if (/^(?:ipam_plugin|k8s|dataplane_linux|plugin|utils)\.go:/.test(caller)) {
    return "calico-cni";
  }
  return /^(?:felix|confd|monitor-addresses|startup|bird|watchersyncer|int_dataplane)\b/.test(caller)
    ? "calico-node"
    : null;
}

function logrusProgram(subsys: string | null): string | null {
  if (subsys === null) {
    return null;
  }
  if (subsys === "cilium-cni" || subsys === "endpoint-connector") {
    return "cilium-cni";
  }
  return subsys.startsWith("cilium-operator") ? "cilium-operator" : "cilium-agent";
}

const KUBELET_FILE =
  /^(?:kubelet|kuberuntime_|remote_runtime|pod_workers|pod_container|pod_startup|reconciler|operation_generator|desired_state|util\.go|generic\.go|pleg|topology_manager|cpu_manager|memory_manager|state_mem|cri_stats|status_manager|volume_manager|container_manager|eviction_manager|prober|kubelet_|setters|csi_plugin|oom_linux|cadvisor|factory\.go|manager\.go:\d+$|plugin_manager|server\.go:\d+$)/;

function klogProgram(caller: string, message: string): string | null {
  if (caller.startsWith("leaderelection.go")) {
    return message.includes("kube-system/whereabouts") ? "whereabouts" : null;
  }
  if (message.includes("'AddedInterface'")) {
    return "multus";
  }
  if (/^(?:schedule_one|scheduler|default_binder|eventhandlers|scheduling_queue|factory)\.go/.test(caller)) {
    return caller.startsWith("factory") ? null : "kube-scheduler";
  }
  if (
    /^(?:replica_set|deployment_controller|controllermanager|garbagecollector|node_lifecycle|gc_controller|endpoints)/.test(
      caller,
    )
  ) {
    return "kube-controller-manager";
  }
  if (message.includes("wait address for pod") || message.includes(" port request: ")) {
    return "kube-ovn-cni";
  }
  if (
    message.startsWith("allocate v4 ") ||
    message.startsWith("handle add/update pod") ||
    message.startsWith("enqueue update pod")
  ) {
    return "kube-ovn-controller";
  }
  return KUBELET_FILE.test(caller) && !/^(?:server|util|manager|factory|generic)\.go/.test(caller) ? "kubelet" : null;
}

function zapProgram(state: RecordState): string | null {
  const logger = state.fieldValue("logger") ?? "";
  if (logger === "spiderpool") {
    return "spiderpool";
  }
  if (logger === "IPAM" || state.record.caller?.startsWith("ipam/") === true) {
    return "spiderpool-agent";
  }
  return logger.startsWith("Spider") ? "spiderpool-controller" : null;
}

function runtimeProgram(state: RecordState, message: string): string | null {
  if ((state.fieldValue("file") ?? "").startsWith("server/")) {
    return "cri-o";
  }
  return /PodSandbox|containerd|Container (?:for|within)|shim|ImageCreate|snapshotter|loading plugin|TearDown network/.test(
    message,
  )
    ? "containerd"
    : null;
}
