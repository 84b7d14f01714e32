import type { CellValue } from "./parquet/column_base.ts";
import { type DatedStamp, stampOf } from "./layouts/stamps.ts";

/** What run.json says, field by field; null where it is absent or not of the expected type. */
export interface Manifest {
  readonly runId: string | null;
  readonly startedAt: string | null;
  readonly timezone: string | null;
  readonly nodes: readonly string[];
  /** Columns of raw.runs that come from the manifest. */
  readonly row: Readonly<Record<string, CellValue>>;
  /** Fields that were there but could not be used, e.g. `startedAt`. */
  readonly badFields: readonly string[];
}

const PHASES = new Set(["create", "recreate", "recover", "delete"]);
const SCENARIOS = new Set(["limited", "unlimited"]);

/**
 * Reads the text of a run.json.
 *
 * @returns null when the text is not a JSON object (counted as `bad_json` by the caller)
 */
export function parseManifest(text: string): Manifest | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const fields = new FieldReader();
  const cni = fields.object(parsed, "cni");
  const workload = fields.object(parsed, "workload");
  const startedAt = fields.text(parsed, "startedAt");
  const runId = fields.text(parsed, "runId");
  const timezone = fields.text(parsed, "timezone");
  const families = fields.textList(parsed, "ipFamilies");
  const row: Record<string, CellValue> = {
    cni: fields.text(cni, "name", "cni.name") ?? (typeof parsed["cni"] === "string" ? parsed["cni"] : null),
    cni_version: fields.text(cni, "version", "cni.version"),
    cni_mode: fields.text(cni, "mode", "cni.mode"),
    scenario: fields.oneOf(parsed, "scenario", SCENARIOS),
    phase: fields.oneOf(parsed, "phase", PHASES),
    ip_families: families === null ? null : JSON.stringify(families),
    repetition: fields.count(parsed, "repetition"),
    started_at: fields.instant(parsed, "startedAt"),
    ended_at: fields.instant(parsed, "endedAt"),
    kubernetes_version: fields.text(parsed, "kubernetes"),
    containerd_version: fields.text(parsed, "containerd"),
    timezone,
    workload_namespace: fields.text(workload, "namespace", "workload.namespace"),
    workload_name_prefix: fields.text(workload, "namePrefix", "workload.namePrefix"),
    workload_deployments: fields.count(workload, "deployments", "workload.deployments"),
    workload_replicas: fields.count(workload, "replicas", "workload.replicas"),
    origin: fields.text(parsed, "origin"),
    manifest: JSON.stringify(parsed),
  };
  if (timezone !== null && offsetAt(timezone, 0) === null) fields.bad.push("timezone");
  const nodes = fields.textList(parsed, "nodes") ?? [];
  return { runId, startedAt, timezone, nodes, row, badFields: [...new Set(fields.bad)] };
}

/** The day the manifest gives as the start; null when it gives none. */
export function manifestDay(manifest: Manifest | null): DatedStamp | null {
  if (manifest === null || manifest.row["started_at"] === null || manifest.startedAt === null) return null;
  return stampOf(manifest.startedAt);
}

/**
 * Offset of a zone at an instant, seconds east of UTC.
 *
 * @param zone  IANA name, `UTC`, `Z`, or an offset such as `+08:00`, `UTC+8`
 * @param utcMs instant, for zones with daylight saving
 * @returns null when the zone is not known
 */
export function offsetAt(zone: string, utcMs: number): number | null {
  const fixed = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(zone.trim());
  if (fixed !== null) {
    const seconds = Number(fixed[2]) * 3600 + Number(fixed[3] ?? 0) * 60;
    return fixed[1] === "-" && seconds !== 0 ? -seconds : seconds;
  }
  if (/^(?:UTC|GMT|Z)$/i.test(zone.trim())) return 0;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: zone.trim(), timeZoneName: "longOffset" });
    const name = format.formatToParts(utcMs).find((part) => part.type === "timeZoneName")?.value ?? "";
    const match = /^GMT(?:([+-])(\d\d):(\d\d)(?::\d\d)?)?$/.exec(name);
    if (match === null) return null;
    const seconds = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60;
    return match[1] === "-" ? -seconds : seconds;
  } catch {
    return null;
  }
}

/** Reads optional fields and notes the ones that are there but of no use. */
class FieldReader {
  readonly bad: string[] = [];

  text(from: JsonObject, key: string, name = key): string | null {
    const value = from[key];
    if (value === undefined || value === null || value === "") return null;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    this.bad.push(name);
    return null;
  }

  oneOf(from: JsonObject, key: string, allowed: ReadonlySet<string>): string | null {
    const value = this.text(from, key);
    if (value === null) return null;
    const lower = value.toLowerCase();
    if (allowed.has(lower)) return lower;
    this.bad.push(key);
    return null;
  }

  count(from: JsonObject, key: string, name = key): number | null {
    const value = from[key];
    if (value === undefined || value === null) return null;
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= 0x7fffffff) return number;
    this.bad.push(name);
    return null;
  }

  /** ns since 1970, UTC. */
  instant(from: JsonObject, key: string): bigint | null {
    const value = this.text(from, key);
    if (value === null) return null;
    const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(value);
    const ms = match === null ? NaN : Date.parse(`${match[1] ?? ""}T${match[2] ?? ""}${match[4] ?? ""}`);
    if (match !== null && !Number.isNaN(ms)) return BigInt(ms) * 1_000_000n + BigInt((match[3] ?? "").padEnd(9, "0"));
    this.bad.push(key);
    return null;
  }

  object(from: JsonObject, key: string): JsonObject {
    const value = from[key];
    return isObject(value) ? value : {};
  }

  textList(from: JsonObject, key: string): string[] | null {
    const value = from[key];
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value.split(",").map((part) => part.trim());
    if (!Array.isArray(value)) {
      this.bad.push(key);
      return null;
    }
    return value.flatMap((item: unknown) => {
      if (typeof item === "string") return [item];
      if (isObject(item) && typeof item["name"] === "string") return [item["name"]];
      this.bad.push(key);
      return [];
    });
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
