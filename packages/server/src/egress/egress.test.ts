import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Egress } from "@fairlead/core/egress";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEgress, type EgressConfig } from "./egress.ts";

let server: Server;
let url: string;
let egress: Egress;
let sockets: Set<unknown>;

function create(changes: Partial<EgressConfig> = {}): Egress {
  return createEgress({
    allowPrivate: true,
    allow: [],
    connectionsPerHost: 2,
    connectTimeoutMs: 1_000,
    totalTimeoutMs: 10_000,
    maxResponseBytes: 1_000_000,
    ...changes,
  });
}

beforeEach(async () => {
  sockets = new Set();
  server = createServer((req, res) => {
    sockets.add(req.socket);
    if (req.url === "/never") return;
    res.end("ahoy");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  egress = create();
});

afterEach(async () => {
  await egress.close();
  server.closeAllConnections();
  server.close();
});

test("keeps connections and shares them between calls", async () => {
  for (let index = 0; index < 20; index += 1) {
    expect(await (await egress.fetch(url)).text()).toBe("ahoy");
  }
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test("opens no more connections to a host than it may", async () => {
  const calls = Array.from({ length: 10 }, async () => (await egress.fetch(url)).text());
  await Promise.all(calls);
  expect(sockets.size).toBe(2);
});

test("ends a call when its signal says so", async () => {
  const signal = AbortSignal.timeout(20);
  await expect(egress.fetch(`${url}/never`, { signal })).rejects.toThrow(/timeout/);
});

test("lets nothing linger when it is closed", async () => {
  const waiting = egress.fetch(`${url}/never`);
  waiting.catch(() => {});
  await expect.poll(() => sockets.size).toBe(1);
  await egress.close();
  await expect(waiting).rejects.toThrow();
});

test("can be closed without having been used", async () => {
  await create().close();
});
