import type { ApiObject, ObjectSink } from "./api_object.ts";
import { instantInEventName, instantOf } from "./instant.ts";
import { integerOf, objectOf, textOf } from "./object_value.ts";

/** Programs that run on every node and stamp events with that node's clock. */
const NODE_COMPONENTS = new Set(["kubelet", "kube-proxy", "multus", "containerd"]);
/** How far the name's instant may be from the 1 s stamp of the same occurrence: its own rounding and a slow recorder. */
const NAME_TOLERANCE_NS = 2_000_000_000n;

interface EventInstants {
  readonly eventTime: bigint | null;
  readonly nameTs: bigint | null;
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly seriesLast: bigint | null;
  readonly count: number | null;
}

/** Maps an Event, core/v1 or events.k8s.io, to raw.kube_events. */
export function mapEvent(object: ApiObject, sink: ObjectSink): void {
  const { body, metadata } = object;
  const series = objectOf(body["series"]);
  const source = objectOf(body["source"] ?? body["deprecatedSource"]);
  const about = objectOf(body["involvedObject"] ?? body["regarding"]);
  const name = textOf(metadata["name"]);
  const instants: EventInstants = {
    eventTime: instantOf(body["eventTime"]),
    nameTs: instantInEventName(name),
    first: instantOf(body["firstTimestamp"] ?? body["deprecatedFirstTimestamp"]),
    last: instantOf(body["lastTimestamp"] ?? body["deprecatedLastTimestamp"]),
    seriesLast: instantOf(series["lastObservedTime"]),
    count: countOf(series["count"], body["count"] ?? body["deprecatedCount"]),
  };
  const reporter = textOf(body["reportingController"]) ?? textOf(body["reportingComponent"]);
  const component = textOf(source["component"]) ?? reporter;
  const host = textOf(source["host"]) ?? nodeOfReporter(reporter, textOf(body["reportingInstance"]));
  const best = lastOccurrence(instants);
  sink.row("kube_events", {
    line: object.line,
    item: object.item,
    snapshot: object.snapshot,
    namespace: textOf(metadata["namespace"]),
    ts: best?.ts ?? null,
    ts_resolution_ns: best?.resolutionNs ?? null,
    clock: best === null ? null : clockOf(component, host),
    event_name: name,
    event_uid: textOf(metadata["uid"]),
    name_ts: instants.nameTs,
    event_time: instants.eventTime,
    first_ts: instants.first,
    last_ts: instants.last,
    created_at: instantOf(metadata["creationTimestamp"]),
    count: instants.count,
    type: textOf(body["type"]),
    reason: textOf(body["reason"]),
    message: textOf(body["message"]) ?? textOf(body["note"]),
    source_component: component,
    source_host: host,
    object_kind: textOf(about["kind"]),
    object_name: textOf(about["name"]),
    object_uid: textOf(about["uid"]),
    object_field_path: textOf(about["fieldPath"]),
  });
}

/** A count of 0 is how both APIs leave it unset. */
function countOf(...values: readonly unknown[]): number | null {
  for (const value of values) {
    const count = integerOf(value);
    if (count !== null && count > 0) return count;
  }
  return null;
}

function nodeOfReporter(reporter: string | null, instance: string | null): string | null {
  // The scheduler's instance is `default-scheduler-<host>`, not a node; only node agents report with the node's name.
  return reporter !== null && NODE_COMPONENTS.has(reporter) ? instance : null;
}

/** Null where a node agent does not say on which node it ran (Multus sets no host). */
function clockOf(component: string | null, host: string | null): string | null {
  if (host !== null) return host;
  return component !== null && NODE_COMPONENTS.has(component) ? null : "apiserver";
}

function lastOccurrence(instants: EventInstants): { ts: bigint; resolutionNs: number } | null {
  const { eventTime, nameTs, first, last, seriesLast, count } = instants;
  if (seriesLast !== null) return { ts: seriesLast, resolutionNs: 1000 };
  const isRepeated = (count ?? 1) > 1;
  if (isRepeated && last !== null) return { ts: last, resolutionNs: 1_000_000_000 };
  if (eventTime !== null) return { ts: eventTime, resolutionNs: 1000 };
  const stamp = first ?? last;
  // Name and first stamp are one clock reading. A name kept from an earlier series lies far from it and is not used.
  if (nameTs !== null && !isRepeated && (stamp === null || near(nameTs, stamp))) return { ts: nameTs, resolutionNs: 1 };
  const fallback = last ?? first;
  return fallback === null ? null : { ts: fallback, resolutionNs: 1_000_000_000 };
}

function near(one: bigint, other: bigint): boolean {
  const gap = one - other;
  return gap <= NAME_TOLERANCE_NS && gap >= -NAME_TOLERANCE_NS;
}
