import type { IncomingMessage, RequestListener } from "node:http";
import { isIP } from "node:net";
import type { Admin } from "@fairlead/core/admin/admin";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Agents } from "@fairlead/core/identity/agents/agents";
import type { Evidence } from "@fairlead/core/identity/authenticate";
import { hasScope, LOCAL_TENANT, type Principal } from "@fairlead/core/identity/principal";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { addApproveRoutes } from "../approve/routes.ts";
import type { Config } from "../config/config.ts";
import { isLoopback } from "../config/loopback.ts";
import type { ProtectedResources } from "../identity/protected-resource.ts";
import type { Log } from "../observe/logger.ts";
import type { Metrics } from "../observe/metrics.ts";
import { addSignInRoutes } from "../signin/routes.ts";
import type { SignIns } from "../signin/sign-in.ts";
import type { State } from "../state.ts";
import { VERSION } from "../version.ts";
import { addAdminRoutes } from "./admin-routes.ts";
import { addAuditRoutes } from "./audit-routes.ts";
import { addAuthRoutes } from "./auth-routes.ts";
import { createDoor, type Door, repeatedHeader } from "./door.ts";
import { fail } from "./envelope.ts";
import type { Health } from "./health.ts";
import { SECURITY_HEADERS } from "./respond.ts";
import { addRestRules } from "./rest.ts";
import { bodyTextOf } from "./rest-body.ts";
import { addToolRoutes } from "./tool-routes.ts";
import { addWellKnownRoutes } from "./well-known-routes.ts";

export interface AppParts {
  config: Config;
  fairlead: Fairlead;
  admin: Admin;
  state: State;
  addressOf: (req: IncomingMessage) => string;
  challenge: (error: FairleadError, view: undefined) => string | undefined;
  resources: ProtectedResources;
  agents: Agents | undefined;
  signIns: SignIns | undefined;
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
  addWellKnownRoutes(app, { resources: parts.resources, publicUrl: config.publicUrl });

  app.use(async (c, next) => {
    const refusal = refuse(door, c.env.incoming);
    if (refusal === undefined) await next();
    else c.res = fail(c, new FairleadError("forbidden", refusal));
    for (let index = 0; index < SECURITY_HEADERS.length; index += 2) {
      const name = SECURITY_HEADERS[index] ?? "";
      // A page says itself what it may load: its own style.
      if (!c.res.headers.has(name)) c.header(name, SECURITY_HEADERS[index + 1]);
    }
    if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
  });

  addRestRules(app, door);
  app.get("/", (c) => c.json({ name: "fairlead", version: VERSION, ...endpointsOf(parts) }));
  app.get("/version", (c) => c.json({ name: "fairlead", version: VERSION }));

  const alive = (c: Context<Env>) => c.json({ status: "ok" });
  app.get("/healthz", alive);
  app.get("/live", alive);

  const ready = async (c: Context<Env>) => {
    const reason = health.isDraining ? "The server is stopping." : await parts.state.unready();
    return reason === undefined
      ? c.json({ status: health.status })
      : c.json({ status: "not_ready", reason }, 503);
  };
  app.get("/readyz", ready);
  app.get("/ready", ready);

  app.get("/health", (c) => c.json({ status: health.status, version: VERSION }));
  app.get("/health/detailed", async (c) => {
    await admitOperator(parts, c);
    return c.json(describe(parts));
  });

  app.get("/metrics", async (c) => {
    await admitOperator(parts, c);
    if (parts.metrics === undefined) throw new FairleadError("not_found", "No metrics are kept.");
    const { contentType, text } = await parts.metrics.render();
    return c.body(text, 200, { "Content-Type": contentType });
  });

  const admit = (c: Context<Env>) => admitCaller(parts, c);
  const addressOf = (c: Context<Env>) => parts.addressOf(c.env.incoming);
  const { clock, newId, pay } = parts.fairlead;
  const { reader, audit: recorder } = parts.state;
  addAuditRoutes(app, { reader, recorder, admit, addressOf, clock, newId, pay });
  if (parts.agents !== undefined) addAuthRoutes(app, { agents: parts.agents, addressOf });
  if (parts.signIns !== undefined) {
    const { signIns } = parts;
    addSignInRoutes(app, { signIns, admit, addressOf, logger: parts.log.child("sign-in") });
  }
  addAdminRoutes(app, { admin: parts.admin, admit, addressOf });
  addToolRoutes(app, { fairlead: parts.fairlead, admit, addressOf });
  addApproveRoutes(app, {
    ...{ admin: parts.admin, signIns: parts.signIns, addressOf, clock },
    admit: (c, csrf) => admitCaller(parts, c, csrf),
    logger: parts.log.child("approve"),
  });

  app.notFound((c) => fail(c, missing(c.req.path)));
  app.onError((error, c) => {
    const known = toFairleadError(error);
    if (known.code === "internal") parts.log.error({ err: error }, "a page could not be answered");
    return fail(c, known, parts.challenge(known, undefined));
  });
  return getRequestListener(app.fetch, { overrideGlobalObjects: false });
}

/**
 * A Host that is an address is as good as a name here: probes and scrapers use one, and a web page that rebinds a name
 * of its own (which the door keeps out) cannot.
 */
function refuse(door: Door, req: IncomingMessage): string | undefined {
  const { headers } = req;
  const refusal = door.refuse(req);
  if (refusal === undefined || headers.host === undefined) return refusal;
  const repeated = repeatedHeader(req.rawHeaders);
  if (repeated !== undefined) return repeated;
  const isAddress = isIP(headers.host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) !== 0;
  const { origin } = headers;
  return isAddress && (origin === undefined || door.isListedOrigin(origin)) ? undefined : refusal;
}

/** Somebody who may use this server at all. A form carries in a field what others send against forgery in a header. */
function admitCaller(parts: AppParts, c: Context<Env>, csrf?: string): Promise<Principal> {
  const { incoming } = c.env;
  const { headers } = incoming;
  const evidence: Evidence = {
    surface: "rest",
    address: parts.addressOf(incoming),
    resource: "/api",
    headers: csrf === undefined ? headers : { ...headers, "x-csrf-token": csrf },
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    body: async () => Buffer.from(await bodyTextOf(incoming), "utf8"),
    connectors: [],
  };
  return parts.fairlead.admit(parts.signIns?.withSession(evidence) ?? evidence);
}

/** What tells of the whole server is the operator's; on the operator's own machine it is open. */
async function admitOperator(parts: AppParts, c: Context<Env>): Promise<void> {
  if (parts.config.isPrivate) return;
  const principal = await admitCaller(parts, c);
  // Of the operator's own tenant: what an owner of another may do ends at that tenant.
  const isOperators = principal.tenant_id === LOCAL_TENANT;
  if (isOperators && hasScope(principal, "fairlead:metrics")) return;
  throw new FairleadError(
    "forbidden",
    "This page is for whoever runs this Fairlead: an operator's key, or one of the local tenant with the scope fairlead:metrics.",
  );
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
