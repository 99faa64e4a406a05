import { defineConnector } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { SILENT } from "@fairlead/core/ports";
import { defineTool } from "@fairlead/core/tool";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { Log } from "./observe/logger.ts";
import { type RunningServer, type ServeOptions, startServe } from "./serve.ts";

const log: Log = { ...SILENT, audit() {}, flush() {} };
const KEY = "0123456789abcdef0123456789abcdef";
const servers: RunningServer[] = [];
let mood: "calm" | "rough" = "calm";
let release: (() => void) | undefined;

const lookOut = defineTool({
  name: "harbour_look_out",
  title: "Look out",
  description: "Looks at the sea.",
  effect: "read",
  input: z.object({}),
  output: z.object({ sea: z.string() }),
  handler: () => {
    if (mood === "calm") return { sea: "calm" };
    throw new FairleadError("upstream_unavailable", "The sea is too rough to look at.");
  },
});

const waitForTide = defineTool({
  name: "harbour_wait_for_tide",
  title: "Wait for the tide",
  description: "Waits until the tide comes.",
  effect: "read",
  input: z.object({}),
  output: z.object({ tide: z.string() }),
  handler: () =>
    new Promise<{ tide: string }>((resolve) => {
      release = () => resolve({ tide: "high" });
    }),
});

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [lookOut, waitForTide],
});

async function start(options: ServeOptions = {}): Promise<RunningServer> {
  const server = await startServe({
    extraConnectors: [harbour],
    local: true,
    log,
    ...options,
    environment: { PORT: "0", FAIRLEAD_CONNECTORS: "harbour", ...options.environment },
  });
  servers.push(server);
  return server;
}

afterEach(async () => {
  mood = "calm";
  release?.();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function callTool(url: string, name: string, headers: Record<string, string> = {}) {
  return fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: {} },
    }),
  });
}

async function statusAndBody(url: string, init?: RequestInit): Promise<[number, unknown]> {
  const response = await fetch(url, init);
  return [response.status, await response.json()];
}

test("serves the tools of the connectors it was given", async () => {
  const { url } = await start();
  expect(await (await callTool(url, "harbour_look_out")).json()).toMatchObject({
    result: { structuredContent: { sea: "calm" } },
  });
});

test("lets nobody in without a key, where it is not told to", async () => {
  const { url } = await start({ local: false, environment: { FAIRLEAD_API_KEY: KEY } });
  expect((await callTool(url, "harbour_look_out")).status).toBe(401);
  const withKey = [{ "x-api-key": KEY }, { authorization: `Bearer ${KEY}` }];
  for (const headers of withKey) {
    expect((await callTool(url, "harbour_look_out", headers)).status).toBe(200);
  }
});

test("gives the port back when it is closed", async () => {
  const first = await start();
  await first.close();
  const second = await start({ environment: { PORT: String(first.port) } });
  expect(second.port).toBe(first.port);
});

test("says that it lives and takes calls", async () => {
  const { url } = await start();
  for (const path of ["/healthz", "/live", "/readyz", "/ready"]) {
    expect(await statusAndBody(`${url}${path}`)).toEqual([200, { status: "ok" }]);
  }
  expect(await statusAndBody(`${url}/health`)).toEqual([200, { status: "ok", version: "0.1.0" }]);
  expect(await statusAndBody(`${url}/version`)).toEqual([
    200,
    { name: "fairlead", version: "0.1.0" },
  ]);
  expect((await fetch(`${url}/healthz`, { method: "HEAD" })).status).toBe(200);
});

test("is degraded, and still ready, while an upstream is away", async () => {
  const { url } = await start();
  const connectors = async () =>
    ((await statusAndBody(`${url}/health/detailed`))[1] as { connectors: unknown[] }).connectors;
  expect(await connectors()).toEqual([{ id: "harbour", status: "unknown" }]);

  mood = "rough";
  await callTool(url, "harbour_look_out");
  expect(await connectors()).toEqual([
    {
      id: "harbour",
      status: "degraded",
      last_outcome: "upstream_unavailable",
      last_at: expect.any(String),
    },
  ]);
  expect(await statusAndBody(`${url}/readyz`)).toEqual([200, { status: "degraded" }]);

  mood = "calm";
  await callTool(url, "harbour_look_out");
  expect(await statusAndBody(`${url}/readyz`)).toEqual([200, { status: "ok" }]);
});

