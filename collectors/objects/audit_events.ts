import type { ObjectSink } from "./api_object.ts";
import { instantOf } from "./instant.ts";
import { integerOf, isObject, type JsonObject, objectOf, textOf, withoutManagedFields } from "./object_value.ts";

/** Maps an audit event (audit.k8s.io, any level) to raw.audit_events. */
export function mapAuditEvent(body: JsonObject, line: number, sink: ObjectSink): void {
  const ref = objectOf(body["objectRef"]);
  const response = objectOf(body["responseObject"]);
  const request = objectOf(body["requestObject"]);
  const status = objectOf(body["responseStatus"]);
  const object = isObject(body["responseObject"]) ? response : isObject(body["requestObject"]) ? request : null;
  sink.row("audit_events", {
    line,
    ts: instantOf(body["stageTimestamp"]),
    received_at: instantOf(body["requestReceivedTimestamp"]),
    audit_id: textOf(body["auditID"]),
    stage: textOf(body["stage"]),
    verb: textOf(body["verb"]),
    resource: textOf(ref["resource"]),
    subresource: textOf(ref["subresource"]),
    api_group: textOf(ref["apiGroup"]),
    namespace: textOf(ref["namespace"]),
    name: textOf(ref["name"]) ?? inBody("name", response, request),
    uid: textOf(ref["uid"]) ?? inBody("uid", response, request),
    username: textOf(objectOf(body["user"])["username"]),
    user_agent: textOf(body["userAgent"]),
    response_code: integerOf(status["code"]),
    reason: textOf(status["reason"]),
    object: object === null ? null : JSON.stringify(withoutManagedFields(object)),
  });
}

/** Name or UID in the bodies; a Status (failed or deleted) has it in `details`. */
function inBody(key: "name" | "uid", response: JsonObject, request: JsonObject): string | null {
  return (
    textOf(objectOf(response["metadata"])[key]) ??
    textOf(objectOf(response["details"])[key]) ??
    textOf(objectOf(request["metadata"])[key])
  );
}
