import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { FairleadError } from "../errors.ts";
import { type Clock, SYSTEM_CLOCK } from "../ports.ts";
import { loadSqlite } from "./node-sqlite.ts";
import { migrate } from "./sql/migrations/migrate.ts";
import { createSqliteDialect } from "./sql/sqlite-dialect.ts";
import { createSqlStore } from "./sql/store.ts";
import type { Db } from "./sql/tables.ts";
import type { Store } from "./store.ts";

export interface SqliteOptions {
  /** `full` loses nothing that was answered; `normal` may lose the last moments when the power fails, no more. */
  synchronous?: "normal" | "full";
  /** Milliseconds after which waiting for another transaction or process is given up. */
  lockWaitMs?: number;
  clock?: Clock;
}

const LOCK_WAIT_MS = 5_000;
/** Says in the file's header whose it is; `FLd1`. */
export const APPLICATION_ID = 0x464c6431;

/** Opens a file, or memory with ":memory:", makes what is missing, and brings older records up to date. */
export async function createSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const { db, database } = openSqlite(path, options);
  const { clock = SYSTEM_CLOCK } = options;
  const close = async () => {
    if (database.isOpen) database.close();
  };
  try {
    await migrate(db, "sqlite", clock);
  } catch (error) {
    await close();
    throw error;
  }
  return createSqlStore({ db, clock, bytes: () => sizeOf(db), close });
}

async function sizeOf(db: Db): Promise<number> {
  const { rows } = await sql<{
    bytes: number;
  }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(
    db,
  );
  return rows[0]?.bytes ?? 0;
}

/** The database below a store: for migrations, and for looking at it from outside. */
export function openSqlite(
  path: string,
  options: Omit<SqliteOptions, "clock"> = {},
): { db: Db; database: DatabaseSync } {
  const { synchronous = "normal", lockWaitMs = LOCK_WAIT_MS } = options;
  const database = openFile(path, synchronous);
  return { db: new Kysely({ dialect: createSqliteDialect(database, lockWaitMs) }), database };
}

function openFile(path: string, synchronous: "normal" | "full"): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") createFile(resolve(path));
    database = new DatabaseSync(path);
    prepare(database, path, synchronous);
    return database;
  } catch (error) {
    database?.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError(
      "upstream_unavailable",
      `The records in ${path} cannot be opened: ${why}. Check that the file is Fairlead's and that this user may write it.`,
      { details: { reason: "store" }, cause: error },
    );
  }
}

function prepare(database: DatabaseSync, path: string, synchronous: "normal" | "full"): void {
  // Only while it opens: afterwards waiting is done without holding up the process.
  database.exec(`pragma busy_timeout = ${LOCK_WAIT_MS}`);
  const { application_id: owner } = database.prepare("pragma application_id").get() ?? {};
  if (owner !== 0 && owner !== APPLICATION_ID) throw new Error("it belongs to another program");
  const { journal_mode: mode } = database.prepare("pragma journal_mode = wal").get() ?? {};
  if (path !== ":memory:" && mode !== "wal")
    throw new Error("it cannot have a write-ahead log there, as on a network drive");
  if (owner === 0) database.exec(`pragma application_id = ${APPLICATION_ID}`);
  database.exec(`pragma synchronous = ${synchronous}`);
  database.exec("pragma foreign_keys = on");
  // What is deleted is overwritten: a key that was shredded is not to be found in the file's free pages.
  database.exec("pragma secure_delete = on");
  database.exec("pragma journal_size_limit = 67108864");
  database.exec("pragma busy_timeout = 0");
}

/** Made before SQLite would, so that nobody else can read it; its log gets the same rights. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
}
