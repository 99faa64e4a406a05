import { randomBytes } from "node:crypto";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import type { GivenConnection } from "@fairlead/core/connections/connections";
import type { Connector } from "@fairlead/core/connector";
import { createFairlead, type EngineConfig, type Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryQueue } from "@fairlead/core/storage/memory-queue";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createMasterKey } from "@fairlead/core/vault/master-key";
import { openVault } from "@fairlead/core/vault/open-vault";
import { type HttpConfig, startHttpServer } from "fairlead/http/server";
import { challengeOf } from "fairlead/identity/challenge";
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
  /** Callers by the token they show; without any everybody is the local user. */
  people?: Readonly<Record<string, Principal>>;
  given?: readonly GivenConnection[];
}

export const UNLIMITED = { capacity: 1_000_000_000, refillPerSecond: 1_000_000_000 };
const MASTER_KEY = "a master key that all replicas know";

/** The real HTTP server on a free port, on loopback, with its log kept. */
export async function start(options: StartOptions): Promise<Running> {
  const { people } = options;
  const lines: string[] = [];
  const log = createLog(
    { level: "debug", modules: {}, readable: false, batched: false },
    { write: (line) => void lines.push(line) },
  );
  const clock = SYSTEM_CLOCK;
  const shared = options.shared ?? createMemoryShared(clock);
  const store = options.store ?? (await createSqliteStore(":memory:"));
  const changes = await createChangeFeed(store, shared, clock, log);
  const vault = await openVault({
    ...{ store, changes, clock, random: randomBytes, logger: log },
    masterKeys: { current: createMasterKey(Buffer.from(MASTER_KEY), randomBytes), others: [] },
  });
  const processId = randomBytes(8).toString("hex");
  const auditLog = createAuditLog({
    ...{ store, clock, random: randomBytes, processId, derive: vault.derive, logger: log },
    onEvent: (event) => log.audit(event),
  });
  const fairlead = createFairlead({
    config: {
      identity: { trustLocal: people === undefined, headerCredentials: people === undefined },
      callerBucket: UNLIMITED,
      addressBucket: UNLIMITED,
      degradedFraction: 0.1,
      deadlineMs: 10_000,
      resultTokenBudget: 20_000,
      readonly: false,
      ...options.engine,
    },
    ...{ store, shared, vault, changes, clock, random: randomBytes, logger: log },
    queue: createMemoryQueue(clock),
    connectors: options.connectors,
    given: options.given ?? [],
    egress: {
      fetch: () => Promise.reject(new Error("No test here reaches outside.")),
      connect: () => Promise.reject(new Error("No test here reaches outside.")),
      close: async () => {},
    },
    ...{ recorder: { record: (event) => log.audit(event) }, auditLog, processId, works: true },
    ways: [
      async (token) => {
        const principal = people?.[token];
        return principal === undefined ? undefined : { principal };
      },
    ],
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
      addressOf: (req) => req.socket.remoteAddress ?? "",
      challenge: (error) => challengeOf(error),
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
      vault.close();
      changes.close();
      if (options.store === undefined) await store.close();
    },
  };
}
