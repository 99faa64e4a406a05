import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { NO_CLIENT } from "@fairlead/core/call/request";
import { defineConnector } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Built, build } from "../build.ts";
import { loadConfig } from "../config/config.ts";
import { startHttpServer } from "../http/server.ts";
import type { Log } from "./logger.ts";
import { OBSERVE_DEFAULTS } from "./observe.ts";
import type { TracingConfig } from "./tracing.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const CREDENTIAL = "cr3dential-of-the-pier";
const ARGUMENT = "arg-s3cret-cargo";

const otlpValue = z.object({ stringValue: z.string() }).or(z.object({ intValue: z.number() }));
const otlpSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(z.object({ key: z.string(), value: otlpValue })),
  status: z.object({ code: z.number() }),
});
const otlpBody = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(z.object({ key: z.string(), value: z.unknown() })),
      }),
      scopeSpans: z.array(z.object({ spans: z.array(otlpSpan) })),
    }),
  ),
});
const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

interface Seen {
  name: string;
  kind: number;
  trace_id: string;
  span_id: string;
  parent: string | undefined;
  isError: boolean;
  attributes: Record<string, unknown>;
}

const open: (() => unknown)[] = [];
let bodies: { text: string; headers: IncomingHttpHeaders; path: string | undefined }[];
let asked: IncomingHttpHeaders[];
let collectorUrl: string;
let upstream: { url: string; status: number };
let events: AuditEvent[];
const log: Log = { ...SILENT, audit() {}, flush() {} };

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface HarbourClient {
  ask(cargo: string, signal: AbortSignal): Promise<Response>;
}

const sendCargo = defineTool({
  name: "harbour_send_cargo",
  title: "Send cargo",
  description: "Asks the harbour about its cargo.",
  effect: "read",
  input: z.object({ cargo: z.string() }),
  output: z.object({ status: z.number() }),
  async handler({ cargo }, ctx: ToolContext<HarbourClient>) {
    const response = await ctx.client.ask(cargo, ctx.signal);
    if (!response.ok) throw new FairleadError("upstream_unavailable", "The harbour is closed.");
    return { status: response.status };
  },
});

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  credential: z.object({ token: z.string() }),
  createClient: ({ fetch, withCredential }): HarbourClient => ({
    ask: (cargo, signal) =>
      withCredential(async ({ token }) =>
        fetch(`${upstream.url}/piers/4711?cargo=${cargo}`, {
          headers: { authorization: `Bearer ${token?.reveal()}` },
          signal,
        }),
      ),
  }),
  tools: [sendCargo],
});

async function start(changes: Partial<TracingConfig> | "off" = {}): Promise<Built> {
  const environment = { PORT: "0", FAIRLEAD_CONNECTORS: "harbour", FAIRLEAD_STATE: "memory" };
  const given = { environment, local: true, mode: "serve" as const, extraConnectors: [harbour] };
  const { config, connectors } = await loadConfig(given);
  const tracing: TracingConfig = {
    ...{ url: `${collectorUrl}/v1/traces`, headers: { "x-collector-key": new Secret("k") } },
    ...{ serviceName: "fairlead-test", resource: { "deployment.environment.name": "test" } },
    ...{ sampler: "parentbased_always_on", ratio: 1, hosts: [] },
    ...(changes === "off" ? {} : changes),
  };
  const built = await build({
    ...{ ...config, connectors, log },
    connections: [
      {
        ...{ connector: "harbour", label: "main", settings: {} },
        credential: { token: new Secret(CREDENTIAL) },
      },
    ],
    observe: { ...OBSERVE_DEFAULTS, ...(changes === "off" ? {} : { tracing }) },
    onEvent: (event) => events.push(event),
  });
  return built;
}

function call({ fairlead }: Built, parent: Record<string, unknown> = {}, name = sendCargo.name) {
  return fairlead.call({
    action: { kind: "tool", name, arguments: { cargo: ARGUMENT } },
    view: fairlead.view({ endpoint: "all" }),
    ...{ principal: LOCAL_USER, surface: "http", client: NO_CLIENT },
    ...parent,
  });
}

