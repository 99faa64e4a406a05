import type { RequestListener } from "node:http";
import type { Connector } from "@fairlead/core/connector";
import type { Fairlead } from "@fairlead/core/fairlead";
import { type Built, build, type GivenConnection } from "./build.ts";
import { type Loaded, loadConfig } from "./config/config.ts";
import { formatWarning } from "./config/problem.ts";
import type { Environment, Flags } from "./config/sources.ts";
import type { AppParts } from "./http/app.ts";
import type { HttpGround } from "./http/exchange.ts";
import { createHealth, type Health } from "./http/health.ts";
import { type HttpServer, startHttpServer } from "./http/server.ts";
import { challengeOf } from "./identity/challenge.ts";
import { createAddressOf } from "./identity/client-address.ts";
import { createProtectedResources, readScopes } from "./identity/protected-resource.ts";
import { createLog, type Log } from "./observe/logger.ts";

export interface ServeOptions {
  /** Variables; none but these are looked at. */
  environment?: Environment;
  /** Values that stand before the variables, by the setting they stand for. */
  flags?: Flags;
  /** Every caller is the local user. Loopback only. */
  local?: boolean;
  isTerminal?: boolean;
  /** Connectors besides those that are chosen by name. */
  extraConnectors?: readonly Connector[];
  /** Connections besides those of the environment. */
  extraConnections?: readonly GivenConnection[];
  log?: Log;
}

export interface RunningServer {
  /** Where the server is, without a path: `http://127.0.0.1:7000`. */
  url: string;
  port: number;
  connectors: readonly Connector[];
  fairlead: Fairlead;
  log: Log;
  /** Stops accepting, lets the actions under way finish, then closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the whole server and resolves when it listens. Throws a `ConfigError`, or the `EADDRINUSE` of the port.
 *
 * @example
 * const server = await startServe({ environment: { PORT: "0" }, local: true });
 */
export async function startServe(options: ServeOptions = {}): Promise<RunningServer> {
  const loaded = await loadConfig({ environment: {}, ...options, mode: "serve" });
  return startLoaded(loaded, options);
}

/** The same, of a configuration that was read before. */
export async function startLoaded(
  { config, connectors, warnings }: Loaded,
  options: Pick<ServeOptions, "extraConnections" | "log"> = {},
): Promise<RunningServer> {
  const log = options.log ?? createLog(config.log);
  for (const warning of warnings) log.warn({}, formatWarning(warning));
  const health = createHealth(connectors);
  let listeningAt: string | undefined;
  const reachedAt = () => {
    const url = config.publicUrl ?? listeningAt;
    if (url === undefined) throw new Error("The server does not listen yet.");
    return url;
  };
  const built = await build({
    ...config,
    reachedAt,
    connectors,
    connections: [...config.connections, ...(options.extraConnections ?? [])],
    log,
    loadMetrics: async (sources) => {
      const { createMetrics } = await import("./observe/metrics.ts");
      return createMetrics(sources);
    },
    onEvent: health.observe,
    approveAt: (plan_id) =>
      config.signIn.issuer === undefined ? undefined : `${reachedAt()}/approve/${plan_id}`,
  });
  const addressOf = createAddressOf(config.trustedProxies, config.proxyHeader);
  const resources = createProtectedResources({
    publicUrl: config.publicUrl,
    issuers: config.engine.identity.issuers?.map(({ issuer }) => issuer) ?? [],
    connectors,
  });
  const challenge: HttpGround["challenge"] = (error, view) =>
    challengeOf(error, {
      metadataUrl: resources.metadataUrl(view?.endpoint ?? "/api"),
      scopes: readScopes(view?.connectors ?? connectors),
    });
  const { admin, state, agents, signIns } = built;
  const others = lazyApp({
    ...{
      config,
      health,
      log,
      built,
      admin,
      state,
      agents,
      signIns,
      addressOf,
      challenge,
      resources,
    },
  });
  const http = { ...config.http, addressOf, challenge };
  const server = await startHttpServer(built.fairlead, http, others, log).catch(
    async (error: unknown) => {
      await built.close();
      throw error;
    },
  );
  const url = urlOf(config.http.host, server.port);
  listeningAt = url;
  log.info({ url, connectors: connectors.map(({ id }) => id) }, "listening");
  return {
    url,
    port: server.port,
    connectors,
    fairlead: built.fairlead,
    log,
    close: () => close(server, built, health, log),
  };
}

async function close(server: HttpServer, built: Built, health: Health, log: Log): Promise<void> {
  health.startDraining();
  log.info({ calls_under_way: built.fairlead.callsUnderWay }, "stopping");
  await server.close();
  log.info({}, "stopped");
  await built.close();
}

/** Everything but `/mcp` is loaded with the first request for it: a server that only speaks MCP never pays. */
function lazyApp(
  parts: Omit<AppParts, "fairlead" | "metrics"> & { built: Built },
): RequestListener {
  const { fairlead, metrics } = parts.built;
  let loading: Promise<RequestListener> | undefined;
  return (req, res) => {
    loading ??= import("./http/app.ts").then(({ createApp }) =>
      createApp({ ...parts, fairlead, metrics }),
    );
    loading.then(
      (listener) => listener(req, res),
      (error: unknown) => {
        parts.log.error({ err: error }, "the pages besides /mcp could not be loaded");
        res.writeHead(500).end();
      },
    );
  };
}

function urlOf(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
