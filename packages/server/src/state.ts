import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import { type AuditReader, createAuditReader } from "@fairlead/core/audit/reader";
import { LOCAL_TENANT } from "@fairlead/core/identity/principal";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { AuditLog } from "@fairlead/core/observe/audit-log";
import type { Clock, RandomBytes } from "@fairlead/core/ports";
import { type ChangeFeed, createChangeFeed } from "@fairlead/core/storage/change-feed";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { type OpenVault, openVault } from "@fairlead/core/vault/open-vault";
import type { StateConfig } from "./config/state.ts";
import type { Log } from "./observe/logger.ts";
import type { PoolReading } from "./storage/postgres.ts";
import { resolveMasterKeys } from "./vault/master-key.ts";

/** Everything that outlives a call: records, what processes agree on, keys, the audit. */
export interface State {
  readonly store: Store;
  readonly shared: Shared;
  readonly vault: OpenVault;
  readonly changes: ChangeFeed;
  readonly audit: AuditLog;
  readonly reader: AuditReader;
  /** This process, as others know it by its heartbeat. */
  readonly processId: string;
  /** Connections to PostgreSQL; undefined with the embedded store. */
  readonly pool: (() => PoolReading) | undefined;
  /** Why this process should get no traffic; undefined while all is well. */
  unready(): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface StateParts {
  config: StateConfig;
  log: Log;
  clock: Clock;
  random: RandomBytes;
  auditRetentionDays: number;
  /** Hears what the audit hears. */
  onEvent?: (event: AuditEvent) => void;
  /** Whether others count this process as one of theirs: yes, but for a command that ends by itself. */
  beats?: boolean;
}

const BEAT_MS = 5_000;
const SWEEP_MS = 300_000;
/** A process that has not been seen for so long is gone. */
const GONE_MS = 20_000;

/** Opens what the configuration names: SQLite and the machine itself, or PostgreSQL and Redis. */
export async function openState(parts: StateParts): Promise<State> {
  const { config, log, clock, random } = parts;
  if (config.directory !== undefined) mkdirSync(config.directory, { recursive: true, mode: 0o700 });
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const { keys, madeFile } = await resolveMasterKeys({
      ...(config.encryptionKey === undefined ? {} : { key: config.encryptionKey }),
      ...(config.keyCommand === undefined ? {} : { command: config.keyCommand }),
      ...(config.directory === undefined ? {} : { directory: config.directory }),
      previous: config.previousKeys,
      isDatabaseShared: config.databaseUrl !== undefined,
      random,
    });
    if (madeFile !== undefined) log.info({ file: madeFile }, "made a master key; back it up");
    const { store, pool } = await openStore(parts);
    opened.push(() => store.close());
    const shared = await openShared(parts);
    opened.push(() => shared.close());
    const changes = await createChangeFeed(store, shared, clock, log.child("changes"));
    opened.push(() => changes.close());
    const vault = await openVault({
      ...{ store, clock, random, changes },
      masterKeys: keys,
      logger: log.child("vault"),
    });
    opened.push(() => vault.close());
    await ensureLocalTenant(store, clock);
    const processId = random(8).toString("hex");
    const audit = createAuditLog({
      ...{ store, shared, clock, random, processId },
      derive: vault.derive,
      retentionDays: parts.auditRetentionDays,
      logger: log.child("audit"),
      ...(parts.onEvent === undefined ? {} : { onEvent: parts.onEvent }),
    });
    opened.push(() => audit.close());
    const reader = createAuditReader({ store, clock, derive: vault.derive });
    const heart = startHeart({
      ...{ store, shared, clock, log, processId },
      beats: parts.beats ?? true,
    });
    opened.push(() => heart.stop());
    return {
      store,
      shared,
      vault,
      changes,
      audit,
      reader,
      processId,
      pool,
      unready: heart.unready,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface OpenedStore {
  store: Store;
  pool: (() => PoolReading) | undefined;
}

async function openStore({ config }: StateParts): Promise<OpenedStore> {
  if (config.databaseUrl !== undefined) {
    const { createPostgresStore } = await import("./storage/postgres.ts");
    let pool: OpenedStore["pool"];
    const onPool = (reading: () => PoolReading) => {
      pool = reading;
    };
    const given = { url: config.databaseUrl, poolSize: config.poolSize, onPool };
    const store = await createPostgresStore(given);
    return { store, pool };
  }
  const path = config.directory === undefined ? ":memory:" : join(config.directory, "fairlead.db");
  return {
    store: await createSqliteStore(path, { synchronous: config.synchronous }),
    pool: undefined,
  };
}

async function openShared({ config, clock, log }: StateParts): Promise<Shared> {
  if (config.redisUrl !== undefined) {
    const { createRedisShared } = await import("./storage/redis-shared.ts");
    const { redisUrl: url, redisPrefix: prefix } = config;
    return createRedisShared({
      ...{ url, logger: log.child("redis") },
      ...(prefix === undefined ? {} : { prefix }),
    });
  }
  if (config.directory === undefined || config.databaseUrl !== undefined) {
    return createMemoryShared(clock);
  }
  const { createJoinedShared } = await import("@fairlead/core/storage/joined-shared");
  const path = join(config.directory, "shared.db");
  return createJoinedShared({ path, clock, logger: log.child("shared") });
}

/** Two processes may do it at once; who comes second finds it there. */
async function ensureLocalTenant(store: Store, clock: Clock): Promise<void> {
  if ((await store.tenants.find(LOCAL_TENANT)) !== undefined) return;
  const tenant = {
    ...{ id: LOCAL_TENANT, name: "local", status: "active" as const },
    ...{ tier: null, repository: null, created_at: clock.now() },
  };
  await store.tenants.insert(tenant).catch(async (error: unknown) => {
    if ((await store.tenants.find(LOCAL_TENANT)) === undefined) throw error;
  });
}

interface HeartParts {
  store: Store;
  shared: Shared;
  clock: Clock;
  log: Log;
  processId: string;
  beats: boolean;
}

/** Lets other processes know of this one, and tells when they do not agree on limits with it. */
function startHeart({ store, shared, clock, log, processId, beats }: HeartParts) {
  const startedAt = clock.now();
  let stopTimer = () => {};
  let stopped = false;
  let sweptAt = startedAt;

  async function beat(): Promise<void> {
    const now = clock.now();
    await store.processes.beat({
      ...{ id: processId, host: hostname(), pid: process.pid, shared: reachOf(shared) },
      ...{ started_at: startedAt, seen_at: now },
    });
    if (now - sweptAt < SWEEP_MS) return;
    sweptAt = now;
    await store.sweep(now);
  }

  function next(): void {
    stopTimer = clock.after(BEAT_MS, () => {
      void tryBeat().then(() => {
        if (!stopped) next();
      });
    });
  }

  const tryBeat = () =>
    beat().catch((error: unknown) => log.warn({ err: error }, "the store cannot be reached"));

  if (beats) {
    void tryBeat();
    next();
  }
  return {
    async unready(): Promise<string | undefined> {
      try {
        await store.check();
        const alive = await store.processes.list(clock.now() - GONE_MS);
        const others = alive.filter(({ shared: other }) => other !== reachOf(shared));
        if (others.length === 0 && (reachOf(shared) !== "memory" || alive.length <= 1)) {
          return undefined;
        }
        return "Other processes use the same records and do not share limits with this one. Set the same REDIS_URL on all of them.";
      } catch {
        return "The store cannot be reached.";
      }
    },
    async stop(): Promise<void> {
      stopped = true;
      stopTimer();
      if (beats) await store.processes.remove(processId).catch(() => {});
    },
  };
}

function reachOf(shared: Shared): string {
  const { reach } = shared;
  return reach === "memory" || reach === "file"
    ? reach
    : createHash("sha256").update(reach).digest("hex").slice(0, 12);
}
