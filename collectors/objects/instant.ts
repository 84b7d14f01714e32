const STAMP = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

/** Bounds of TIMESTAMP_NS, which is a signed 64-bit count of ns since 1970. */
const MAX_NS = 9_223_372_036_854_775_807n;
/** 2001-01-01: hex digits that decode to less are no event's nanoseconds. */
const EARLIEST_NAME_NS = 978_307_200_000_000_000n;

/**
 * UTC ns of an RFC 3339 stamp of the API (`metav1.Time` 1 s, `metav1.MicroTime` 1 µs).
 *
 * @returns null for anything else, for an impossible date, and for Go's zero time (year 1), which means unset
 */
export function instantOf(value: unknown): bigint | null {
  if (typeof value !== "string") return null;
  return quickInstant(value) ?? slowInstant(value);
}

/** The day that was asked for last: the stamps of a file lie close together. */
const lastDay = { text: "", ns: 0n };

/** The form that the API itself writes: `2026-11-23T14:59:23Z`, or with 6 or 9 digits of fraction. */
function quickInstant(value: string): bigint | null {
  const { length } = value;
  if ((length !== 20 && length !== 27 && length !== 30) || value.charCodeAt(length - 1) !== 0x5a) return null;
  if (value.slice(0, 11) !== lastDay.text) return null;
  const hour = digits(value, 11, 2);
  const minute = digits(value, 14, 2);
  const second = digits(value, 17, 2);
  const fraction = length === 20 ? 0 : digits(value, 20, length - 21) * (length === 27 ? 1000 : 1);
  const isWellFormed =
    value.charCodeAt(13) === 0x3a && value.charCodeAt(16) === 0x3a && (length === 20 || value.charCodeAt(19) === 0x2e);
  // A digit that is none makes its number NaN, and every comparison with that false.
  if (!isWellFormed || !(hour <= 23 && minute <= 59 && second <= 60 && fraction >= 0)) return null;
  return lastDay.ns + BigInt((hour * 3600 + minute * 60 + second) * 1_000_000_000 + fraction);
}

function digits(text: string, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : Number.NaN;
  }
  return number;
}

function slowInstant(value: string): bigint | null {
  const match = STAMP.exec(value);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1700 || hour > 23 || minute > 59 || second > 60) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  if (value[10] === "T" && year < 2262) {
    lastDay.text = value.slice(0, 11);
    lastDay.ns = BigInt(date.getTime()) * 1_000_000n;
  }
  const sign = match[8] === "-" ? -1 : 1;
  const offsetMinutes = match[8] === undefined ? 0 : sign * (Number(match[9]) * 60 + Number(match[10]));
  const ns = BigInt(ms - offsetMinutes * 60_000) * 1_000_000n + BigInt((match[7] ?? "").padEnd(9, "0"));
  return ns > MAX_NS || ns < -MAX_NS ? null : ns;
}

/**
 * UTC ns in the name of an Event, whose recorder appends the moment of the first occurrence as hex unix ns.
 *
 * Source: client-go tools/record makeEvent, `fmt.Sprintf("%v.%x", ref.Name, t.UnixNano())`.
 *
 * @returns null when what follows the last dot is not such an instant between 2001 and 2262
 */
export function instantInEventName(name: string | null): bigint | null {
  if (name === null) return null;
  const suffix = name.slice(name.lastIndexOf(".") + 1);
  if (suffix.length === name.length || !/^[0-9a-f]{15,16}$/.test(suffix)) return null;
  const ns = BigInt(`0x${suffix}`);
  return ns >= EARLIEST_NAME_NS && ns <= MAX_NS ? ns : null;
}

/**
 * UTC ns of a recorder's own stamp: RFC 3339 text, or a unix time in s, ms, µs or ns, told apart by magnitude.
 *
 * @returns null when it is neither, or lies before 2001
 */
export function instantOfRecorder(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isFinite(value)) return unixInstant(value);
  if (typeof value !== "string") return null;
  if (!/^\d{10,19}$/.test(value)) return instantOf(value);
  const ns = BigInt(value) * 10n ** BigInt(3 * Math.floor((21 - value.length) / 3));
  return ns >= EARLIEST_NAME_NS && ns <= MAX_NS ? ns : null;
}

function unixInstant(value: number): bigint | null {
  let scaled = value;
  let factor = 1_000_000_000n;
  while (scaled >= 1e11 && factor > 1n) {
    scaled /= 1000;
    factor /= 1000n;
  }
  const whole = Math.trunc(value);
  const ns = BigInt(whole) * factor + BigInt(Math.round((value - whole) * Number(factor)));
  return ns >= EARLIEST_NAME_NS && ns <= MAX_NS ? ns : null;
}
