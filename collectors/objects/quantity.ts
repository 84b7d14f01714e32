const SUFFIX_FACTOR: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
/** Sub-unit suffixes are divided by, since 2500 * 0.001 is not 2.5 in binary for every input. */
const SUFFIX_DIVISOR: Readonly<Record<string, number>> = { n: 1e9, u: 1e6, m: 1e3 };

/**
 * Number that a Kubernetes quantity stands for: bytes for memory, cores for CPU (`"24Gi"`, `"32930020Ki"`, `"2500m"`, `"1e3"`).
 *
 * @returns null for anything that is not a quantity
 */
export function quantityOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value.trim());
  if (match === null) return null;
  const number = Number(`${match[1] ?? ""}${match[2] ?? ""}`);
  const suffix = match[3] ?? "";
  const divisor = SUFFIX_DIVISOR[suffix];
  const result = divisor === undefined ? number * (SUFFIX_FACTOR[suffix] ?? Number.NaN) : number / divisor;
  return Number.isFinite(result) ? result : null;
}

/** A quantity rounded up to a whole number, as the API does; null when it is none or a double cannot hold it. */
export function wholeQuantityOf(value: unknown): number | null {
  const quantity = quantityOf(value);
  if (quantity === null) return null;
  const whole = Math.ceil(quantity);
  return Number.isSafeInteger(whole) ? whole : null;
}
