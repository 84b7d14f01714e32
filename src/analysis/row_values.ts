/** Text of a row, empty for anything else. */
export function text(value: unknown): string {
  return textOrNull(value) ?? "";
}

/** Text of a row, null for anything else. */
export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A number of a row, null for an absent one. */
export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** A 64-bit integer, null for an absent one: they come as text, so that nothing is rounded. */
export function integer(value: unknown): bigint | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? BigInt(value) : null;
}

/** UTC ns as ISO 8601 with nine decimals. */
export function isoText(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, "0")}Z`;
}
