/** An object of the Kubernetes API as parsed: every field is `unknown` until read through the functions below. */
export type JsonObject = { readonly [key: string]: unknown };

const NOTHING: JsonObject = Object.freeze({});

/** Tells a JSON object from lists, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one when it is anything else, so that paths can be followed without checks. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

/** The value as a list; an empty one when it is anything else (the API writes `null` for empty lists). */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A non-empty string, else null: the API omits unset strings or writes them as ''. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** An integer that a double holds exactly, else null. Integers quoted as text count too (`"deleted": "3"`). */
export function integerOf(value: unknown): number | null {
  const number = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
}

/** Non-empty strings of a list, in order. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter((item): item is string => typeof item === "string" && item !== "");
}

/** JSON text of a value, null for an absent one. */
export function jsonOf(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** JSON text of a list of strings, null for an empty one. */
export function jsonListOf(values: readonly string[]): string | null {
  return values.length === 0 ? null : JSON.stringify(values);
}

/** A copy without the named keys. */
export function without(value: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** JSON text of what is left of an object when empty values are dropped; null when nothing is. */
export function fieldsOf(value: JsonObject): string | null {
  const kept = Object.entries(value).filter(([, item]) => !isEmpty(item));
  return kept.length === 0 ? null : JSON.stringify(Object.fromEntries(kept));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** A copy of an API object without metadata.managedFields, which is as large as the rest and says nothing of the run. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  if (!isObject(metadata) || metadata["managedFields"] === undefined) return object;
  return { ...object, metadata: without(metadata, "managedFields") };
}

/** The owner that controls an object, else its only owner; null when there is none. */
export function controllingOwner(metadata: JsonObject): JsonObject | null {
  const owners = listOf(metadata["ownerReferences"]).filter(isObject);
  return owners.find((owner) => owner["controller"] === true) ?? (owners.length === 1 ? (owners[0] ?? null) : null);
}

/** Status of a condition by type (`True`, `False`, `Unknown`) with its transition, null when absent. */
export function conditionOf(status: JsonObject, type: string): { status: string; transition: unknown } | null {
  for (const item of listOf(status["conditions"])) {
    const condition = objectOf(item);
    const value = textOf(condition["status"]);
    if (condition["type"] === type && value !== null) {
      return { status: value, transition: condition["lastTransitionTime"] };
    }
  }
  return null;
}

/** API group of an apiVersion: '' for the core group (`v1`). */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}
