import { describe, expect, test } from "vitest";
import { createAddressList, isAddressRange, networkOf, parseAddress } from "./network.ts";

describe("an address", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["2001:DB8:0:0::0001", "2001:db8::1"],
    ["::1", "::1"],
  ])("%s is spelt %s", (text, spelt) => {
    expect(parseAddress(text)).toBe(spelt);
  });

  test.each([
    "",
    "127.1",
    "0x7f.0.0.1",
    "010.0.0.1",
    "1.2.3.4.5",
    "fe80::1%eth0",
    "[::1]",
    "a",
    "1.2.3.4 ",
  ])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test("counts by its own if of IPv4, and by its /64 if of IPv6", () => {
    expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:2::")).toBe(networkOf("2001:db8:1:2:ffff::"));
    expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
  });
});

describe("a list of addresses", () => {
  const isListed = createAddressList([
    "10.1.0.0/16",
    "192.0.2.7",
    "2001:db8::/32",
    "::ffff:172.16.0.0/108",
  ]);

  test.each(["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.7", "2001:db8:ffff::1", "172.16.9.9"])(
    "has %s",
    (address) => {
      expect(isListed(address)).toBe(true);
    },
  );

  test.each([
    "10.2.0.1",
    "192.0.2.8",
    "2001:db9::1",
    "172.32.0.1",
    "::10.1.2.3",
    "",
    "nonsense",
    "10.1.2.3%1",
  ])("has not %j", (address) => {
    expect(isListed(address)).toBe(false);
  });

  test.each([
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0/8",
    "::/129",
    "::ffff:10.0.0.0/95",
    "all",
    "10.0.0.0/-1",
  ])("cannot be made of %j", (range) => {
    expect(isAddressRange(range)).toBe(false);
    expect(() => createAddressList([range])).toThrow(range);
  });
});
