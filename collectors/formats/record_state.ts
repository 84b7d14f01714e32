import { LogRecord, type ImportIssues, type LogFileContext } from "../log_record.ts";
import { civilDays, localSeconds, Stamp } from "./instant.ts";

const MAX_ZONE_SECONDS = 14 * 3600;
const QUARTER_HOUR_SECONDS = 900;
/** A payload's own stamp this fine is truer than the carrier's, which is taken on arrival. */
const FINE_RESOLUTION_NS = 1e6;

/** Few, for each may keep the block of text alive that it was cut out of. */
const MAX_CACHED_NAMES = 256;
const quotedNames = new Map<string, string>();

/** A key as JSON text; the few hundred that occur are quoted once. */
function quotedName(name: string): string {
  let quoted = quotedNames.get(name);
  if (quoted === undefined) {
    quoted = JSON.stringify(name);
    if (quotedNames.size < MAX_CACHED_NAMES) {
      quotedNames.set(name, quoted);
    }
  }
  return quoted;
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** A value as JSON text; plain ones, which are most, need no escaping. */
function quotedValue(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

/** What the carrier of a line says about it; all null for a bare line. */
export class EnvelopeFacts {
  seconds: number | null = null;
  nanos = 0;
  resolutionNs = 1e9;
  /** Identifier of the unit or process, `kubelet` of `kubelet[75]:`. */
  identifier: string | null = null;
  /** Identifier with pid, or the stream: what a continuation line must share with its record. */
  source = "";
  nodeName: string | null = null;

  clear(): void {
    this.seconds = null;
    this.nanos = 0;
    this.resolutionNs = 1e9;
    this.identifier = null;
    this.source = "";
    this.nodeName = null;
  }

  copy(other: EnvelopeFacts): void {
    this.seconds = other.seconds;
    this.nanos = other.nanos;
    this.resolutionNs = other.resolutionNs;
    this.identifier = other.identifier;
    this.source = other.source;
    this.nodeName = other.nodeName;
  }
}

/** The record being built, with what its format may ask and tell. One per chunk parser, reused. */
export class RecordState {
  readonly record = new LogRecord();
  readonly stamp = new Stamp();
  readonly envelope = new EnvelopeFacts();
  readonly context: LogFileContext;
  readonly issues: ImportIssues;
  /** Line being read, for the place of an issue. */
  line = 0;
  /** True while an open block is read again: its issues are counted already. */
  isRereading = false;
  /** Set by a format whose last value goes on in the next lines (`key=<`). */
  isOpen = false;
  /** Set by a format that finds its text cut off. */
  isTorn = false;
  private fieldText = "";
  private fieldCount = 0;
  /** Names and values of the fields, the first `fieldCount` of each. */
  private readonly fieldNames: string[] = [];
  private readonly fieldValues: string[] = [];
  private lastMonthDay = -1;
  private lastDays: number | null = null;

  constructor(context: LogFileContext, issues: ImportIssues) {
    this.context = context;
    this.issues = issues;
  }

  begin(line: number): void {
    this.record.reset(line);
    this.isOpen = false;
    this.isTorn = false;
    this.fieldText = "";
    this.fieldCount = 0;
  }

  /** Keeps a key that has no column; a key that comes twice gets a number (`component`, `component_2`). */
  field(key: string, value: string): void {
    let name = key;
    for (let n = 2; this.fieldIndex(name) >= 0; n++) {
      name = `${key}_${n}`;
    }
    this.fieldNames[this.fieldCount] = name;
    this.fieldValues[this.fieldCount] = value;
    this.fieldCount++;
    this.fieldText += `${this.fieldText === "" ? "{" : ","}${quotedName(name)}:${quotedValue(value)}`;
  }

  /** Value of a kept key; null when there is none. */
  fieldValue(key: string): string | null {
    const index = this.fieldIndex(key);
    return index < 0 ? null : (this.fieldValues[index] as string);
  }

  private fieldIndex(key: string): number {
    for (let index = 0; index < this.fieldCount; index++) if (this.fieldNames[index] === key) return index;
    return -1;
  }

  closeFields(): void {
    this.record.fields = this.fieldText === "" ? null : `${this.fieldText}}`;
  }

  /** Takes an instant in UTC. */
  setInstant(seconds: number, nanos: number, resolutionNs: number): void {
    this.record.tsSeconds = seconds;
    this.record.tsNanos = nanos;
    this.record.tsResolutionNs = resolutionNs;
  }

  /** Takes the stamp just read: UTC, or the writer's local time without zone. */
  setStamp(stamp: Stamp): void {
    if (!stamp.isValid) {
      this.badTimestamp();
    } else if (stamp.hasZone) {
      this.setInstant(stamp.seconds, stamp.nanos, stamp.resolutionNs);
    } else {
      this.setLocal(stamp.seconds, stamp.nanos, stamp.resolutionNs);
    }
  }

  /** Takes a stamp without year and zone, as klog and journald's short form have it. */
  setYearless(month: number, day: number, secondOfDay: number, nanos: number, resolutionNs: number): void {
    const near = this.envelope.seconds;
    if (near !== null) {
      const local = this.nearestYear(month, day, secondOfDay, near);
      if (local === null) {
        this.badTimestamp();
      } else {
        this.setLocal(local, nanos, resolutionNs);
      }
      return;
    }
    const days = this.anchoredDays(month, day);
    if (days !== null) {
      this.setInstant(days * 86_400 + secondOfDay - this.context.utcOffsetSeconds, nanos, resolutionNs);
    }
  }

  /** The same for the envelope's own stamp. */
  setEnvelopeYearless(month: number, day: number, secondOfDay: number, nanos: number, resolutionNs: number): void {
    const days = this.anchoredDays(month, day);
    this.envelope.seconds = days === null ? null : days * 86_400 + secondOfDay - this.context.utcOffsetSeconds;
    this.envelope.nanos = nanos;
    this.envelope.resolutionNs = resolutionNs;
  }

  /** Settles payload stamp against envelope stamp, once payload and program are known. */
  settleInstant(): void {
    const { record, envelope } = this;
    if (envelope.seconds === null) {
      return;
    }
    const own = record.tsResolutionNs;
    // A runtime passes on a plugin's lines as a block when the plugin exits, minutes late: their own stamp stands.
    if (own !== null && record.via !== null && record.via !== "journal") {
      return;
    }
    if (record.tsSeconds === null || own === null || (own > FINE_RESOLUTION_NS && own > envelope.resolutionNs)) {
      this.setInstant(envelope.seconds, envelope.nanos, envelope.resolutionNs);
    }
  }

  badTimestamp(): void {
    this.issue("bad_timestamp");
  }

  private issue(reason: string): void {
    if (!this.isRereading) {
      this.issues.count(reason, this.line, 0, null);
    }
  }

  private setLocal(local: number, nanos: number, resolutionNs: number): void {
    const near = this.envelope.seconds;
    if (near === null) {
      this.setInstant(local - this.context.utcOffsetSeconds, nanos, resolutionNs);
      return;
    }
    const lead = local - near;
    const offset = Math.round(lead / QUARTER_HOUR_SECONDS) * QUARTER_HOUR_SECONDS;
    // No zone is that far from UTC: the stamp is of another time than the line, so the carrier's instant stands.
    if (Math.abs(offset) <= MAX_ZONE_SECONDS) {
      this.setInstant(local - offset, nanos, resolutionNs);
    }
  }

  private nearestYear(month: number, day: number, secondOfDay: number, near: number): number | null {
    const year = new Date(near * 1000).getUTCFullYear();
    let best: number | null = null;
    for (let y = year - 1; y <= year + 1; y++) {
      const local = localSeconds(y, month, day, secondOfDay);
      if (local !== null && (best === null || Math.abs(local - near) < Math.abs(best - near))) {
        best = local;
      }
    }
    return best;
  }

  /** Days since 1970 of a yearless date in the year that lands closest to the file's anchor; null is counted. */
  private anchoredDays(month: number, day: number): number | null {
    const key = month * 32 + day;
    if (key === this.lastMonthDay && this.lastDays !== null) {
      return this.lastDays;
    }
    const anchor = this.context.yearAnchor;
    // 29 February is a possible date: 2024 has one.
    if (civilDays(2024, month, day) === null) {
      this.badTimestamp();
      return null;
    }
    if (anchor === null) {
      this.issue("unknown_year");
      return null;
    }
    const near = civilDays(anchor.year, anchor.month, anchor.day) ?? civilDays(anchor.year, anchor.month, 1);
    let best: number | null = null;
    for (let y = anchor.year - 1; y <= anchor.year + 1 && near !== null; y++) {
      const days = civilDays(y, month, day);
      if (days !== null && (best === null || Math.abs(days - near) < Math.abs(best - near))) {
        best = days;
      }
    }
    if (best === null) {
      this.badTimestamp();
    }
    this.lastMonthDay = key;
    this.lastDays = best;
    return best;
  }
}
