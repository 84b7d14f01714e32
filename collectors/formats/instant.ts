import type { LineText } from "./line_text.ts";

const SECONDS_PER_DAY = 86_400;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MONTH_NAMES = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; null for a date that does not exist. */
export function civilDays(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > (DAYS_IN_MONTH[month - 1] ?? 0)) {
    return null;
  }
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !isLeap) {
    return null;
  }
  // Counts in years that begin in March, so that the leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Month (1-12) of an English three-letter name at `pos`; 0 when there is none. */
export function monthAt(text: string, pos: number): number {
  const index = MONTH_NAMES.indexOf(text.substring(pos, pos + 3));
  return index >= 0 && index % 3 === 0 && text.length >= pos + 3 ? index / 3 + 1 : 0;
}

/** A stamp read from text: its clock reading, whether that is UTC, and where the text after it begins. */
export class Stamp {
  /** Seconds since 1970: UTC when `hasZone`, else of the writer's local clock. */
  seconds = 0;
  nanos = 0;
  resolutionNs = 1e9;
  hasZone = false;
  /** False for text shaped like a stamp whose date or time of day does not exist. */
  isValid = false;
  end = 0;
  /** The day read last, as one number, and its days since 1970, null when it does not exist: stamps lie close together. */
  private day = -1;
  private days: number | null = null;

  /**
   * Reads `YYYY-MM-DD` + `T` or space + `hh:mm:ss[.,fraction][ ]Z|±hh[:]mm` at `pos`.
   *
   * @returns false when the text does not have that shape; an impossible date has it and leaves `isValid` false
   */
  readIso(line: LineText, pos: number): boolean {
    const separator = line.code(pos + 10);
    if ((separator !== 84 && separator !== 32) || !this.readDay(line, pos) || !this.readClock(line, pos + 11)) {
      return false;
    }
    this.readZone(line);
    this.isValid &&= this.days !== null;
    this.seconds += (this.days ?? 0) * SECONDS_PER_DAY;
    return true;
  }

  private readDay(line: LineText, pos: number): boolean {
    const year = line.digits(pos, 4);
    const month = line.digits(pos + 5, 2);
    const day = line.digits(pos + 8, 2);
    if (year < 0 || month < 0 || day < 0 || line.code(pos + 4) !== 45 || line.code(pos + 7) !== 45) {
      return false;
    }
    const whole = (year * 100 + month) * 100 + day;
    if (whole !== this.day) {
      this.day = whole;
      this.days = civilDays(year, month, day);
    }
    return true;
  }

  /** Reads `hh:mm:ss[.fraction]` at `pos` as seconds of the day. */
  readClock(line: LineText, pos: number): boolean {
    const hour = line.digits(pos, 2);
    const minute = line.digits(pos + 3, 2);
    const second = line.digits(pos + 6, 2);
    if (hour < 0 || minute < 0 || second < 0 || line.code(pos + 2) !== 58 || line.code(pos + 5) !== 58) {
      return false;
    }
    // Second 60 is a leap second: it exists, and counts as the first instant of the next minute.
    this.isValid = hour < 24 && minute < 60 && second <= 60;
    this.seconds = hour * 3600 + minute * 60 + second;
    this.hasZone = false;
    this.readFraction(line, pos + 8);
    return true;
  }

  private readFraction(line: LineText, pos: number): void {
    this.nanos = 0;
    this.resolutionNs = 1e9;
    this.end = pos;
    const mark = line.code(pos);
    if (mark !== 46 && mark !== 44) {
      return;
    }
    let i = pos + 1;
    for (; i < pos + 10; i++) {
      const digit = line.code(i) - 48;
      if (digit < 0 || digit > 9) {
        break;
      }
      this.nanos = this.nanos * 10 + digit;
      this.resolutionNs /= 10;
    }
    if (i === pos + 1) {
      return;
    }
    this.nanos *= this.resolutionNs;
    while (line.code(i) >= 48 && line.code(i) <= 57) {
      i++;
    }
    this.end = i;
  }

  private readZone(line: LineText): void {
    const mark = line.code(this.end);
    if (mark === 90) {
      this.hasZone = true;
      this.end += 1;
      return;
    }
    if (mark !== 43 && mark !== 45) {
      return;
    }
    const hours = line.digits(this.end + 1, 2);
    const hasColon = line.code(this.end + 3) === 58;
    const minutes = line.digits(this.end + (hasColon ? 4 : 3), 2);
    if (hours < 0 || minutes < 0) {
      return;
    }
    this.seconds -= (mark === 43 ? 1 : -1) * (hours * 3600 + minutes * 60);
    this.hasZone = true;
    this.end += hasColon ? 6 : 5;
  }
}

/** Seconds since 1970 of a local date and time of day; null for an impossible date. */
export function localSeconds(year: number, month: number, day: number, secondOfDay: number): number | null {
  const days = civilDays(year, month, day);
  return days === null ? null : days * SECONDS_PER_DAY + secondOfDay;
}
