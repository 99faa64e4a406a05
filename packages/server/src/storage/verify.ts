import type { DatabaseSync } from "node:sqlite";
import { FairleadError } from "@fairlead/core/errors";
import { loadSqlite } from "@fairlead/core/storage/node-sqlite";
import { requireKnown } from "@fairlead/core/storage/sql/migrations/migrate";
import { APPLICATION_ID } from "@fairlead/core/storage/sqlite";

/** What a file of records holds. */
export interface Contents {
  /** Steps that its tables have been brought up to date by. */
  migrations: readonly string[];
  /** Rows of each table. */
  rows: Readonly<Record<string, number>>;
}

/**
 * Reads a whole file and makes sure that it is what it should be. Throws `invalid_input` for another program's file or
 * a damaged one, `conflict` for one that a newer version wrote.
 */
export function verifyFile(path: string): Contents {
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    requireSound(database, path);
    const contents = contentsOf(database);
    requireKnown(contents.migrations);
    return contents;
  } catch (error) {
    if (error instanceof FairleadError) throw error;
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  } finally {
    database?.close();
  }
}

/** Counts within the transaction at hand, if there is one. */
export function contentsOf(database: DatabaseSync): Contents {
  const tables = texts(
    database,
    "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name",
  );
  const rows = tables.map((table) => {
    const { count } = database.prepare(`select count(*) as count from "${table}"`).get() ?? {};
    return [table, Number(count)] as const;
  });
  const migrations = texts(database, "select name from migrations order by name");
  return { migrations, rows: Object.fromEntries(rows) };
}

function requireSound(database: DatabaseSync, path: string): void {
  const { application_id: owner } = database.prepare("pragma application_id").get() ?? {};
  if (owner !== APPLICATION_ID) throw unusable(path, "it was not written by Fairlead");
  const found = database.prepare("pragma integrity_check(3)").all();
  const faults = found.map((row) => String(row.integrity_check)).filter((text) => text !== "ok");
  if (faults.length > 0) throw unusable(path, `it is damaged: ${faults.join("; ").slice(0, 300)}`);
  const orphans = database.prepare("pragma foreign_key_check").all();
  if (orphans.length > 0) throw unusable(path, "it is damaged: records refer to others it lacks");
}

function texts(database: DatabaseSync, sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name));
}

function unusable(path: string, why: string, cause?: unknown): FairleadError {
  return new FairleadError(
    "invalid_input",
    `${path} cannot be used: ${why}. Take another backup.`,
    cause === undefined ? {} : { cause },
  );
}
