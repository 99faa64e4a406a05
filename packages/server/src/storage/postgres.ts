import { type Clock, SYSTEM_CLOCK } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import { migrate } from "@fairlead/core/storage/sql/migrations/migrate";
import { createSqlStore } from "@fairlead/core/storage/sql/store";
import type { Db } from "@fairlead/core/storage/sql/tables";
import type { Store } from "@fairlead/core/storage/store";
import { Kysely, sql } from "kysely";
import { keepPartitions } from "./audit-partitions.ts";
import { createPostgresDialect } from "./postgres-dialect.ts";
import { createPool } from "./postgres-pool.ts";

export interface PostgresOptions {
  url: Secret;
  /** Connections to keep at most. */
  poolSize?: number;
  connectTimeoutMs?: number;
  statementTimeoutMs?: number;
  /** Where the tables are, when not where the user's search path leads. */
  schema?: string;
  clock?: Clock;
  /** Is handed the pool's counts, to look at while the store is open. */
  onPool?: (reading: () => PoolReading) => void;
}

export interface PoolReading {
  busy: number;
  idle: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** Another replica may be migrating much. */
export const MIGRATION_TIMEOUT_MS = 600_000;

/** Connects, brings the tables up to date, and keeps the connections. Several replicas may do so at once. */
export async function createPostgresStore(options: PostgresOptions): Promise<Store> {
  const { clock = SYSTEM_CLOCK } = options;
  await usePostgres(
    { ...options, poolSize: 1, statementTimeoutMs: MIGRATION_TIMEOUT_MS },
    async (db) => {
      await migrate(db, "postgres", clock);
      await keepPartitions(db, clock.now());
    },
  );
  const { db, close } = openPostgres(options);
  const sweep = (now: number) => keepPartitions(db, now);
  return createSqlStore({ db, clock, sweep, bytes: () => sizeOf(db), close });
}

/** The database below a store: for migrations, and for looking at it from outside. */
export function openPostgres(options: PostgresOptions): { db: Db; close: () => Promise<void> } {
  const pool = createPool({
    url: options.url.reveal(),
    size: options.poolSize ?? POOL_SIZE,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    statementTimeoutMs: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    schema: options.schema,
  });
  options.onPool?.(() => {
    const { totalCount, idleCount, waitingCount } = pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  });
  let closing: Promise<void> | undefined;
  return {
    db: new Kysely({ dialect: createPostgresDialect(pool) }),
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function sizeOf(db: Db): Promise<number> {
  const { rows } = await sql<{
    bytes: number;
  }>`select pg_database_size(current_database()) as bytes`.execute(db);
  return rows[0]?.bytes ?? 0;
}

/** Opens the database for as long as `use` runs. */
export async function usePostgres<T>(
  options: PostgresOptions,
  use: (db: Db) => Promise<T>,
): Promise<T> {
  const { db, close } = openPostgres(options);
  try {
    return await use(db);
  } finally {
    await close();
  }
}
