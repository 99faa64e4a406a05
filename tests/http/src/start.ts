import { randomBytes } from "node:crypto";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createMemoryStore } from "@fairlead/core/storage/memory-store";
import type { Shared } from "@fairlead/core/storage/shared";
import type { Store } from "@fairlead/core/storage/store";
import { type HttpConfig, startHttpServer } from "fairlead/http/server";
import { createLog } from "fairlead/observe/logger";

export interface Running {
  port: number;
  fairlead: Fairlead;
  /** Every line logged, from debug up. */
  log(): string;
  close(): Promise<void>;
}

export interface StartOptions {
  connectors: readonly Connector[];
  http?: Partial<HttpConfig>;
  engine?: Partial<EngineConfig>;
  /** State that several replicas have in common. */
  shared?: Shared;
  store?: Store;
}

export const UNLIMITED = { capacity: 1_000_000_000, refillPerSecond: 1_000_000_000 };
export const MASTER_KEY = "a master key that all replicas know";

/** The real HTTP server on a free port, on loopback, with its log kept. */
export async function start(options: StartOptions): Promise<Running> {
  const lines: string[] = [];
  const log = createLog(
    { level: "debug", modules: {}, readable: false, batched: false },
    { write: (line) => void lines.push(line) },
  );
  const shared = options.shared ?? createMemoryShared(SYSTEM_CLOCK);
  const fairlead = createFairlead({
    config: {
      identity: { trustLocal: true, headerCredentials: true },
      masterKey: new Secret(MASTER_KEY),
      callerBucket: UNLIMITED,
      addressBucket: UNLIMITED,
      deadlineMs: 10_000,
      resultTokenBudget: 20_000,
      readonly: false,
      ...options.engine,
    },
    store: options.store ?? createMemoryStore(),
    shared,
    queue: createMemoryQueue(SYSTEM_CLOCK),
    connectors: options.connectors,
    clock: SYSTEM_CLOCK,
    random: randomBytes,
    fetch: () => Promise.reject(new Error("No test here reaches outside.")),
    logger: log,
    recorder: { record: (event) => log.audit(event) },
  });
  const server = await startHttpServer(
    fairlead,
    {
      host: "127.0.0.1",
      port: 0,
      door: { allowedHosts: [], allowedOrigins: [] },
      maxBodyBytes: 1_048_576,
      maxConnections: 1_000,
      maxStreams: 100,
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 20_000,
      keepAliveTimeoutMs: 5_000,
      drainMs: 5_000,
      ...options.http,
    },
    (_req, res) => res.writeHead(404).end(),
    log,
  );
  return {
    port: server.port,
    fairlead,
    log: () => lines.join(""),
    async close() {
      await server.close();
      await fairlead.close();
    },
  };
}
