import type { ApiObject, ObjectSink } from "./api_object.ts";
import { instantOf } from "./instant.ts";
import { conditionOf, jsonListOf, jsonOf, listOf, objectOf, textOf, textsOf } from "./object_value.ts";
import { quantityOf, wholeQuantityOf } from "./quantity.ts";

const ROLE_LABEL = "node-role.kubernetes.io/";

/** Maps a Node to raw.nodes. */
export function mapNode(object: ApiObject, sink: ObjectSink): void {
  const { body, metadata } = object;
  const spec = objectOf(body["spec"]);
  const status = objectOf(body["status"]);
  const info = objectOf(status["nodeInfo"]);
  const capacity = objectOf(status["capacity"]);
  const ready = conditionOf(status, "Ready");
  const cidrs = textsOf(spec["podCIDRs"]);
  const onlyCidr = textOf(spec["podCIDR"]);
  sink.row("nodes", {
    line: object.line,
    item: object.item,
    snapshot: object.snapshot,
    namespace: textOf(metadata["namespace"]),
    node_name: textOf(metadata["name"]),
    node_uid: textOf(metadata["uid"]),
    roles: rolesOf(metadata["labels"]),
    created_at: instantOf(metadata["creationTimestamp"]),
    internal_ip: internalIp(status["addresses"]),
    os_image: textOf(info["osImage"]),
    kernel_version: textOf(info["kernelVersion"]),
    architecture: textOf(info["architecture"]),
    kubelet_version: textOf(info["kubeletVersion"]),
    container_runtime_version: textOf(info["containerRuntimeVersion"]),
    cpu_count: quantityOf(capacity["cpu"]),
    memory_bytes: wholeQuantityOf(capacity["memory"]),
    pod_capacity: wholeQuantityOf(capacity["pods"]),
    pod_cidrs: jsonListOf(cidrs.length === 0 && onlyCidr !== null ? [onlyCidr] : cidrs),
    is_ready: ready === null ? null : ready.status === "True",
    conditions: jsonOf(status["conditions"]),
    labels: jsonOf(metadata["labels"]),
  });
}

function rolesOf(labels: unknown): string | null {
  const roles = Object.keys(objectOf(labels))
    .filter((key) => key.startsWith(ROLE_LABEL) && key.length > ROLE_LABEL.length)
    .map((key) => key.slice(ROLE_LABEL.length))
    .sort();
  return roles.length === 0 ? null : roles.join(",");
}

function internalIp(addresses: unknown): string | null {
  for (const entry of listOf(addresses)) {
    const address = objectOf(entry);
    if (address["type"] === "InternalIP") return textOf(address["address"]);
  }
  return null;
}
