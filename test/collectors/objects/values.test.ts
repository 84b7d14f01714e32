import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseExactJson } from "../../../collectors/objects/exact_json.ts";
import { instantInEventName, instantOf, instantOfRecorder } from "../../../collectors/objects/instant.ts";
import { countAddresses, formatAddress, parseAddress, parseRange } from "../../../collectors/objects/ip_range.ts";
import { quantityOf, wholeQuantityOf } from "../../../collectors/objects/quantity.ts";

describe("instants", () => {
  test.each<[unknown, bigint | null]>([
    ["2026-02-30T00:00:00Z", null],
    ["0001-01-01T00:00:00Z", null],
    ["9999-12-31T00:00:00Z", null],
    ["9999-12-31T00:00:00Z", null],
    ["2026-11-23T24:00:00Z", null],
    [null, null],
    ["2026-11-23T15:00:00Z", 1795446000000000000n],
    ["2026-11-23T15:00:00.00000xZ", null],
    ["2026-11-23T15:00:00.123456Z", 1795446000123456000n],
    ["2026-11-23T15:00:00.123456789Z", 1795446000123456789n],
    ["2026-11-23T23:00:00.5+08:00", 1795446000500000000n],
    ["2026-11-23T15:00:01Z", 1795446001000000000n],
  ])("%s", (text, expected) => {
    expect(instantOf(text)).toBe(expected);
  });

  test("every instant of the years 1970 to 2261 comes back, in the short way and in the long", () => {
    const when = fc.date({ min: new Date(0), max: new Date("2261-12-31T00:00:00Z"), noInvalidDate: true });
    fc.assert(
      fc.property(when, fc.nat(999_999), (date, micros) => {
        const text = `${date.toISOString().slice(0, 19)}.${String(micros).padStart(6, "0")}Z`;
        const expected = BigInt(Math.floor(date.getTime() / 1000)) * 1_000_000_000n + BigInt(micros) * 1000n;
        expect([instantOf(text), instantOf(text)]).toEqual([expected, expected]);
      }),
    );
  });

  test.each<[string, bigint | null]>([
    ["web.18eab6e1871c0937", 1795448481211222327n],
    ["web.example.com.18eab6e1871c0937", 1795448481211222327n],
    ["web.deadbeefdeadbeef", null],
    ["18eab6e1871c0937", null],
    ["web.1", null],
    ["web.0000000000000001", null],
  ])("the name %s", (name, expected) => {
    expect(instantInEventName(name)).toBe(expected);
  });

  test.each<[unknown, bigint | null]>([
    ["1795445963416157647", 1795445963416157647n],
    ["1795445963416", 1795445963416000000n],
    [1795445963, 1795445963000000000n],
    [1795445963.5, 1795445963500000000n],
    [1795445963416, 1795445963416000000n],
    [12, null],
    ["2026-11-23T15:00:00Z", 1795446000000000000n],
  ])("a recorder's %s", (value, expected) => {
    expect(instantOfRecorder(value)).toBe(expected);
  });
});

test.each<[unknown, number | null, number | null]>([
  ["24Gi", 25769803776, 25769803776],
  ["32930020Ki", 33720340480, 33720340480],
  ["3", 3, 3],
  ["2500m", 2.5, 3],
  ["1e3", 1000, 1000],
  ["128974848000m", 128974848, 128974848],
  ["1E", 1e18, null],
  ["", null, null],
  ["12 Gi", null, null],
  [undefined, null, null],
])("quantity %s", (text, number, whole) => {
  expect([quantityOf(text), wholeQuantityOf(text)]).toEqual([number, whole]);
});

test("integers past 2^53 stay exact, text that looks like them stays as it is", () => {
  const text =
    '{"a":9007199254740993,"b":[ -9007199254740993 ],"c":9007199254740991,"d":"x: 9007199254740993, \\" ,9007199254740993,","e":1000.0000000000000001}';
  expect(parseExactJson(text)).toEqual({
    a: "9007199254740993",
    b: ["-9007199254740993"],
    c: 9007199254740991,
    d: 'x: 9007199254740993, " ,9007199254740993,',
    e: 1000,
  });
});

test("an integer past 2^53 stays exact wherever in the text it stands", () => {
  for (let length = 0; length < 40; length++) {
    const name = "x".repeat(length);
    expect(parseExactJson(`{"${name}":9007199254740993,"n":1}`)).toEqual({ [name]: "9007199254740993", n: 1 });
  }
});

describe("addresses and ranges", () => {
  test.each<[string, string | null]>([
    ["10.0.0.1/24", "10.0.0.1"],
    ["FD00:0:0::00AA", "fd00::aa"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["fe80::1%eth0", "fe80::1"],
    ["10.1", null],
    ["0x7f.0.0.1", null],
    ["", null],
  ])("%s is %s", (text, expected) => {
    const address = parseAddress(text);
    expect(address === null ? null : formatAddress(address)).toBe(expected);
  });

  test("what is written is what was read", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text);
        expect(address === null ? null : parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test("counting agrees with enumerating", () => {
    const text = fc
      .tuple(fc.nat(255), fc.nat(255))
      .map(([one, other]) => `10.0.0.${Math.min(one, other)}-10.0.0.${Math.max(one, other)}`);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), fc.array(text, { maxLength: 5 }), (wanted, holes) => {
        const ranges = (texts: string[]) => texts.map(parseRange).filter((range) => range !== null);
        const inside = (texts: string[], value: bigint) =>
          ranges(texts).some((range) => range.first <= value && value <= range.last);
        const base = parseAddress("10.0.0.0")?.value ?? 0n;
        const expected = Array.from({ length: 256 }, (_, index) => base + BigInt(index)).filter(
          (value) => inside(wanted, value) && !inside(holes, value),
        );
        expect(countAddresses(ranges(wanted), ranges(holes))).toBe(BigInt(expected.length));
      }),
    );
  });

  test("a /8 and a /64 cost no more than a /32", () => {
    const count = (text: string) => countAddresses([parseRange(text)].filter((range) => range !== null));
    expect([count("10.0.0.0/8"), count("fd00::/64"), count("10.0.0.1..10.0.0.9")]).toEqual([2n ** 24n, 2n ** 64n, 9n]);
  });
});
