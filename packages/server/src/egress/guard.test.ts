import { once } from "node:events";
import { createServer as createHttp, type Server } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { text } from "node:stream/consumers";
import { FairleadError } from "@fairlead/core/errors";
import { afterEach, describe, expect, test } from "vitest";
import { createEgress } from "./egress.ts";
import { createGuard } from "./guard.ts";

const PUBLIC = { allowPrivate: false, allow: [] };

function resolve(guard: ReturnType<typeof createGuard>, host: string): Promise<string[]> {
  return new Promise((done, fail) => {
    guard.lookup(host, { all: true }, (error, found) => {
      if (error !== null) fail(error);
      else done((found as unknown as { address: string }[]).map(({ address }) => address));
    });
  });
}

describe("an address that is written out", () => {
  test.each([
    "127.0.0.1",
    "127.255.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[::ffff:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2001:db8::1]",
    "[ff02::1]",
  ])("is refused: %s", (host) => {
    expect(() => createGuard(PUBLIC).checkHost(host)).toThrow(FairleadError);
  });

  test.each(["1.1.1.1", "93.184.216.34", "[2606:4700::1111]", "[64:ff9b::101:101]"])(
    "is public: %s",
    (host) => {
      expect(() => createGuard(PUBLIC).checkHost(host)).not.toThrow();
    },
  );

  test("may be reached where the operator listed its range", () => {
    const guard = createGuard({ allowPrivate: false, allow: ["10.20.0.0/16", "fd00::/8"] });
    expect(() => guard.checkHost("10.20.3.4")).not.toThrow();
    expect(() => guard.checkHost("[fd00::9]")).not.toThrow();
    expect(() => guard.checkHost("10.21.0.1")).toThrow(/FAIRLEAD_EGRESS_ALLOW/);
  });

  test("is nowhere to go even on one's own machine: multicast and the like", () => {
    const guard = createGuard({ allowPrivate: true, allow: [] });
    expect(() => guard.checkHost("127.0.0.1")).not.toThrow();
    expect(() => guard.checkHost("0.0.0.0")).toThrow();
    expect(() => guard.checkHost("224.0.0.1")).toThrow();
  });
});

describe("a name", () => {
  test("is refused by what it resolves to, and the refusal keeps that to itself", async () => {
    const failure = await resolve(createGuard(PUBLIC), "localhost").catch((error) => error);
    expect(failure).toBeInstanceOf(FairleadError);
    expect(failure.details).toEqual({ reason: "egress" });
    expect(failure.message).not.toMatch(/127\.|::1/);
  });

  test("may be listed by itself", async () => {
    const guard = createGuard({ allowPrivate: false, allow: ["LOCALHOST."] });
    expect((await resolve(guard, "localhost")).length).toBeGreaterThan(0);
  });
});

describe("outside calls", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  const BOUNDS = {
    connectionsPerHost: 2,
    connectTimeoutMs: 1_000,
    totalTimeoutMs: 5_000,
    maxResponseBytes: 1_000,
  };

  function egress(changes: Partial<Parameters<typeof createEgress>[0]> = {}) {
    const made = createEgress({ ...PUBLIC, ...BOUNDS, ...changes });
    open.push(made);
    return made;
  }

  async function serve(listener: Parameters<typeof createHttp>[1]): Promise<{ url: string }> {
    const server: Server = createHttp(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push({ close: () => server.closeAllConnections() }, server);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  test("to a private address never leave, whether it is written out or resolved", async () => {
    let arrived = 0;
    const { url } = await serve((_req, res) => {
      arrived += 1;
      res.end();
    });
    const { fetch } = egress();
    for (const each of [
      url,
      url.replace("127.0.0.1", "localhost"),
      url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
    ]) {
      await expect(fetch(each)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(arrived).toBe(0);
  });

  test("other spellings of loopback are no way around", async () => {
    const { url } = await serve((_req, res) => res.end());
    const { port } = new URL(url);
    const { fetch } = egress();
    for (const host of ["2130706433", "0x7f.1", "017700000001", "127.1"]) {
      await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  test("do not follow a redirect unless they say so", async () => {
    const { url } = await serve((_req, res) => res.writeHead(302, { Location: "/other" }).end());
    const response = await egress({ allow: ["127.0.0.1"] }).fetch(url);
    expect(response.status).toBe(302);
  });

  test("that follow one are stopped where it leads inside", async () => {
    let inside = 0;
    const target = await serve((_req, res) => {
      inside += 1;
      res.end("the crown jewels");
    });
    const lure = await serve((_req, res) => {
      res.writeHead(302, { Location: target.url.replace("127.0.0.1", "127.0.0.2") }).end();
    });
    const { fetch } = egress({ allow: ["127.0.0.1"] });
    await expect(fetch(lure.url, { redirect: "follow" })).rejects.toMatchObject({
      details: { reason: "egress" },
    });
    expect(inside).toBe(0);
  });

  test("read no more of an answer than they may, however it is packed", async () => {
    const { gzipSync } = await import("node:zlib");
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    expect(bomb.length).toBeGreaterThan(900);
    const { url } = await serve((_req, res) => {
      res.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb);
    });
    const response = await egress({ allow: ["127.0.0.1"], maxResponseBytes: 50_000 }).fetch(url);
    await expect(response.text()).rejects.toMatchObject({
      details: { reason: "response_too_large" },
    });
  });

  test("refuse an answer that announces too much", async () => {
    const { url } = await serve((_req, res) => res.end("x".repeat(2_000)));
    await expect(egress({ allow: ["127.0.0.1"] }).fetch(url)).rejects.toMatchObject({
      details: { reason: "response_too_large" },
    });
  });

  test("give up in time when their caller set no bound", async () => {
    const { url } = await serve(() => {});
    const { fetch } = egress({ allow: ["127.0.0.1"], totalTimeoutMs: 50 });
    await expect(fetch(url)).rejects.toThrow(/timeout/i);
  });

  test("over raw TCP pass the same guard", async () => {
    const server = createTcp((socket) => socket.end("ahoy")).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push(server);
    const { port } = server.address() as AddressInfo;
    await expect(egress().connect({ host: "127.0.0.1", port })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(egress().connect({ host: "localhost", port })).rejects.toMatchObject({
      code: "forbidden",
    });
    const socket = await egress({ allow: ["127.0.0.1"] }).connect({ host: "127.0.0.1", port });
    expect(await text(socket)).toBe("ahoy");
  });

  test("over raw TCP end with their signal and their time", async () => {
    const guarded = egress({ allowPrivate: true });
    const aborted = AbortSignal.abort(new Error("changed my mind"));
    await expect(guarded.connect({ host: "127.0.0.1", port: 9, signal: aborted })).rejects.toThrow(
      "changed my mind",
    );
    const silent = createTcp().listen(0, "127.0.0.1");
    await once(silent, "listening");
    open.push(silent);
    const { port } = silent.address() as AddressInfo;
    await expect(
      guarded.connect({ host: "127.0.0.1", port, tls: {}, timeoutMs: 50 }),
    ).rejects.toMatchObject({ code: "timeout" });
  });
});
