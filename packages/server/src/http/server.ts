import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { Chain } from "@fairlead/core/call/chain";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Logger } from "@fairlead/core/ports";
import { isLoopback } from "../config/loopback.ts";
import { createDoor, type DoorConfig } from "./door.ts";
import { createOpenStreams, type HttpGround } from "./exchange.ts";
import { createMcpHandler } from "./mcp.ts";
import { createPush } from "./push.ts";
import { sendJson } from "./respond.ts";
import { createRoute } from "./route.ts";
import { createSessions } from "./session.ts";

/** How often node:http looks for connections that are too slow; by default it does so every 30 s. */
const MAX_CHECK_MS = 5_000;

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
  /** The client's address: the socket's, or what a trusted proxy says. */
  addressOf: (req: IncomingMessage) => string;
  challenge: HttpGround["challenge"];
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
    ground: {
      ...{ fairlead, sessions, push, streams },
      maxBodyBytes: config.maxBodyBytes,
      challenge: config.challenge,
    },
    door: createDoor({ ...config.door, loopback }),
    route: createRoute(fairlead),
    addressOf: config.addressOf,
  });
  const sockets = new Set<Socket>();
  const underWay = new Chain<ServerResponse>();
  let draining = false;

  const connectionsCheckingInterval = Math.min(MAX_CHECK_MS, config.headersTimeoutMs / 2);
  const server = createServer({ connectionsCheckingInterval }, (req, res) => {
    if (draining) res.shouldKeepAlive = false;
    const link = underWay.add(res);
    if (!isMcp(req)) {
      res.once("close", () => underWay.remove(link));
      return others(req, res);
    }
    handleMcp(req, res).then(
      () => underWay.remove(link),
      (error: unknown) => {
        underWay.remove(link);
        answerFailure(res, error, logger);
      },
    );
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
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
      const { clock } = fairlead;
      const after = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
      const end = clock.now() + config.drainMs;
      // The close of node:http would also cut off an answer that is on its way to a slow reader.
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(server, () => resolve());
      });
      for (const res of underWay) if (!res.headersSent) res.shouldKeepAlive = false;
      streams.endAll();
      // A request counts from its arrival: its call may not have begun.
      await Promise.race([allAnswered(underWay), after(config.drainMs)]);
      const { aborted } = await fairlead.drain(Math.max(0, end - clock.now()));
      if (aborted > 0) logger.warn({ aborted }, "calls were still under way at shutdown");
      const busy = new Set([...underWay].map(({ socket }) => socket));
      for (const socket of sockets) if (!busy.has(socket)) socket.end();
      // What was written still has to leave.
      await Promise.race([closed, after(1_000)]);
      server.closeAllConnections();
      await closed;
      sessions.close();
      push.close();
    },
  };
}

async function allAnswered(underWay: Iterable<ServerResponse>): Promise<void> {
  for (;;) {
    const open = [...underWay].filter((res) => !res.closed);
    if (open.length === 0) return;
    await Promise.all(
      open.map((res) => new Promise<void>((resolve) => res.once("close", () => resolve()))),
    );
  }
}

function answerFailure(res: ServerResponse, error: unknown, logger: Logger): void {
  // What is nested deeper than the stack is the sender's mistake, and no line of the log.
  const isTooDeep = error instanceof RangeError && error.message.includes("call stack");
  if (!isTooDeep) logger.error({ err: error }, "a request could not be answered");
  if (res.headersSent) res.destroy();
  else if (isTooDeep) sendJson(res, 400, TOO_DEEP);
  else sendJson(res, 500, INTERNAL_ERROR);
}

const TOO_DEEP = JSON.stringify({
  jsonrpc: "2.0",
  error: { code: -32600, message: "Invalid Request: the body is nested too deeply" },
  id: null,
});

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

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
