import type { ImportIssues } from "../logs/log_record.ts";
import type { ObjectFileContext, ObjectSink } from "./api_object.ts";
import { mapAuditEvent } from "./audit_events.ts";
import { parseExactJson } from "./exact_json.ts";
import { JsonSplitter, type ListHeader, type SplitIssue, type SplitSink } from "./json_splitter.ts";
import { AUDIT_GROUP, isKnownGroup, kindEntry, type ObjectType, typeOfObject } from "./kinds.ts";
import { groupOf, isObject, type JsonObject, textOf } from "./object_value.ts";
import { isWatchEvent, mapWatchEvent } from "./watch_events.ts";
import { detectEncoding } from "./encoding.ts";
import { type YamlIssue, YamlSplitter } from "./yaml_splitter.ts";

export type { ObjectFileContext, ObjectRow, ObjectSink } from "./api_object.ts";

/** Text held back until a list has said what kind its items are; beyond it they are counted as `unknown_kind`. */
const MAX_PENDING_CHARS = 64 << 20;

interface PendingItem {
  readonly value: JsonObject;
  readonly line: number;
  readonly item: number;
}

/** Where a value stands: what its list says of it, and its place. */
interface Place {
  readonly list: ListHeader | null;
  readonly line: number;
  readonly item: number;
  /** The list may still tell its kind. */
  readonly isOpen: boolean;
}

/**
 * Reads a file of Kubernetes objects as a stream and hands on rows: a List, single objects, NDJSON, concatenated JSON,
 * a watch stream, an audit log, or YAML. Each object is judged by its own kind and apiVersion, whatever the file's name.
 *
 * Holds one object at a time. Never throws on content: what cannot be read is counted in `issues` with its line.
 */
export class ObjectReader implements SplitSink {
  readonly #context: ObjectFileContext;
  readonly #sink: ObjectSink;
  readonly #issues: ImportIssues;
  #splitter: JsonSplitter | YamlSplitter | null = null;
  #head: Buffer = Buffer.alloc(0);
  #item = 0;
  #pending: PendingItem[] = [];
  #pendingChars = 0;
  readonly #unknownKinds = new Set<string>();

  constructor(context: ObjectFileContext, sink: ObjectSink, issues: ImportIssues) {
    this.#context = context;
    this.#sink = sink;
    this.#issues = issues;
  }

  push(chunk: Buffer): void {
    if (this.#splitter === null) this.#begin(chunk, false);
    else this.#splitter.push(chunk);
  }

  end(): void {
    if (this.#splitter === null) this.#begin(Buffer.alloc(0), true);
    this.#splitter?.end();
  }

  /** Gathers the head of the file until it tells JSON from YAML. */
  #begin(chunk: Buffer, isEnd: boolean): void {
    this.#head = this.#head.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#head, chunk]);
    const encoding = detectEncoding(this.#head, isEnd);
    if (encoding === null) return;
    this.#splitter = encoding === "yaml" ? new YamlSplitter(this) : new JsonSplitter(this, this.#context.firstLine);
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    this.#splitter.push(head);
  }

  element(text: string, line: number, list: ListHeader | null): boolean {
    let value: unknown;
    try {
      value = parseExactJson(text);
    } catch {
      return false;
    }
    if (text.includes("\ufffd")) this.#issues.count("invalid_utf8", line, 0, null);
    this.parsed(value, line, list, text.length);
    return true;
  }

  /** Takes one parsed element: a list's item, or a top-level value when `list` is null. */
  parsed(value: unknown, line: number, list: ListHeader | null, size: number): void {
    const place = { list, line, item: this.#item++, isOpen: list !== null && list.kind === null };
    try {
      this.#read(value, place, size);
    } catch (error) {
      // Nested too deeply to be written again as JSON text.
      if (!(error instanceof RangeError)) throw error;
      this.#issues.count("too_deep", line, size, null);
    }
  }

  listEnd(list: ListHeader): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingChars = 0;
    for (const { value, line, item } of pending) this.#read(value, { list, line, item, isOpen: false }, 0);
  }

  issue(reason: SplitIssue | YamlIssue, line: number, byteCount: number, sample: string | null): void {
    if (reason === "bad_json" || reason === "bad_yaml" || reason === "too_large" || reason === "not_an_object") {
      this.#item++;
    }
    this.#issues.count(reason, line, byteCount, sample);
  }

  #read(value: unknown, place: Place, size: number): void {
    if (!isObject(value)) {
      this.#issues.count("not_an_object", place.line, size, null);
      return;
    }
    if (isWatchEvent(value)) {
      mapWatchEvent(value, place.line, this.#sink);
      return;
    }
    const type = typeOfObject(value, place.list);
    if (type === null) {
      if (place.isOpen && this.#pendingChars + size <= MAX_PENDING_CHARS) {
        this.#pendingChars += size;
        this.#pending.push({ value, line: place.line, item: place.item });
      } else {
        this.#issues.count("unknown_kind", place.line, size, null);
      }
      return;
    }
    if (isList(value, type.kind)) this.#readList(value, type, place.line);
    else this.#map(value, type, place);
  }

  /** A list that came whole: on one line of NDJSON, or inside another list. */
  #readList(value: JsonObject, type: ObjectType, line: number): void {
    // The list took a place itself; its first item has that one.
    this.#item--;
    for (const item of Array.isArray(value["items"]) ? (value["items"] as unknown[]) : []) {
      this.#read(item, { list: type, line, item: this.#item++, isOpen: false }, 0);
    }
  }

  #map(body: JsonObject, type: ObjectType, place: Place): void {
    const group = groupOf(type.apiVersion);
    if (group === AUDIT_GROUP && type.kind === "Event") {
      mapAuditEvent(body, place.line, this.#sink);
      return;
    }
    const entry = kindEntry(group, type.kind);
    if (entry === null) {
      if (!isKnownGroup(group)) this.#countUnknown(`${type.apiVersion} ${type.kind}`, place.line);
      return;
    }
    const metadata = isObject(body["metadata"]) ? body["metadata"] : {};
    if (metadata["uid"] === undefined && metadata["creationTimestamp"] === undefined) {
      // The API server sets both on all that it stores: this was written by hand to be applied.
      this.#issues.count("manifest", place.line, 0, textOf(metadata["name"]));
      return;
    }
    entry.map(
      {
        ...type,
        metadata,
        body,
        line: place.line,
        item: place.item,
        snapshot: this.#context.snapshot,
        issues: this.#issues,
      },
      this.#sink,
    );
  }

  #countUnknown(type: string, line: number): void {
    if (this.#unknownKinds.has(type)) return;
    this.#unknownKinds.add(type);
    this.#issues.count("unknown_kind", line, 0, type);
  }
}

/** `items` may be null: Go writes an empty list so. */
function isList(value: JsonObject, kind: string): boolean {
  return (
    kind.endsWith("List") && (Array.isArray(value["items"]) || value["items"] === null || value["spec"] === undefined)
  );
}
