import { describe, expect, test } from "vitest";

import { hostLocalPools, isNetworkConfig } from "../../../collectors/cni_state/host_local_config.ts";

const config = (ipam: Record<string, unknown>): Record<string, unknown> => ({
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [{ type: "bridge", ipam: { type: "host-local", ...ipam } }, { type: "portmap" }],
});
const pools = (ipam: Record<string, unknown>, extra: readonly unknown[] = []) =>
  hostLocalPools(config(ipam), extra).map(({ network, pool }) => [network, pool.family, pool.ranges, pool.capacity]);

describe("hostLocalPools", () => {
  test.each([
    ["a /24 gives 254 addresses less the gateway", { subnet: "10.1.2.0/24" }, [["IPv4", ["10.1.2.0/24"], 253n]]],
    [
      "a gateway outside the limits takes nothing from them",
      { ranges: [[{ subnet: "10.1.2.0/24", rangeStart: "10.1.2.10", rangeEnd: "10.1.2.19", gateway: "10.1.2.254" }]] },
      [["IPv4", ["10.1.2.10-10.1.2.19"], 10n]],
    ],
    [
      "one limit alone leaves the other at its default",
      { subnet: "10.1.2.0/24", rangeStart: "10.1.2.200" },
      [["IPv4", ["10.1.2.0/24"], 55n]],
    ],
    [
      "an IPv6 range goes up to its last address; a /64 is counted, not listed",
      { ranges: [[{ subnet: "10.1.2.0/30" }], [{ subnet: "fd00:1::/64" }]] },
      [
        ["IPv4", ["10.1.2.0/30"], 1n],
        ["IPv6", ["fd00:1::/64"], 2n ** 64n - 2n],
      ],
    ],
    ["a /8 is counted, not listed", { subnet: "10.0.0.0/8" }, [["IPv4", ["10.0.0.0/8"], 2n ** 24n - 3n]]],
    [
      "two ranges of one set add up",
      { ranges: [[{ subnet: "10.1.2.0/29" }, { subnet: "10.1.3.0/29" }]] },
      [["IPv4", ["10.1.2.0/29", "10.1.3.0/29"], 10n]],
    ],
    ["a range to be filled in by others has no capacity", { subnet: "usePodCidr" }, [[null, ["usePodCidr"], null]]],
    ["a /31 is too small to allocate from", { subnet: "10.1.2.0/31" }, [[null, ["10.1.2.0/31"], null]]],
    ["no range at all: no pool", {}, []],
  ])("%s", (_title, ipam, expected) => {
    expect(pools(ipam)).toEqual(expected.map((pool) => ["cbr0", ...pool]));
  });

  test("ranges that the runtime adds count too", () => {
    expect(pools({}, [[{ subnet: "10.244.3.0/24" }]])).toEqual([["cbr0", "IPv4", ["10.244.3.0/24"], 253n]]);
  });

  test("a delegate of Multus keeps its own network's name", () => {
    const nested = { name: "multus", type: "multus", delegates: [config({ subnet: "10.1.2.0/24" })] };
    expect(hostLocalPools(nested).map(({ network }) => network)).toEqual(["cbr0"]);
  });

  test.each([
    [{ name: "a", type: "bridge" }, true],
    [{ name: "a", plugins: [] }, true],
    [{ type: "bridge" }, false],
    [["a"], false],
  ])("isNetworkConfig(%j) is %j", (value, expected) => {
    expect(isNetworkConfig(value)).toBe(expected);
  });
});
