import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { LRUCache } from "lru-cache";
import { TAKE_BACK } from "./attempt.ts";
import { isBusy, toStoreError } from "./sqlite-errors.ts";
import { storeAway } from "./store-errors.ts";
import { createTurn } from "./turn.ts";

const MAX_STATEMENTS = 300;
/** Long enough for the other process to end its transaction, short enough to let others run meanwhile. */
const BUSY_PAUSE_MS = 3;

/**
 * Kysely on `node:sqlite`: one connection, used in turn, since what two callers do on it would end up in one
 * transaction. Nothing waits longer than `lockWaitMs` for its turn or for another process.
 */
export function createSqliteDialect(database: DatabaseSync, lockWaitMs: number): Dialect {
  return {
    createDriver: () => createDriver(database, lockWaitMs),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TurnTakingAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** Kysely's own turn would wait for ever. */
class TurnTakingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function createDriver(database: DatabaseSync, lockWaitMs: number): Driver {
  const turn = createTurn(lockWaitMs);
  const execute = createExecutor(database);
  let begun = false;
  let failed = false;

  async function executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // As PostgreSQL has it, so that nothing works here that does not work there.
    if (failed && sql !== TAKE_BACK)
      throw new Error("A statement of this transaction failed; nothing of it is kept.");
    try {
      const result = await patiently(lockWaitMs, () => execute<R>(sql, parameters));
      if (sql === TAKE_BACK) failed = false;
      return result;
    } catch (error) {
      // Also where SQLite has ended it by itself, as a full disk makes it do: the rest would be kept one by one.
      failed = begun;
      throw toStoreError(error);
    }
  }

  const connection: DatabaseConnection = {
    executeQuery,
    // biome-ignore lint/correctness/useYield: the interface asks for it, and nothing here streams
    async *streamQuery() {
      throw new Error("Rows are not streamed.");
    },
  };
  return {
    async init() {},
    async acquireConnection() {
      if (!(await turn.take())) throw storeAway(new Error("A transaction went on for too long."));
      return connection;
    },
    async releaseConnection() {
      turn.end();
    },
    // As a writer from the start: one that becomes a writer later may find that it read what is no longer so.
    async beginTransaction() {
      await executeQuery(CompiledQuery.raw("begin immediate"));
      begun = true;
    },
    async commitTransaction() {
      await executeQuery(CompiledQuery.raw("commit"));
      begun = false;
    },
    async rollbackTransaction() {
      begun = false;
      failed = false;
      // A full disk has ended it already.
      if (database.isOpen && database.isTransaction) database.exec("rollback");
    },
    async destroy() {},
  };
}

/** SQLite itself would wait with the whole process, in which the one that holds the lock may have to run. */
async function patiently<T>(waitMs: number, run: () => T): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(BUSY_PAUSE_MS);
  }
}

/** Statements are compiled once. */
function createExecutor(database: DatabaseSync) {
  const statements = new LRUCache<string, Prepared>({ max: MAX_STATEMENTS });

  function prepare(sql: string): Prepared {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const prepared = { statement, gives: statement.columns().length > 0 };
    statements.set(sql, prepared);
    return prepared;
  }

  return <R>(sql: string, parameters: readonly unknown[]): QueryResult<R> => {
    const { statement, gives } = prepare(sql);
    const values = parameters.map(toInput);
    // The columns are what the tables say they are: they are strict.
    if (gives) return { rows: statement.all(...values) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
  };
}

interface Prepared {
  statement: StatementSync;
  gives: boolean;
}

function toInput(value: unknown): SQLInputValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`A ${typeof value} cannot be kept.`);
  }
}
