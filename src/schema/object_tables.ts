import { column, type TableSchema } from "./column.ts";
import { EVIDENCE_COLUMNS } from "./log_tables.ts";

/** Where an API object was read: file, line, its place in the list, and which snapshot the file is. */
const OBJECT_COLUMNS = [
  ...EVIDENCE_COLUMNS,
  column("item", "i32", "0-based place in the List, stream or multi-document file."),
  column(
    "snapshot",
    "utf8",
    "Suffix that tells snapshots of one kind apart (`before`, `mid`, `end`), '' for the only or final one.",
  ),
  column("namespace", "utf8", "metadata.namespace; null for cluster-scoped objects."),
] as const;

export const KUBE_EVENTS: TableSchema = {
  name: "kube_events",
  doc: "One row per Event object per snapshot file (core/v1 and events.k8s.io).",
  columns: [
    ...OBJECT_COLUMNS,
    column(
      "ts",
      "ts_ns",
      "Best instant of the last occurrence: eventTime, else the name's suffix, else lastTimestamp.",
    ),
    column(
      "ts_resolution_ns",
      "i64",
      "Resolution of ts, ns: 1e3 eventTime, 1 name suffix, 1e9 stamps; null when ts is.",
    ),
    column("clock", "utf8", "Clock of ts: the reporting node, or `apiserver` for cluster components."),
    column("event_name", "utf8", "metadata.name."),
    column("event_uid", "utf8", "metadata.uid; null when absent."),
    column(
      "name_ts",
      "ts_ns",
      "Instant in the hex suffix of the name: when the first occurrence was recorded; null without a suffix.",
    ),
    column("event_time", "ts_ns", "eventTime, µs; null when unset."),
    column("first_ts", "ts_ns", "firstTimestamp, 1 s; null when unset."),
    column("last_ts", "ts_ns", "lastTimestamp, 1 s; null when unset."),
    column("created_at", "ts_ns", "metadata.creationTimestamp, 1 s: when the API server stored it."),
    column("count", "i64", "Number of occurrences (count, or series.count); null when the object gives none."),
    column("type", "utf8", "Normal or Warning."),
    column("reason", "utf8", "Reason as Kubernetes spells it."),
    column("message", "utf8", "Message (note in events.k8s.io)."),
    column("source_component", "utf8", "source.component or reportingController; null when neither is set."),
    column("source_host", "utf8", "source.host or reportingInstance when that is a node; null when unset."),
    column("object_kind", "utf8", "Kind of the involved object."),
    column("object_name", "utf8", "Name of the involved object."),
    column("object_uid", "utf8", "UID of the involved object; null when unset."),
    column("object_field_path", "utf8", "fieldPath, e.g. spec.containers{app}; null when unset."),
  ],
};

export const PODS: TableSchema = {
  name: "pods",
  doc: "One row per Pod object per snapshot file.",
  columns: [
    ...OBJECT_COLUMNS,
    column("pod_name", "utf8", "metadata.name."),
    column("pod_uid", "utf8", "metadata.uid."),
    column("resource_version", "utf8", "metadata.resourceVersion, compared for equality only."),
    column("node_name", "utf8", "spec.nodeName; null while unscheduled."),
    column("owner_kind", "utf8", "Kind of the controlling owner; null when there is none."),
    column("owner_name", "utf8", "Name of the controlling owner; null when there is none."),
    column("owner_uid", "utf8", "UID of the controlling owner; null when there is none."),
    column("host_network", "bool", "spec.hostNetwork: the pod has no sandbox address of its own."),
    column("labels", "json", "metadata.labels."),
    column("annotations", "json", "metadata.annotations, including Multus network-status."),
    column("created_at", "ts_ns", "metadata.creationTimestamp, 1 s."),
    column(
      "deletion_at",
      "ts_ns",
      "metadata.deletionTimestamp, 1 s: when the grace period ends; null when not deleting.",
    ),
    column("deletion_grace_s", "i64", "metadata.deletionGracePeriodSeconds, s; null when not deleting."),
    column("phase", "utf8", "status.phase; null when the object has no status."),
    column("reason", "utf8", "status.reason; null when unset."),
    column("host_ip", "utf8", "status.hostIP; null when unset."),
    column("pod_ip", "utf8", "status.podIP; null when unset."),
    column("pod_ips", "json", "status.podIPs as a list of strings; null when unset."),
    column("started_at", "ts_ns", "status.startTime, 1 s: the kubelet acknowledged the pod; null when unset."),
    column("scheduled_at", "ts_ns", "lastTransitionTime of PodScheduled=True, 1 s; null when not so."),
    column("initialized_at", "ts_ns", "lastTransitionTime of Initialized=True, 1 s; null when not so."),
    column("ready_at", "ts_ns", "lastTransitionTime of Ready=True, 1 s, the kubelet's clock; null when not Ready."),
    column("is_ready", "bool", "Ready condition is True; null when the object has no such condition."),
    column(
      "container_started_at",
      "ts_ns",
      "Latest state.running.startedAt of the containers, 1 s; null when none runs.",
    ),
    column("container_count", "i32", "Number of spec.containers."),
    column("ready_container_count", "i32", "Number of containerStatuses with ready; null without statuses."),
    column("restart_count", "i32", "Sum of restartCount; null without statuses."),
    column("conditions", "json", "status.conditions."),
    column("container_statuses", "json", "status.containerStatuses and initContainerStatuses."),
    column("images", "json", "Images of spec.containers, as a list of strings."),
  ],
};