test("is not ready while it stops, and finishes what is under way", async () => {
  const server = await start();
  const waiting = callTool(server.url, "harbour_wait_for_tide");
  await expect.poll(() => release).toBeDefined();
  // Sent over a connection that is open already: new ones are not taken any more.
  const connection = await openConnection(server.port);
  const closed = server.close();
  expect(await connection.ask("/readyz")).toMatch(/^HTTP\/1\.1 503 [\s\S]*"status":"not_ready"/);
  release?.();
  expect((await waiting).status).toBe(200);
  await closed;
});

test("shows metrics and details on the operator's machine, elsewhere only with a key", async () => {
  const { url } = await start();
  await callTool(url, "harbour_look_out");
  const metrics = await fetch(`${url}/metrics`);
  expect(metrics.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await metrics.text()).toContain('name="harbour_look_out",action="tool",outcome="ok"');

  const public_ = await start({
    local: false,
    environment: { PUBLIC_URL: "https://fairlead.example.com", FAIRLEAD_API_KEY: KEY },
  });
  for (const path of ["/metrics", "/health/detailed"]) {
    expect((await fetch(`${public_.url}${path}`)).status).toBe(401);
    const headers = { authorization: `Bearer ${KEY}` };
    expect((await fetch(`${public_.url}${path}`, { headers })).status).toBe(200);
  }
  expect((await fetch(`${public_.url}/readyz`)).status).toBe(200);
});

test("answers what is not there as JSON, with the headers of every answer", async () => {
  const { url } = await start();
  const response = await fetch(`${url}/admin`);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    status: "error",
    data: null,
    code: "not_found",
    message: "There is nothing at /admin. See /.",
  });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
  });
});

test("says at / what it is and where its endpoints are", async () => {
  const { url } = await start();
  expect((await statusAndBody(`${url}/`))[1]).toMatchObject({
    name: "fairlead",
    mcp: ["/mcp", "/mcp/harbour"],
  });
});

test("answers by no name but its own, and no page of another origin", async () => {
  const { port } = await start();
  const statusFor = async (headers: Record<string, string>) => {
    const connection = await openConnection(port, headers);
    return (await connection.ask("/healthz")).slice(9, 12);
  };
  expect(await statusFor({ host: "evil.example" })).toBe("403");
  expect(await statusFor({ host: `localhost:${port}` })).toBe("200");
  expect(await statusFor({ host: `localhost:${port}`, origin: "https://evil.example" })).toBe(
    "403",
  );
  // A probe of Kubernetes asks by the address of the pod.
  expect(await statusFor({ host: "10.1.2.3:7000" })).toBe("200");
  expect(await statusFor({ host: "10.1.2.3:7000", origin: "https://evil.example" })).toBe("403");
});

test("lets the operator's word on an upstream hold for connections of callers too", async () => {
  const seen: unknown[] = [];
  const pier = defineConnector({
    id: "pier",
    title: "Pier",
    description: "A pier.",
    credential: z.object({ token: z.any() }),
    settings: z.object({ base_url: z.string().default("https://pier.example") }),
    environment: { base_url: { name: "PIER_BASE_URL", description: "Where the pier is." } },
    headerCredential: { headers: { "x-pier-token": "token" }, account: () => "pier" },
    createClient: ({ settings }) => seen.push(settings),
    verify: async () => {},
    tools: [
      defineTool({
        name: "pier_look",
        title: "Look",
        description: "Looks.",
        effect: "read",
        input: z.object({}),
        output: z.object({}),
        handler: () => ({}),
      }),
    ],
  });
  const { url } = await start({
    local: false,
    extraConnectors: [pier],
    environment: { FAIRLEAD_CONNECTORS: "pier", PIER_BASE_URL: "http://127.0.0.1:9" },
  });
  expect((await callTool(url, "pier_look", { "x-pier-token": "t" })).status).toBe(200);
  expect(seen).toEqual([{ base_url: "http://127.0.0.1:9" }]);
});

/** A connection that is spoken to by hand, since `fetch` chooses Host, and the connection, itself. */
async function openConnection(port: number, headers: Record<string, string> = {}) {
  const { connect } = await import("node:net");
  const socket = connect(port, "127.0.0.1");
  const all = { host: `127.0.0.1:${port}`, ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  // Half a request keeps the connection from being idle, and so from being closed.
  socket.write("GET ");
  await new Promise((resolve) => setImmediate(resolve));
  return {
    async ask(path: string): Promise<string> {
      socket.write(`${path} HTTP/1.1\r\n${head.join("")}connection: close\r\n\r\n`);
      const parts: Buffer[] = [];
      for await (const part of socket) parts.push(part);
      return Buffer.concat(parts).toString();
    },
  };
}
