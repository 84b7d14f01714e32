import ipaddr from "ipaddr.js";

export type IpFamily = "IPv4" | "IPv6";

/** One address: its family and its bits as an integer. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** Addresses from first to last, both included; a range is never expanded, so a /8 costs what a /32 does. */
export interface IpRange {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
}

/** A network in CIDR form: the address as written, which may have host bits, and the range of the whole network. */
export interface IpNetwork extends IpRange {
  readonly written: bigint;
  readonly hostBits: number;
}

const BITS: Readonly<Record<IpFamily, number>> = { IPv4: 32, IPv6: 128 };

/** Parses an address; a prefix length (`/16`) or zone (`%eth0`) behind it is ignored. Null when it is none. */
export function parseAddress(text: string): IpAddress | null {
  const bare = text.trim().replace(/[/%].*$/, "");
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return { family: "IPv4", value: bitsOf(ipaddr.IPv4.parse(bare)) };
  if (!bare.includes(":") || !ipaddr.IPv6.isValid(bare)) return null;
  return { family: "IPv6", value: bitsOf(ipaddr.IPv6.parse(bare)) };
}

function bitsOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Text of an address, RFC 5952 for IPv6. */
export function formatAddress(address: IpAddress): string {
  const length = BITS[address.family] / 8;
  const bytes = Array.from({ length }, (_, index) =>
    Number((address.value >> BigInt(8 * (length - 1 - index))) & 255n),
  );
  if (address.family === "IPv4") return bytes.join(".");
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

/** Text of an address as `formatAddress` writes it; null when it is none. */
export function normaliseAddress(text: string): string | null {
  const address = parseAddress(text);
  return address === null ? null : formatAddress(address);
}

/** Family that the text's shape tells, without checking the address; null when it tells none. */
export function familyOf(text: string): IpFamily | null {
  return parseRange(text)?.family ?? null;
}

/** Parses `address/length`. Null when it is none. */
export function parseNetwork(text: string): IpNetwork | null {
  const match = /^\s*([^/\s]+)\/(\d{1,3})\s*$/.exec(text);
  const address = match === null ? null : parseAddress(match[1] ?? "");
  if (match === null || address === null) return null;
  const hostBits = BITS[address.family] - Number(match[2]);
  if (hostBits < 0) return null;
  const first = (address.value >> BigInt(hostBits)) << BigInt(hostBits);
  const last = first + (1n << BigInt(hostBits)) - 1n;
  return { family: address.family, first, last, written: address.value, hostBits };
}

/** Parses a CIDR, `first-last`, `first..last` or a single address. Null when it is none, or runs backwards. */
export function parseRange(text: string): IpRange | null {
  if (text.includes("/")) return parseNetwork(text);
  const [from = "", to = from, ...more] = text.split(/\.\.|-/);
  const first = parseAddress(from);
  const last = parseAddress(to);
  if (more.length > 0 || first === null || last === null) return null;
  if (first.family !== last.family || first.value > last.value) return null;
  return { family: first.family, first: first.value, last: last.value };
}

/**
 * Number of addresses in any of `ranges` and in none of `excluded`; overlaps count once, families are not mixed up.
 */
export function countAddresses(ranges: readonly IpRange[], excluded: readonly IpRange[] = []): bigint {
  let count = 0n;
  for (const family of ["IPv4", "IPv6"] as const) {
    const wanted = merge(ranges.filter((range) => range.family === family));
    const holes = merge(excluded.filter((range) => range.family === family));
    for (const range of wanted) {
      count += size(range);
      for (const hole of holes) {
        const first = hole.first > range.first ? hole.first : range.first;
        const last = hole.last < range.last ? hole.last : range.last;
        if (first <= last) count -= last - first + 1n;
      }
    }
  }
  return count;
}

/** The network without its first and last address, null when nothing is left of it. */
export function hostRange(network: IpNetwork): IpRange | null {
  if (network.hostBits < 2) return null;
  return { family: network.family, first: network.first + 1n, last: network.last - 1n };
}

/** Whether the address lies in the range. */
export function contains(range: IpRange, address: IpAddress): boolean {
  return range.family === address.family && range.first <= address.value && address.value <= range.last;
}

function size(range: IpRange): bigint {
  return range.last - range.first + 1n;
}

/** The same addresses as ranges in order that do not touch. */
function merge(ranges: readonly IpRange[]): IpRange[] {
  const sorted = [...ranges].sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0));
  const merged: IpRange[] = [];
  for (const range of sorted) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1n) merged.push(range);
    else if (range.last > before.last) merged[merged.length - 1] = { ...before, last: range.last };
  }
  return merged;
}