/** What the collector got by the time everything was closed. */
function seen(): Seen[] {
  return bodies
    .flatMap(({ text: body }) => otlpBody.parse(JSON.parse(body)).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ traceId, spanId, parentSpanId, status, attributes, name, kind }) => ({
      ...{ name, kind, trace_id: traceId, span_id: spanId, parent: parentSpanId },
      isError: status.code === ERROR,
      attributes: Object.fromEntries(
        attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
      ),
    }));
}

beforeEach(async () => {
  bodies = [];
  asked = [];
  events = [];
  collectorUrl = await listen(async (req, res) => {
    bodies.push({ text: await text(req), headers: req.headers, path: req.url });
    res.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
  upstream = { url: "", status: 200 };
  upstream.url = await listen((req, res) => {
    asked.push(req.headers);
    res.writeHead(upstream.status).end("{}");
  });
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe("a call and the request it made upstream", () => {
  test("are spans of the caller's trace, one under the other", async () => {
    const built = await start();
    await call(built, { trace_id: TRACE, parent_span_id: SPAN, trace_sampled: true });
    await built.close();
    const spans = seen();
    const server = spans.find(({ kind }) => kind === SERVER);
    const client = spans.find(({ kind }) => kind === CLIENT);
    expect(spans).toHaveLength(2);
    const { port } = new URL(upstream.url);
    expect(server).toMatchObject({
      ...{ name: "tools/call harbour_send_cargo", trace_id: TRACE, parent: SPAN, isError: false },
      attributes: {
        ...{ "mcp.method.name": "tools/call", "gen_ai.operation.name": "execute_tool" },
        ...{ "gen_ai.tool.name": "harbour_send_cargo", "network.transport": "tcp" },
        ...{ "fairlead.connector": "harbour", "fairlead.effect": "read" },
        ...{ "fairlead.tenant.id": "ten_local", "fairlead.outcome": "ok" },
        ...{ "fairlead.request.id": events[0]?.request_id, "fairlead.upstream_calls": 1 },
      },
    });
    expect(client).toMatchObject({
      ...{ name: "GET", trace_id: TRACE, parent: server?.span_id, isError: false },
      attributes: {
        ...{ "http.request.method": "GET", "server.address": "127.0.0.1" },
        ...{ "server.port": Number(port), "http.response.status_code": 200 },
      },
    });
  });

  test("go to the collector under the service's name, with the operator's headers", async () => {
    const built = await start();
    await call(built);
    await built.close();
    const [body] = bodies;
    expect(body?.path).toBe("/v1/traces");
    expect(body?.headers["x-collector-key"]).toBe("k");
    const { resource } = otlpBody.parse(JSON.parse(body?.text ?? "")).resourceSpans[0] ?? {};
    expect(resource?.attributes).toEqual(
      expect.arrayContaining([
        { key: "service.name", value: { stringValue: "fairlead-test" } },
        { key: "deployment.environment.name", value: { stringValue: "test" } },
      ]),
    );
  });

  test("begin the trace that log and audit know the call by, when the caller has none", async () => {
    const built = await start();
    await call(built);
    await built.close();
    const traces = new Set(seen().map(({ trace_id }) => trace_id));
    expect([...traces]).toEqual([events[0]?.trace_id]);
    expect(seen().find(({ kind }) => kind === SERVER)?.parent).toBeUndefined();
  });

  test("tell no argument, no credential, no path and no query", async () => {
    const built = await start();
    await call(built);
    upstream.status = 500;
    await call(built).catch(() => {});
    await built.close();
    expect(asked[0]?.authorization).toBe(`Bearer ${CREDENTIAL}`);
    const all = bodies.map((body) => body.text).join();
    expect(all).toContain("harbour_send_cargo");
    expect(all).not.toMatch(/cr3dential|s3cret|4711|piers|cargo=/);
  });

  test("are failures by the code of the error, and by the status upstream", async () => {
    const built = await start();
    upstream.status = 503;
    await call(built).catch(() => {});
    await built.close();
    expect(seen().find(({ kind }) => kind === SERVER)).toMatchObject({
      ...{ isError: true, attributes: { "error.type": "upstream_unavailable" } },
    });
    expect(seen().find(({ kind }) => kind === CLIENT)).toMatchObject({
      ...{ isError: true, attributes: { "error.type": "503", "http.response.status_code": 503 } },
    });
  });

  test("do not take the name of a tool that is not there into the name of a span", async () => {
    const built = await start();
    await call(built, {}, "harbour_no_such_tool").catch(() => {});
    await built.close();
    expect(seen()).toMatchObject([{ name: "tools/call", isError: true }]);
    expect(seen()[0]?.attributes).not.toHaveProperty("gen_ai.tool.name");
  });
});

describe("sampling", () => {
  test("keeps no part of a trace that its caller does not keep", async () => {
    const built = await start();
    await call(built, { trace_id: TRACE, parent_span_id: SPAN, trace_sampled: false });
    await built.close();
    expect(bodies).toEqual([]);
  });

  test("may leave the decision to this server alone", async () => {
    const built = await start({ sampler: "always_off" });
    await call(built, { trace_id: TRACE, parent_span_id: SPAN, trace_sampled: true });
    await built.close();
    expect(bodies).toEqual([]);
  });

  test("keeps a share of the traces that begin here", async () => {
    const built = await start({ sampler: "parentbased_traceidratio", ratio: 0.5 });
    for (let n = 0; n < 100; n += 1) await call(built);
    await built.close();
    const kept = seen().filter(({ kind }) => kind === SERVER).length;
    expect(kept).toBeGreaterThan(20);
    expect(kept).toBeLessThan(80);
  });
});

describe("an upstream", () => {
  test("is not told of the trace", async () => {
    const built = await start();
    await call(built, { trace_id: TRACE, parent_span_id: SPAN });
    await built.close();
    expect(asked[0]).not.toHaveProperty("traceparent");
  });

  test("that the operator lists is told, and goes on under the request's span", async () => {
    const built = await start({ hosts: ["127.0.0.1"] });
    await call(built, { trace_id: TRACE, parent_span_id: SPAN });
    await built.close();
    const client = seen().find(({ kind }) => kind === CLIENT);
    expect(asked[0]?.traceparent).toBe(`00-${TRACE}-${client?.span_id}-01`);
    expect(asked[0]?.authorization).toBe(`Bearer ${CREDENTIAL}`);
  });
});

test("nothing is kept or sent where tracing is off", async () => {
  const built = await start("off");
  await call(built, { trace_id: TRACE, parent_span_id: SPAN });
  await built.close();
  expect(bodies).toEqual([]);
  expect(events[0]?.trace_id).toBe(TRACE);
});

test("a collector that is away holds up neither calls nor the end of the process", async () => {
  const built = await start({ url: "http://127.0.0.1:1/v1/traces" });
  await call(built);
  await built.close();
  expect(events).toHaveLength(1);
});

test("over HTTP the trace is that of the message, else that of the request", async () => {
  const built = await start();
  const { config } = await loadConfig({
    ...{ environment: { PORT: "0", FAIRLEAD_CONNECTORS: "harbour", FAIRLEAD_STATE: "memory" } },
    ...{ local: true, mode: "serve", extraConnectors: [harbour] },
  });
  const http = { ...config.http, addressOf: () => "127.0.0.1", challenge: () => undefined };
  const server = await startHttpServer(built.fairlead, http, (_req, res) => res.end(), SILENT);
  const post = (meta: Record<string, unknown>) =>
    fetch(`http://127.0.0.1:${server.port}/mcp`, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
        ...{ "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" },
        ...{ "mcp-name": sendCargo.name, traceparent: `00-${"1".repeat(32)}-${SPAN}-01` },
      },
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
        params: {
          ...{ name: sendCargo.name, arguments: { cargo: ARGUMENT } },
          _meta: {
            ...{ "io.modelcontextprotocol/protocolVersion": "2026-07-28" },
            ...{ "io.modelcontextprotocol/clientCapabilities": {} },
            ...{ "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" } },
            ...meta,
          },
        },
      }),
    }).then((response) => response.text());
  expect(await post({ traceparent: `00-${TRACE}-${SPAN}-01` })).toContain('"status":200');
  expect(await post({})).toContain('"status":200');
  await server.close();
  await built.close();
  const servers = seen().filter(({ kind }) => kind === SERVER);
  expect(servers.map(({ trace_id, parent }) => [trace_id, parent])).toEqual([
    [TRACE, SPAN],
    ["1".repeat(32), SPAN],
  ]);
});
