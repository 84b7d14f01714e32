import type { ApiObject, ObjectSink } from "./api_object.ts";
import { instantOf } from "./instant.ts";
import {
  controllingOwner,
  integerOf,
  jsonListOf,
  jsonOf,
  type JsonObject,
  listOf,
  objectOf,
  textOf,
} from "./object_value.ts";
import { imagesOf } from "./pods.ts";

/** Maps a Deployment, ReplicaSet, DaemonSet, StatefulSet or Job to raw.workloads. */
export function mapWorkload(object: ApiObject, sink: ObjectSink): void {
  const { body, metadata, kind } = object;
  const spec = objectOf(body["spec"]);
  const status = objectOf(body["status"]);
  const owner = controllingOwner(metadata);
  const template = objectOf(objectOf(spec["template"])["spec"]);
  sink.row("workloads", {
    line: object.line,
    item: object.item,
    snapshot: object.snapshot,
    namespace: textOf(metadata["namespace"]),
    kind,
    name: textOf(metadata["name"]),
    uid: textOf(metadata["uid"]),
    owner_kind: textOf(owner?.["kind"]),
    owner_name: textOf(owner?.["name"]),
    owner_uid: textOf(owner?.["uid"]),
    created_at: instantOf(metadata["creationTimestamp"]),
    ...countColumns(kind, spec, status),
    labels: jsonOf(metadata["labels"]),
    images: jsonListOf(imagesOf(listOf(template["containers"]).map(objectOf))),
  });
}

function countColumns(kind: string, spec: JsonObject, status: JsonObject) {
  switch (kind) {
    case "DaemonSet":
      return {
        desired_count: integerOf(status["desiredNumberScheduled"]),
        ready_count: integerOf(status["numberReady"]),
      };
    case "Job":
      // A Job has no replicas: as many pods as may run at once are wanted.
      return { desired_count: integerOf(spec["parallelism"]), ready_count: integerOf(status["ready"]) };
    default:
      return { desired_count: integerOf(spec["replicas"]), ready_count: integerOf(status["readyReplicas"]) };
  }
}
