import type { Db } from "@fairlead/core/storage/sql/tables";
import { sql } from "kysely";

/** Months ahead for which there is a table already. */
const AHEAD = 2;
/** Any number; the same in every replica. */
const LOCK = 7_239_460_118;

/**
 * Keeps one table per month for the audit: those of the months to come are made in time, and one whose events have all
 * lapsed is dropped, which gives its space back. What falls into no month stays in `audit_other`.
 */
export async function keepPartitions(db: Db, now: number): Promise<void> {
  const wanted = Array.from({ length: AHEAD + 1 }, (_, month) => monthOf(now, month));
  const there = await partitionsOf(db);
  const missing = wanted.filter(({ table }) => !there.includes(table));
  const past = there.filter((table) => /^audit_\d/.test(table) && table < monthOf(now, 0).table);
  for (const month of missing) await add(db, month);
  for (const table of past) await dropIfEmpty(db, table);
}

interface Month {
  table: string;
  from: number;
  to: number;
}

function monthOf(now: number, ahead: number): Month {
  const date = new Date(now);
  const start = (offset: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset);
  const from = start(ahead);
  const table = `audit_${new Date(from).toISOString().slice(0, 7).replace("-", "_")}`;
  return { table, from, to: start(ahead + 1) };
}

async function partitionsOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ table: string }>`select child.relname as "table" from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'audit'::regclass order by child.relname`.execute(db);
  return rows.map(({ table }) => table);
}

async function add(db: Db, { table, from, to }: Month): Promise<void> {
  await alone(db, async (tx) => {
    const name = sql.table(table);
    const hasStrays = await sql`select 1 from audit_other
      where at >= ${from} and at < ${to} limit 1`.execute(tx);
    // Their own table could only be made by moving them; they are found where they are.
    if (hasStrays.rows.length > 0) return;
    await sql`create table if not exists ${name} partition of audit
      for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx);
  });
}

async function dropIfEmpty(db: Db, table: string): Promise<void> {
  const name = sql.table(table);
  const isEmpty = async (on: Db) =>
    (await sql`select 1 from ${name} limit 1`.execute(on)).rows.length === 0;
  await alone(db, async (tx) => {
    if (!(await partitionsOf(tx)).includes(table) || !(await isEmpty(tx))) return;
    // From here on nobody can add to it.
    await sql`lock table ${name} in access exclusive mode`.execute(tx);
    if (await isEmpty(tx)) await sql`drop table ${name}`.execute(tx);
  });
}

/** By one replica at a time. */
async function alone(db: Db, work: (tx: Db) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    await work(tx);
  });
}
