import { sql } from "kysely";
import { FairleadError } from "../../../errors.ts";
import type { Clock } from "../../../ports.ts";
import type { Db } from "../tables.ts";
import { records } from "./0001-records.ts";
import { writes } from "./0002-writes.ts";
import { type DialectName, type Migration, WORDS } from "./migration.ts";

/** In their order. */
export const MIGRATIONS: readonly Migration[] = [records, writes];

/** Any number; the same in every process that migrates a PostgreSQL database. */
const LOCK = 7_239_460_117;

/**
 * Brings a database to what this program knows, all steps or none, one process at a time. Resolves with the names of
 * the steps made. Throws `conflict`, reason `newer`, for a database that a later version has migrated.
 */
export async function migrate(
  db: Db,
  dialect: DialectName,
  clock: Clock,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    // SQLite's transaction is the lock already: it begins as a writer.
    if (dialect === "postgres") await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    await sql
      .raw(
        `create table if not exists migrations (name ${WORDS[dialect].text} primary key, applied_at ${WORDS[dialect].int} not null)`,
      )
      .execute(tx);
    const pending = pendingOf(await appliedTo(tx), migrations);
    for (const { name, statements } of pending) {
      for (const statement of statements(WORDS[dialect])) await sql.raw(statement).execute(tx);
      await tx.insertInto("migrations").values({ name, applied_at: clock.now() }).execute();
    }
    return pending.map(({ name }) => name);
  });
}

/** Steps that a database still lacks; all of them for an empty one. Changes nothing. */
export async function findPending(
  db: Db,
  dialect: DialectName,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  const isThere =
    dialect === "postgres"
      ? sql<{ found: unknown }>`select to_regclass('migrations') as found`
      : sql<{
          found: unknown;
        }>`select name as found from sqlite_master where type = 'table' and name = 'migrations'`;
  const { rows } = await isThere.execute(db);
  const isEmpty = (rows[0]?.found ?? null) === null;
  return pendingOf(isEmpty ? [] : await appliedTo(db), migrations).map(({ name }) => name);
}

async function appliedTo(db: Db): Promise<string[]> {
  const rows = await db.selectFrom("migrations").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

function pendingOf(applied: readonly string[], migrations: readonly Migration[]): Migration[] {
  requireKnown(applied, migrations);
  return migrations.filter(({ name }) => !applied.includes(name));
}

/** Throws `conflict`, reason `newer`, when a database has steps behind it that this program does not know. */
export function requireKnown(
  applied: readonly string[],
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  const unknown = applied.filter((name) => !migrations.some((known) => known.name === name));
  if (unknown.length === 0) return;
  throw new FairleadError(
    "conflict",
    `The records are newer than this program: they have ${unknown.join(", ")}. Run a version that knows this, or restore a backup made before.`,
    { details: { reason: "newer" } },
  );
}
