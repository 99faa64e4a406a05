import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type pg from "pg";
import { type Borrowed, borrow } from "./postgres-pool.ts";

/** Kysely on a pool of ours. Its own driver would keep a connection that no longer answers. */
export function createPostgresDialect(pool: pg.Pool): Dialect {
  return {
    createDriver: () => createDriver(pool),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

function createDriver(pool: pg.Pool): Driver {
  const borrowed = new WeakMap<DatabaseConnection, Borrowed>();

  async function run(connection: DatabaseConnection, sql: string): Promise<string | undefined> {
    const answer = await borrowed.get(connection)?.query(sql, []);
    return answer?.command;
  }

  return {
    async init() {},
    async acquireConnection() {
      const mine = await borrow(pool);
      const connection = createConnection(mine);
      borrowed.set(connection, mine);
      return connection;
    },
    async releaseConnection(connection) {
      borrowed.get(connection)?.giveBack();
    },
    async beginTransaction(connection) {
      await run(connection, "begin");
    },
    async commitTransaction(connection) {
      const command = await run(connection, "commit");
      // PostgreSQL answers so when an earlier statement failed and somebody went on all the same.
      if (command === "ROLLBACK")
        throw new Error("A statement of this transaction failed; nothing of it is kept.");
    },
    async rollbackTransaction(connection) {
      // What failed says more than this would; and the server rolls back whatever it lost the connection of.
      await run(connection, "rollback").catch(() => {});
    },
    async destroy() {},
  };
}

function createConnection({ query }: Borrowed): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rowCount, rows } = await query<R>(sql, parameters);
      return { rows, numAffectedRows: BigInt(rowCount) };
    },
    // biome-ignore lint/correctness/useYield: the interface asks for it, and nothing here streams
    async *streamQuery() {
      throw new Error("Rows are not streamed.");
    },
  };
}
