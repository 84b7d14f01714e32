import type { ApiObject, ObjectSink } from "./api_object.ts";
import { instantOf } from "./instant.ts";
import {
  conditionOf,
  controllingOwner,
  fieldsOf,
  integerOf,
  isObject,
  jsonListOf,
  jsonOf,
  type JsonObject,
  listOf,
  objectOf,
  textOf,
} from "./object_value.ts";

/** Maps a Pod to raw.pods. A pod without status gives nulls there and is counted as `no_status`. */
export function mapPod(object: ApiObject, sink: ObjectSink): void {
  const { body, metadata } = object;
  const spec = objectOf(body["spec"]);
  const status = objectOf(body["status"]);
  const owner = controllingOwner(metadata);
  if (Object.keys(status).length === 0) object.issues.count("no_status", object.line, 0, textOf(metadata["name"]));
  const ready = conditionOf(status, "Ready");
  const containers = listOf(spec["containers"]).map(objectOf);
  sink.row("pods", {
    line: object.line,
    item: object.item,
    snapshot: object.snapshot,
    namespace: textOf(metadata["namespace"]),
    pod_name: textOf(metadata["name"]),
    pod_uid: textOf(metadata["uid"]),
    resource_version: textOf(metadata["resourceVersion"]),
    node_name: textOf(spec["nodeName"]),
    owner_kind: textOf(owner?.["kind"]),
    owner_name: textOf(owner?.["name"]),
    owner_uid: textOf(owner?.["uid"]),
    host_network: spec["hostNetwork"] === true,
    labels: jsonOf(metadata["labels"]),
    annotations: jsonOf(metadata["annotations"]),
    created_at: instantOf(metadata["creationTimestamp"]),
    deletion_at: instantOf(metadata["deletionTimestamp"]),
    deletion_grace_s: integerOf(metadata["deletionGracePeriodSeconds"]),
    phase: textOf(status["phase"]),
    reason: textOf(status["reason"]),
    host_ip: textOf(status["hostIP"]),
    pod_ip: textOf(status["podIP"]),
    pod_ips: podIps(status),
    started_at: instantOf(status["startTime"]),
    scheduled_at: sinceTrue(status, "PodScheduled"),
    initialized_at: sinceTrue(status, "Initialized"),
    ready_at: sinceTrue(status, "Ready"),
    is_ready: ready === null ? null : ready.status === "True",
    container_count: containers.length,
    images: jsonListOf(imagesOf(containers)),
    conditions: jsonOf(status["conditions"]),
    ...containerColumns(status),
  });
}

/** Images of a list of containers, in order. */
export function imagesOf(containers: readonly JsonObject[]): string[] {
  return containers.map((container) => textOf(container["image"])).filter((image) => image !== null);
}

function podIps(status: JsonObject): string | null {
  const ips = listOf(status["podIPs"]).map((entry) => textOf(objectOf(entry)["ip"]));
  return jsonListOf(ips.filter((ip) => ip !== null));
}

function sinceTrue(status: JsonObject, type: string): bigint | null {
  const condition = conditionOf(status, type);
  return condition?.status === "True" ? instantOf(condition.transition) : null;
}

function containerColumns(status: JsonObject) {
  const statuses = listOf(status["containerStatuses"]).filter(isObject);
  const hasStatuses = statuses.length > 0;
  let startedAt: bigint | null = null;
  for (const container of statuses) {
    const at = instantOf(objectOf(objectOf(container["state"])["running"])["startedAt"]);
    if (at !== null && (startedAt === null || at > startedAt)) startedAt = at;
  }
  return {
    container_started_at: startedAt,
    ready_container_count: hasStatuses ? statuses.filter((container) => container["ready"] === true).length : null,
    restart_count: hasStatuses
      ? statuses.reduce((sum, container) => sum + (integerOf(container["restartCount"]) ?? 0), 0)
      : null,
    container_statuses: fieldsOf({
      containerStatuses: status["containerStatuses"],
      initContainerStatuses: status["initContainerStatuses"],
    }),
  };
}
