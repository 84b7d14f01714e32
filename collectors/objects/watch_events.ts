import type { ObjectSink } from "./api_object.ts";
import { instantOfRecorder } from "./instant.ts";
import { isObject, type JsonObject, objectOf, textOf, withoutManagedFields } from "./object_value.ts";

/** Whether a top-level object is one event of a watch stream: `{"type": "ADDED", "object": {...}}` and maybe a stamp. */
export function isWatchEvent(value: JsonObject): boolean {
  return value["kind"] === undefined && typeof value["type"] === "string" && isObject(value["object"]);
}

/** Maps one event of a watch stream to raw.watch_events; the object's own tables hold only what snapshots say. */
export function mapWatchEvent(value: JsonObject, line: number, sink: ObjectSink): void {
  const object = objectOf(value["object"]);
  const metadata = objectOf(object["metadata"]);
  sink.row("watch_events", {
    line,
    ts: instantOfRecorder(value["recvNs"]) ?? instantOfRecorder(value["ts"]),
    type: textOf(value["type"]),
    kind: textOf(object["kind"]),
    namespace: textOf(metadata["namespace"]),
    name: textOf(metadata["name"]),
    uid: textOf(metadata["uid"]),
    resource_version: textOf(metadata["resourceVersion"]),
    object: JSON.stringify(withoutManagedFields(object)),
  });
}
