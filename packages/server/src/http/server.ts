import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Logger } from "@fairlead/core/ports";
import { createDoor, type DoorConfig } from "./door.ts";
import { createOpenStreams } from "./exchange.ts";
import { createMcpHandler } from "./mcp.ts";
import { createPush } from "./push.ts";
import { sendJson } from "./respond.ts";
import { createRoute } from "./route.ts";
import { createSessions } from "./session.ts";

export interface HttpConfig {
  host: string;
  port: number;
  door: Omit<DoorConfig, "loopback">;
  maxBodyBytes: number;
  maxConnections: number;
  maxStreams: number;
  /** Milliseconds a client may take to send its headers, and its whole request. */
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  keepAliveTimeoutMs: number;
  /** Milliseconds for the calls under way at shutdown. */
  drainMs: number;
}

export interface HttpServer {
  port: number;
  /** Stops accepting, lets the calls under way finish, then closes. */
  close(): Promise<void>;
}

/** Serves `/mcp*` straight from node:http; every other path goes to `others`. */
export async function startHttpServer(
  fairlead: Fairlead,
  config: HttpConfig,
  others: RequestListener,
  logger: Logger,
): Promise<HttpServer> {
  const sessions = await createSessions(fairlead);
  const push = await createPush(fairlead);
  const streams = createOpenStreams(config.maxStreams);
  const loopback = isLoopback(config.host);
  const handleMcp = createMcpHandler({
    ground: { fairlead, sessions, push, streams, maxBodyBytes: config.maxBodyBytes },
    door: createDoor({ ...config.door, loopback }),
    route: createRoute(fairlead),
    addressOf: (req) => req.socket.remoteAddress ?? "",
  });
  let draining = false;

  const server = createServer((req, res) => {
    if (draining) res.shouldKeepAlive = false;
    if (!isMcp(req)) return others(req, res);
    handleMcp(req, res).catch((error: unknown) => {
      logger.error({ err: error }, "a request could not be answered");
      if (!res.headersSent) sendJson(res, 500, INTERNAL_ERROR);
      else res.destroy();
    });
  });
  server.headersTimeout = config.headersTimeoutMs;
  server.requestTimeout = config.requestTimeoutMs;
  server.keepAliveTimeout = config.keepAliveTimeoutMs;
  server.maxConnections = config.maxConnections;
  await listen(server, config.host, config.port);

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      streams.endAll();
      const { aborted } = await fairlead.drain(config.drainMs);
      if (aborted > 0) logger.warn({ aborted }, "calls were still under way at shutdown");
      // Answers that were just written still have to leave.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
      server.closeAllConnections();
      await closed;
      sessions.close();
      push.close();
    },
  };
}

const INTERNAL_ERROR = JSON.stringify({
  jsonrpc: "2.0",
  error: { code: -32603, message: "Internal server error" },
  id: null,
});

function isMcp({ url = "" }: IncomingMessage): boolean {
  if (!url.startsWith("/mcp")) return false;
  const next = url.charCodeAt(4);
  return Number.isNaN(next) || next === 0x2f || next === 0x3f;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
