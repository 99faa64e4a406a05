import pg from "pg";
import { breaksConnection, toStoreError } from "./postgres-errors.ts";

export interface PoolOptions {
  url: string;
  size: number;
  /** Milliseconds to wait for a connection, whether for a free or for a new one. */
  connectTimeoutMs: number;
  /** Milliseconds after which the server gives up a statement. */
  statementTimeoutMs: number;
  schema: string | undefined;
}

/** So long past the server's own timeout the connection is taken for dead. */
const ANSWER_GRACE_MS = 2_000;
const INT8 = 20;
const NUMERIC = 1700;

/** Connections that never keep a caller waiting without end. */
export function createPool(options: PoolOptions): pg.Pool {
  const config = {
    connectionString: options.url,
    application_name: "fairlead",
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.statementTimeoutMs + graceOf(options),
    keepAlive: true,
    types: numbersAsNumbers(),
    // The pool waits for what this resolves to; its type leaves that out.
    onConnect: (client: pg.ClientBase) => prepare(client, options),
  };
  const pool = new pg.Pool(config);
  // An idle connection that breaks leaves the pool by itself; the next caller gets another.
  pool.on("error", () => {});
  return pool;
}

function graceOf({ statementTimeoutMs }: PoolOptions): number {
  return Math.min(ANSWER_GRACE_MS, statementTimeoutMs);
}

/** Times and counts are whole numbers far below 2^53. For this pool alone: other users of `pg` keep their texts. */
function numbersAsNumbers(): pg.CustomTypesConfig {
  const overrides = new pg.TypeOverrides();
  overrides.setTypeParser(INT8, Number);
  overrides.setTypeParser(NUMERIC, Number);
  return overrides;
}

async function prepare(client: pg.ClientBase, options: PoolOptions): Promise<void> {
  const { statementTimeoutMs, schema } = options;
  const settings = [
    `set statement_timeout = ${statementTimeoutMs}`,
    // A replica that vanished in a transaction must not keep its locks until TCP notices.
    `set idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
    ...(schema === undefined ? [] : [`set search_path = ${pg.escapeIdentifier(schema)}`]),
  ];
  await client.query(settings.join("; "));
}

/** A connection of the pool for one query or transaction. Its errors are the store's. */
export interface Borrowed {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<Answer<R>>;
  giveBack(): void;
}

export interface Answer<R> {
  command: string;
  rowCount: number;
  rows: R[];
}

export async function borrow(pool: pg.Pool): Promise<Borrowed> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toStoreError(error);
  });
  let broken: unknown;
  // Unheard, the error of a connection that breaks while it is in use would end the process.
  const onError = (error: unknown) => {
    broken ??= error;
  };
  client.on("error", onError);

  return {
    async query<R>(sql: string, parameters: readonly unknown[]) {
      if (broken !== undefined) throw toStoreError(broken);
      try {
        const { command, rowCount, rows } = await client.query(sql, [...parameters]);
        const typed: R[] = rows;
        return { command, rowCount: rowCount ?? 0, rows: typed };
      } catch (error) {
        if (breaksConnection(error)) broken ??= error;
        throw toStoreError(error);
      }
    },
    giveBack() {
      client.off("error", onError);
      client.release(broken !== undefined);
    },
  };
}
