import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAddressOf, isTrustedProxy, type ProxyHeader } from "./client-address.ts";

const PROXY = "10.0.0.1";

function addressOf(
  headers: IncomingHttpHeaders,
  from = PROXY,
  { trusted = ["10.0.0.0/8"], header }: { trusted?: string[]; header?: ProxyHeader } = {},
): string {
  const socket = { remoteAddress: from };
  return createAddressOf(trusted, header)({ socket, headers } as never);
}

const xff = (value: string, from?: string) => addressOf({ "x-forwarded-for": value }, from);
const forwarded = (value: string) =>
  addressOf({ forwarded: value }, PROXY, { header: "forwarded" });

describe("a client's address", () => {
  test("is the socket's where no proxy is trusted, whatever the headers say", () => {
    const headers = { "x-forwarded-for": "1.2.3.4", forwarded: "for=1.2.3.4" };
    expect(addressOf(headers, "192.0.2.1", { trusted: [] })).toBe("192.0.2.1");
    expect(addressOf(headers, "::ffff:192.0.2.1", { trusted: [] })).toBe("192.0.2.1");
    expect(addressOf(headers, "", { trusted: [] })).toBe("");
  });

  test("is the socket's where that is no trusted proxy", () => {
    expect(xff("1.2.3.4", "192.0.2.1")).toBe("192.0.2.1");
  });

  test("is the proxy's own where it says nothing", () => {
    expect(addressOf({})).toBe(PROXY);
  });

  test.each([
    ["one entry", "192.0.2.7", "192.0.2.7"],
    ["what a client made up ahead of it", "127.0.0.1, 6.6.6.6, 192.0.2.7", "192.0.2.7"],
    ["two trusted proxies", "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"],
    ["trusted proxies alone", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["several headers as Node joins them", "6.6.6.6, 192.0.2.7", "192.0.2.7"],
    ["a port", "192.0.2.7:4711", "192.0.2.7"],
    ["IPv6", "2001:DB8::7", "2001:db8::7"],
    ["IPv6 in brackets", "[2001:db8::7]", "2001:db8::7"],
    ["IPv6 in brackets with a port", "[2001:db8::7]:443", "2001:db8::7"],
    ["IPv4 mapped into IPv6", "::ffff:192.0.2.7", "192.0.2.7"],
    ["a trusted proxy mapped into IPv6", "192.0.2.7, ::ffff:10.0.0.2", "192.0.2.7"],
    ["spaces and tabs", " \t192.0.2.7 \t", "192.0.2.7"],
  ])("is read from X-Forwarded-For with %s", (_what, value, address) => {
    expect(xff(value)).toBe(address);
  });

  test.each([
    ...["", " ", ",", "unknown", "_hidden", "192.0.2.7,", "localhost", "192.0.2", "192.0.2.7.8"],
    ...[
      "0xc0.0.2.7",
      "192.0.2.7:99999999",
      "[192.0.2.7]",
      "[2001:db8::7",
      "2001:db8::7]:1",
      "fe80::1%eth0",
    ],
    ...["192.0.2.7 6.6.6.6", "192.0.2.7;6.6.6.6", '"192.0.2.7"', "for=192.0.2.7"],
  ])("is the proxy's where what it says cannot be read: %j", (value) => {
    expect(xff(value)).toBe(PROXY);
  });

  test("is that of the last proxy that made sense", () => {
    expect(xff("192.0.2.7, nonsense, 10.0.0.2")).toBe("10.0.0.2");
  });

  test("is never one that only an untrusted client wrote", () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (madeUp, real) => {
        fc.pre(!real.startsWith("10."));
        expect(xff(`${madeUp}, ${real}`)).toBe(real);
        expect(xff(`${madeUp},${real}, 10.0.0.9`)).toBe(real);
      }),
    );
  });

  test.each([
    ["one entry", "for=192.0.2.7", "192.0.2.7"],
    ["other parameters around", "proto=https;For=192.0.2.7;by=10.0.0.1", "192.0.2.7"],
    ["a quoted address with a port", 'for="[2001:db8::7]:4711"', "2001:db8::7"],
    ["what a client made up ahead of it", "for=6.6.6.6, for=192.0.2.7", "192.0.2.7"],
    ["two trusted proxies", "for=192.0.2.7, for=10.0.0.2", "192.0.2.7"],
    [
      "a Host that holds an entry of its own",
      'for=192.0.2.7;host="x, for=6.6.6.6;a=b"',
      "192.0.2.7",
    ],
    ["a Host that closes its quotes", 'for=192.0.2.7;host="x\\", for=6.6.6.6;a=\\"b"', "192.0.2.7"],
  ])("is read from Forwarded with %s, where the operator says so", (_what, value, address) => {
    expect(forwarded(value)).toBe(address);
  });

  test.each([
    "for=unknown",
    "for=_x",
    "by=10.0.0.1",
    "for=192.0.2.7;for=6.6.6.6",
    'for="192.0.2.7',
    'a=", for=6.6.6.6',
    'for=6.6.6.6;a=", for=192.0.2.7',
    'for=6.6.6.6;a=", for="[2001:db8::7]:1";host="x"',
  ])("is the proxy's where its Forwarded cannot be read: %j", (value) => {
    expect(forwarded(value)).toBe(PROXY);
  });

  test("is never read from the header that the proxies do not write", () => {
    const headers = { forwarded: "for=6.6.6.6", "x-forwarded-for": "192.0.2.7" };
    expect(addressOf(headers)).toBe("192.0.2.7");
    expect(addressOf(headers, PROXY, { header: "forwarded" })).toBe("6.6.6.6");
    expect(addressOf({ forwarded: "for=6.6.6.6" })).toBe(PROXY);
    expect(addressOf({ "x-real-ip": "6.6.6.6", "cf-connecting-ip": "6.6.6.6" })).toBe(PROXY);
  });

  test("comes through a real socket with headers sent twice", async () => {
    const seen: string[] = [];
    const find = createAddressOf(["loopback"]);
    const server = createServer((req, res) => {
      seen.push(find(req));
      res.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    socket.end(
      "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nx-forwarded-for: 192.0.2.7\r\nConnection: close\r\n\r\n",
    );
    await new Promise((resolve) => socket.resume().once("close", resolve));
    await new Promise((resolve) => server.close(resolve));
    expect(seen).toEqual(["192.0.2.7"]);
  });
});

describe("a trusted proxy", () => {
  test("is a range, an address, or one of two names", () => {
    for (const name of ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "loopback", "private"]) {
      expect(isTrustedProxy(name)).toBe(true);
    }
    for (const name of ["", "all", "*", "10.0.0.0/99", "toString"]) {
      expect(isTrustedProxy(name)).toBe(false);
    }
  });

  test("by name means what the name says", () => {
    const options = { trusted: ["loopback", "private"] };
    const headers = { "x-forwarded-for": "192.0.2.7" };
    for (const from of ["127.0.0.1", "::1", "172.20.0.2", "192.168.1.1", "fd00::1"]) {
      expect(addressOf(headers, from, options)).toBe("192.0.2.7");
    }
    expect(addressOf(headers, "172.32.0.1", options)).toBe("172.32.0.1");
  });
});
