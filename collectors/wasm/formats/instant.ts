import { NONE } from "../memory/span";
import { context } from "./context";
import { envelope } from "./envelope_facts";
import { BAD_TIMESTAMP, count, UNKNOWN_YEAR } from "./issues";
import { JOURNAL, record } from "./record";
import { civilDays, localSeconds, NO_DAY, NO_TIME, Stamp, yearOf } from "./stamp";

const MAX_ZONE_SECONDS: i64 = 14 * 3600;
const QUARTER_HOUR_SECONDS: i64 = 900;
const SECONDS_PER_DAY: i64 = 86_400;
/** A payload's own stamp this fine is truer than the carrier's, which is taken on arrival. */
const FINE_RESOLUTION_NS: i32 = 1_000_000;

/** The stamp read last. */
export const stamp = new Stamp();

@unmanaged
class Place {
  /** Line being read, for the place of an issue. */
  line: i64 = 0;
  /** True while an open block is read again: its issues are counted already. */
  isRereading: bool = false;
}

export const place = new Place();

let lastMonthDay = -1;
let lastDays = NO_DAY;

/** Forgets what held for the last file. */
export function clearInstants(): void {
  lastMonthDay = -1;
  lastDays = NO_DAY;
}

/** Takes an instant in UTC. */
export function setInstant(seconds: i64, nanos: i32, resolutionNs: i32): void {
  record.hasInstant = true;
  record.seconds = seconds;
  record.nanos = nanos;
  record.resolutionNs = resolutionNs;
}

/** Takes the stamp just read: UTC, or the writer's local time without zone. */
export function setStamp(): void {
  if (!stamp.isValid) badTimestamp();
  else if (stamp.hasZone) setInstant(stamp.seconds, stamp.nanos, stamp.resolutionNs);
  else setLocal(stamp.seconds, stamp.nanos, stamp.resolutionNs);
}

/** Takes a stamp without year and zone, as klog has it. */
export function setYearless(month: i32, day: i32, secondOfDay: i32, nanos: i32, resolutionNs: i32): void {
  if (envelope.hasInstant) {
    const local = nearestYear(month, day, secondOfDay, envelope.seconds);
    if (local == NO_TIME) badTimestamp();
    else setLocal(local, nanos, resolutionNs);
    return;
  }
  const days = anchoredDays(month, day);
  if (days != NO_DAY) setInstant(utc((days as i64) * SECONDS_PER_DAY + secondOfDay), nanos, resolutionNs);
}

/** The same for the envelope's own stamp, as journald's short form has it. */
export function setEnvelopeYearless(month: i32, day: i32, secondOfDay: i64, nanos: i32, resolutionNs: i32): void {
  const days = anchoredDays(month, day);
  if (days != NO_DAY) envelope.setInstant(utc((days as i64) * SECONDS_PER_DAY + secondOfDay), nanos, resolutionNs);
}

/** Of the writer's clock in UTC, by the zone of the file. */
export function utc(local: i64): i64 {
  return local - context.utcOffsetSeconds;
}

/** Settles payload stamp against envelope stamp, once payload and program are known. */
export function settleInstant(): void {
  if (!envelope.hasInstant) return;
  const own = record.resolutionNs;
  // A runtime passes on a plugin's lines as a block when the plugin exits, minutes late: their own stamp stands.
  if (record.hasInstant && record.via != NONE && record.via != JOURNAL) return;
  if (!record.hasInstant || (own > FINE_RESOLUTION_NS && own > envelope.resolutionNs)) {
    setInstant(envelope.seconds, envelope.nanos, envelope.resolutionNs);
  }
}

export function badTimestamp(): void {
  issue(BAD_TIMESTAMP);
}

function issue(reason: i32): void {
  if (!place.isRereading) count(reason, place.line, 0, NONE);
}

function setLocal(local: i64, nanos: i32, resolutionNs: i32): void {
  if (!envelope.hasInstant) {
    setInstant(utc(local), nanos, resolutionNs);
    return;
  }
  const offset = quarterHours(local - envelope.seconds);
  // No zone is that far from UTC: the stamp is of another time than the line, so the carrier's instant stands.
  if (offset <= MAX_ZONE_SECONDS && offset >= -MAX_ZONE_SECONDS) setInstant(local - offset, nanos, resolutionNs);
}

/** The nearest multiple of a quarter of an hour, the later of two. */
function quarterHours(seconds: i64): i64 {
  const shifted = seconds + QUARTER_HOUR_SECONDS / 2;
  const whole = shifted / QUARTER_HOUR_SECONDS;
  return (shifted < whole * QUARTER_HOUR_SECONDS ? whole - 1 : whole) * QUARTER_HOUR_SECONDS;
}

function distance(one: i64, other: i64): i64 {
  return one > other ? one - other : other - one;
}

function nearestYear(month: i32, day: i32, secondOfDay: i32, near: i64): i64 {
  const year = yearOf(near);
  let best = NO_TIME;
  for (let y = year - 1; y <= year + 1; y++) {
    const local = localSeconds(y, month, day, secondOfDay);
    if (local != NO_TIME && (best == NO_TIME || distance(local, near) < distance(best, near))) best = local;
  }
  return best;
}

/** Days since 1970 of a yearless date in the year that lands closest to the file's anchor; NO_DAY is counted. */
function anchoredDays(month: i32, day: i32): i32 {
  const key = month * 32 + day;
  if (key == lastMonthDay && lastDays != NO_DAY) return lastDays;
  // 29 February is a possible date: 2024 has one.
  if (civilDays(2024, month, day) == NO_DAY) {
    badTimestamp();
    return NO_DAY;
  }
  if (context.anchorYear == 0) {
    issue(UNKNOWN_YEAR);
    return NO_DAY;
  }
  lastMonthDay = key;
  lastDays = nearestDays(month, day);
  if (lastDays == NO_DAY) badTimestamp();
  return lastDays;
}

function nearestDays(month: i32, day: i32): i32 {
  const year = context.anchorYear;
  const anchor = civilDays(year, context.anchorMonth, context.anchorDay);
  const near = anchor == NO_DAY ? civilDays(year, context.anchorMonth, 1) : anchor;
  let best = NO_DAY;
  for (let y = year - 1; y <= year + 1 && near != NO_DAY; y++) {
    const days = civilDays(y, month, day);
    if (days != NO_DAY && (best == NO_DAY || distance(days, near) < distance(best, near))) best = days;
  }
  return best;
}
