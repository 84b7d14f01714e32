import { isDigit } from "../memory/span";

const SECONDS_PER_DAY: i64 = 86_400;
/** No such date. */
export const NO_DAY: i32 = i32.MIN_VALUE;
export const NO_TIME: i64 = i64.MIN_VALUE;

/** Number of `count` decimal digits at a place before `end`; -1 when one of them is no digit. */
export function digits(at: usize, end: usize, count: i32): i32 {
  if (at + count > end) return -1;
  let value = 0;
  for (let i = 0; i < count; i++) {
    const digit = (load<u8>(at + i) as i32) - 48;
    if ((digit as u32) > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function code(at: usize, end: usize): i32 {
  return at < end ? (load<u8>(at) as i32) : 256;
}

function daysInMonth(month: i32): i32 {
  return month == 2 ? 29 : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; NO_DAY for a date that does not exist. */
export function civilDays(year: i32, month: i32, day: i32): i32 {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(month)) return NO_DAY;
  const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2 && day == 29 && !isLeap) return NO_DAY;
  // Counts in years that begin in March, so that the leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}

/** Year of an instant in UTC. */
export function yearOf(seconds: i64): i32 {
  const day = (seconds >= 0 ? seconds : seconds - SECONDS_PER_DAY + 1) / SECONDS_PER_DAY;
  let year = (1970 + day / 365) as i32;
  while ((civilDays(year, 1, 1) as i64) > day) year--;
  while ((civilDays(year + 1, 1, 1) as i64) <= day) year++;
  return year;
}

/** Seconds since 1970 of a local date and time of day; NO_TIME for an impossible date. */
export function localSeconds(year: i32, month: i32, day: i32, secondOfDay: i64): i64 {
  const days = civilDays(year, month, day);
  return days == NO_DAY ? NO_TIME : (days as i64) * SECONDS_PER_DAY + secondOfDay;
}

/** A stamp read from text: its clock reading, whether that is UTC, and where the text after it begins. */
@unmanaged
export class Stamp {
  /** Seconds since 1970: UTC when `hasZone`, else of the writer's local clock. */
  seconds: i64 = 0;
  nanos: i32 = 0;
  resolutionNs: i32 = 1_000_000_000;
  hasZone: bool = false;
  /** False for text shaped like a stamp whose date or time of day does not exist. */
  isValid: bool = false;
  end: usize = 0;
  /** The day read last, as one number, and its days since 1970: stamps lie close together. */
  private day: i32 = -1;
  private days: i32 = NO_DAY;

  /**
   * Reads `YYYY-MM-DD` + `T` or space + `hh:mm:ss[.,fraction][ ]Z|±hh[:]mm` at a place.
   *
   * @returns false when the text does not have that shape; an impossible date has it and leaves `isValid` false
   */
  readIso(at: usize, end: usize): bool {
    const separator = code(at + 10, end);
    if ((separator != 84 && separator != 32) || !this.readDay(at, end) || !this.readClock(at + 11, end)) return false;
    this.readZone(end);
    if (this.days == NO_DAY) this.isValid = false;
    else this.seconds += (this.days as i64) * SECONDS_PER_DAY;
    return true;
  }

  private readDay(at: usize, end: usize): bool {
    const year = digits(at, end, 4);
    const month = digits(at + 5, end, 2);
    const day = digits(at + 8, end, 2);
    if (year < 0 || month < 0 || day < 0 || code(at + 4, end) != 45 || code(at + 7, end) != 45) return false;
    const whole = (year * 100 + month) * 100 + day;
    if (whole != this.day) {
      this.day = whole;
      this.days = civilDays(year, month, day);
    }
    return true;
  }

  /** Reads `hh:mm:ss[.fraction]` at a place as seconds of the day. */
  readClock(at: usize, end: usize): bool {
    const hour = digits(at, end, 2);
    const minute = digits(at + 3, end, 2);
    const second = digits(at + 6, end, 2);
    if (hour < 0 || minute < 0 || second < 0 || code(at + 2, end) != 58 || code(at + 5, end) != 58) return false;
    // Second 60 is a leap second: it exists, and counts as the first instant of the next minute.
    this.isValid = hour < 24 && minute < 60 && second <= 60;
    this.seconds = hour * 3600 + minute * 60 + second;
    this.hasZone = false;
    this.readFraction(at + 8, end);
    return true;
  }

  private readFraction(at: usize, end: usize): void {
    this.nanos = 0;
    this.resolutionNs = 1_000_000_000;
    this.end = at;
    const mark = code(at, end);
    if (mark != 46 && mark != 44) return;
    let i = at + 1;
    let value = 0;
    let unit = 1_000_000_000;
    for (; i < at + 10 && isDigit(code(i, end)); i++) {
      value = value * 10 + code(i, end) - 48;
      unit /= 10;
    }
    if (i == at + 1) return;
    this.nanos = value * unit;
    this.resolutionNs = unit;
    while (isDigit(code(i, end))) i++;
    this.end = i;
  }

  private readZone(end: usize): void {
    const at = this.end;
    const mark = code(at, end);
    if (mark == 90) {
      this.hasZone = true;
      this.end = at + 1;
      return;
    }
    if (mark != 43 && mark != 45) return;
    const hours = digits(at + 1, end, 2);
    const hasColon = code(at + 3, end) == 58;
    const minutes = digits(at + (hasColon ? 4 : 3), end, 2);
    if (hours < 0 || minutes < 0) return;
    const offset = hours * 3600 + minutes * 60;
    this.seconds -= mark == 43 ? offset : -offset;
    this.hasZone = true;
    this.end = at + (hasColon ? 6 : 5);
  }
}