export const NODES: TableSchema = {
  name: "nodes",
  doc: "One row per Node object per snapshot file.",
  columns: [
    ...OBJECT_COLUMNS,
    column("node_name", "utf8", "metadata.name."),
    column("node_uid", "utf8", "metadata.uid."),
    column("roles", "utf8", "Roles from node-role.kubernetes.io labels, comma-separated and sorted; null when none."),
    column("created_at", "ts_ns", "metadata.creationTimestamp, 1 s."),
    column("internal_ip", "utf8", "First InternalIP address; null when unset."),
    column("os_image", "utf8", "status.nodeInfo.osImage."),
    column("kernel_version", "utf8", "status.nodeInfo.kernelVersion."),
    column("architecture", "utf8", "status.nodeInfo.architecture."),
    column("kubelet_version", "utf8", "status.nodeInfo.kubeletVersion."),
    column("container_runtime_version", "utf8", "status.nodeInfo.containerRuntimeVersion, e.g. containerd://1.7.2."),
    column("cpu_count", "f64", "status.capacity.cpu, cores; null when unset."),
    column("memory_bytes", "i64", "status.capacity.memory, bytes; null when unset."),
    column("pod_capacity", "i32", "status.capacity.pods; null when unset."),
    column("pod_cidrs", "json", "spec.podCIDRs as a list of strings; null when unset."),
    column("is_ready", "bool", "Ready condition is True; null when absent."),
    column("conditions", "json", "status.conditions."),
    column("labels", "json", "metadata.labels."),
  ],
};

export const WORKLOADS: TableSchema = {
  name: "workloads",
  doc: "One row per Deployment, ReplicaSet, DaemonSet, StatefulSet or Job object per snapshot file.",
  columns: [
    ...OBJECT_COLUMNS,
    column("kind", "utf8", "Kind of the workload."),
    column("name", "utf8", "metadata.name."),
    column("uid", "utf8", "metadata.uid."),
    column("owner_kind", "utf8", "Kind of the controlling owner; null when there is none."),
    column("owner_name", "utf8", "Name of the controlling owner; null when there is none."),
    column("owner_uid", "utf8", "UID of the controlling owner; null when there is none."),
    column("created_at", "ts_ns", "metadata.creationTimestamp, 1 s."),
    column("desired_count", "i64", "spec.replicas, or desiredNumberScheduled; null when unset."),
    column("ready_count", "i64", "status.readyReplicas or numberReady; null when unset (the API omits 0)."),
    column("labels", "json", "metadata.labels."),
    column("images", "json", "Images of the pod template, as a list of strings."),
  ],
};

export const AUDIT_EVENTS: TableSchema = {
  name: "audit_events",
  doc: "One row per audit event of the API server.",
  columns: [
    ...EVIDENCE_COLUMNS,
    column("ts", "ts_ns", "stageTimestamp, µs: when the stage was reached (ResponseComplete: the write is stored)."),
    column("received_at", "ts_ns", "requestReceivedTimestamp, µs."),
    column("audit_id", "utf8", "auditID."),
    column("stage", "utf8", "Stage, e.g. ResponseComplete."),
    column("verb", "utf8", "Verb, e.g. create, patch, delete."),
    column("resource", "utf8", "objectRef.resource; null for non-resource requests."),
    column("subresource", "utf8", "objectRef.subresource, e.g. status, binding; null when none."),
    column("api_group", "utf8", "objectRef.apiGroup; null for the core group."),
    column("namespace", "utf8", "objectRef.namespace; null when none."),
    column("name", "utf8", "objectRef.name, else the name in the response or request body; null when none is given."),
    column("uid", "utf8", "objectRef.uid, else the uid in the body; null when none is given."),
    column("username", "utf8", "user.username."),
    column("user_agent", "utf8", "userAgent."),
    column("response_code", "i32", "responseStatus.code; null while the request runs."),
    column("reason", "utf8", "responseStatus.reason, e.g. Conflict; null when none."),
    column("object", "json", "responseObject, else requestObject, where the audit level includes one; else null."),
  ],
};

export const WATCH_EVENTS: TableSchema = {
  name: "watch_events",
  doc: "One row per event of a recorded watch stream ({type, object} per line).",
  columns: [
    ...EVIDENCE_COLUMNS,
    column("ts", "ts_ns", "When the recorder received it, where the stream says so; else null."),
    column("type", "utf8", "ADDED, MODIFIED, DELETED or BOOKMARK."),
    column("kind", "utf8", "Kind of the object."),
    column("namespace", "utf8", "metadata.namespace; null for cluster-scoped objects."),
    column("name", "utf8", "metadata.name."),
    column("uid", "utf8", "metadata.uid."),
    column("resource_version", "utf8", "metadata.resourceVersion."),
    column("object", "json", "The object, without managedFields."),
  ],
};
