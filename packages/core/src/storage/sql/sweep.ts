import { setImmediate as letOthersRun } from "node:timers/promises";
import { sql } from "kysely";
import type { Db } from "./tables.ts";

const HOUR_MS = 3_600_000;
/** A process beats every few seconds; this one is gone. */
const PROCESS_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
/** Two years and a little over two months: a month can be held against the same one of the two years before. */
const COUNTS_MS = 800 * DAY_MS;
/** A tenant that only headers brought has nobody to delete it: what is known of it goes after a quarter. */
const DERIVED_MS = 90 * DAY_MS;
/** A year of writes, and time to look into the last one. */
const JOURNAL_MS = 400 * DAY_MS;
/** When it is looked again whether the journal still names a plan. */
const PLAN_AGAIN_MS = 30 * DAY_MS;
/** Rows deleted by one statement at most: nobody waits long for a table of which much lapses at once. */
const PIECE = 1_000;

export async function sweep(db: Db, now: number): Promise<void> {
  await db.deleteFrom("sign_ins").where("expires_at", "<=", now).execute();
  await db.deleteFrom("invitations").where("expires_at", "<=", now).execute();
  await db.deleteFrom("revocations").where("expires_at", "<=", now).execute();
  await db
    .deleteFrom("processes")
    .where("seen_at", "<", now - PROCESS_MS)
    .execute();
  await db
    .deleteFrom("changes")
    .where("at", "<", now - HOUR_MS)
    // The newest stays, so that whoever slept through all the others meets a number that it did not expect.
    .where("seq", "<", (from) =>
      from.selectFrom("counters").select("value").where("name", "=", "changes"),
    )
    .execute();
  await sweepWrites(db, now);
  await sweepCounts(db, now);
}

async function sweepWrites(db: Db, now: number): Promise<void> {
  await deleteUpTo(db, "journal", "ended_at", now - JOURNAL_MS - 1);
  await deleteUpTo(db, "operations", "expires_at", now);
  await deleteUpTo(db, "undos", "expires_at", now);
  await db.deleteFrom("delegations").where("expires_at", "<=", now).execute();
  await db.deleteFrom("effect_counts").where("expires_at", "<=", now).execute();
  await db
    .updateTable("plans")
    .set({ look_at: now + PLAN_AGAIN_MS })
    .where("look_at", "<=", now)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("journal")
          .select("journal.id")
          .whereRef("journal.tenant_id", "=", "plans.tenant_id")
          .whereRef("journal.plan_id", "=", "plans.id"),
      ),
    )
    .execute();
  await deleteUpTo(db, "plans", "look_at", now);
}

/** Piece by piece. */
async function deleteUpTo(
  db: Db,
  table: "journal" | "operations" | "undos" | "plans",
  column: string,
  at: number,
): Promise<void> {
  for (;;) {
    const { numAffectedRows = 0n } = await sql`delete from ${sql.table(table)}
      where (tenant_id, id) in (
        select tenant_id, id from ${sql.table(table)} where ${sql.ref(column)} <= ${at} limit ${PIECE}
      )`.execute(db);
    if (numAffectedRows < BigInt(PIECE)) return;
    await letOthersRun();
  }
}

async function sweepCounts(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom("usage_hours")
    .where("hour", "<", now - COUNTS_MS)
    .execute();
  await db
    .deleteFrom("activity")
    .where("last_active_at", "<", now - COUNTS_MS)
    .execute();
  const before = now - DERIVED_MS;
  for (const tenant_id of await derivedIn(db, "usage_hours")) {
    await db
      .deleteFrom("usage_hours")
      .where("tenant_id", "=", tenant_id)
      .where("hour", "<", before)
      .execute();
  }
  for (const tenant_id of await derivedIn(db, "activity")) {
    await db
      .deleteFrom("activity")
      .where("tenant_id", "=", tenant_id)
      .where("last_active_at", "<", before)
      .execute();
  }
}

/** Tenants of these rows that are no record, by one step in the index per tenant. */
async function derivedIn(db: Db, table: "usage_hours" | "activity"): Promise<string[]> {
  const from = sql.table(table);
  const { rows } = await sql<{ id: string }>`with recursive owners(id) as (
      select min(tenant_id) from ${from}
      union all
      select (select min(n.tenant_id) from ${from} n where n.tenant_id > owners.id)
        from owners where owners.id is not null
    )
    select owners.id from owners where owners.id is not null
      and not exists (select 1 from tenants where tenants.id = owners.id)`.execute(db);
  return rows.map(({ id }) => id);
}
