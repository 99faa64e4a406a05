import type { IncomingMessage, RequestListener } from "node:http";
import { isIP } from "node:net";
import { ERROR_CODES, type ErrorCode, FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Config } from "../config/config.ts";
import { isLoopback } from "../config/loopback.ts";
import type { Log } from "../observe/logger.ts";
import type { Metrics } from "../observe/metrics.ts";
import { VERSION } from "../version.ts";
import { createDoor, type Door } from "./door.ts";
import type { Health } from "./health.ts";
import { SECURITY_HEADERS } from "./respond.ts";

export interface AppParts {
  config: Config;
  fairlead: Fairlead;
  health: Health;
  metrics: Metrics | undefined;
  log: Log;
}

type Env = { Bindings: HttpBindings };

/** Everything but `/mcp`: health, version, metrics, and what this is. */
export function createApp(parts: AppParts): RequestListener {
  const { config, health } = parts;
  const { host, door: names } = config.http;
  const door = createDoor({ ...names, loopback: isLoopback(host) });
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const refusal = refuse(door, c.env.incoming);
    if (refusal === undefined) await next();
    else c.res = fail(c, new FairleadError("forbidden", refusal));
    for (let index = 0; index < SECURITY_HEADERS.length; index += 2) {
      c.header(SECURITY_HEADERS[index] ?? "", SECURITY_HEADERS[index + 1]);
    }
    if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
  });

  app.get("/", (c) => c.json({ name: "fairlead", version: VERSION, ...endpointsOf(parts) }));
  app.get("/version", (c) => c.json({ name: "fairlead", version: VERSION }));

  const alive = (c: Context<Env>) => c.json({ status: "ok" });
  app.get("/healthz", alive);
  app.get("/live", alive);

  const ready = (c: Context<Env>) =>
    c.json({ status: health.status }, health.isDraining ? 503 : 200);
  app.get("/readyz", ready);
  app.get("/ready", ready);

  app.get("/health", (c) => c.json({ status: health.status, version: VERSION }));
  app.get("/health/detailed", async (c) => {
    await admitOperator(parts, c.env.incoming);
    return c.json(describe(parts));
  });

  app.get("/metrics", async (c) => {
    await admitOperator(parts, c.env.incoming);
    if (parts.metrics === undefined) throw new FairleadError("not_found", "No metrics are kept.");
    const { contentType, text } = await parts.metrics.render();
    return c.body(text, 200, { "Content-Type": contentType });
  });

  app.notFound((c) => fail(c, missing(c.req.path)));
  app.onError((error, c) => {
    const known = toFairleadError(error);
    if (known.code === "internal") parts.log.error({ err: error }, "a page could not be answered");
    return fail(c, known);
  });
  return getRequestListener(app.fetch, { overrideGlobalObjects: false });
}

/**
 * A Host that is an address is as good as a name here: probes and scrapers use one, and a web page that rebinds a name
 * of its own (which the door keeps out) cannot.
 */
function refuse(door: Door, { headers }: IncomingMessage): string | undefined {
  const refusal = door.refuse(headers);
  if (refusal === undefined || headers.host === undefined) return refusal;
  const isAddress = isIP(headers.host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) !== 0;
  const { origin } = headers;
  return isAddress && (origin === undefined || door.isListedOrigin(origin)) ? undefined : refusal;
}

/** What tells of the whole server is open on the operator's own machine; from elsewhere it takes an API key. */
async function admitOperator(parts: AppParts, req: IncomingMessage): Promise<void> {
  if (parts.config.isPrivate) return;
  const address = req.socket.remoteAddress ?? "";
  await parts.fairlead.admit({ surface: "http", address, headers: req.headers, connectors: [] });
}

function endpointsOf({ fairlead }: AppParts) {
  return {
    description: "An MCP server (Streamable HTTP). Add its mcp address to an MCP client.",
    mcp: ["/mcp", ...fairlead.connectors.map(({ id }) => `/mcp/${id}`)],
    health: ["/healthz", "/readyz", "/health/detailed", "/metrics", "/version"],
  };
}

function describe({ fairlead, health }: AppParts) {
  return {
    status: health.status,
    version: VERSION,
    uptime_s: Math.round(process.uptime()),
    calls_under_way: fairlead.callsUnderWay,
    memory_bytes: process.memoryUsage.rss(),
    connectors: health.connectors(),
  };
}

function missing(path: string): FairleadError {
  return new FairleadError("not_found", `There is nothing at ${path.slice(0, 100)}. See /.`);
}

function fail(c: Context<Env>, { code, message, details }: FairleadError): Response {
  if (code === "unauthenticated") c.header("WWW-Authenticate", 'Bearer realm="fairlead"');
  if (details?.retry_after_s !== undefined) c.header("Retry-After", String(details.retry_after_s));
  const body = { status: "error", code, message, ...(details === undefined ? {} : { details }) };
  return c.json(body, httpStatusOf(code));
}

function httpStatusOf(code: ErrorCode): ContentfulStatusCode {
  const { http } = ERROR_CODES[code];
  return http as ContentfulStatusCode;
}
