import { type RawBuilder, SqliteAdapter, sql } from "kysely";
import { FairleadError } from "../../errors.ts";
import type { AuditRow } from "../records.ts";
import type { Store } from "../store.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import { atomically } from "./rows.ts";
import { insertMissing } from "./statements.ts";
import type { Db } from "./tables.ts";

type HeadsQuery = Parameters<Store["audit"]["heads"]>[0];

const COLUMNS = [
  "chain",
  "seq",
  "tenant_id",
  "at",
  "body",
  "prev_hash",
  "hash",
] satisfies (keyof AuditRow)[];
/** Rows in one statement. Statements are kept, one for each number of rows: more would save little and take memory. */
const PIECE = 64;

/** Every chain's name, by one step in the index per chain: a scan would read every event there is. */
const CHAINS = sql`chains(chain) as (
  select min(chain) from audit
  union all
  select (select min(a.chain) from audit a where a.chain > chains.chain) from chains where chains.chain is not null
)`;

/** Those of a tenant in the same way; those that moved by the events since, which are few. */
function chainsOf({ tenant_id, moved_since }: NonNullable<HeadsQuery>, isOneFile: boolean) {
  if (moved_since === undefined) {
    return tenant_id === undefined || isOneFile ? CHAINS : chainsOfTenant(tenant_id);
  }
  if (tenant_id === undefined && isOneFile) return chainsOfEach(moved_since);
  const ofTenant = tenant_id === undefined ? sql`` : sql`tenant_id = ${tenant_id} and `;
  // An expression, lest the index by chain be read from one end to the other to find them in order.
  return sql`chains(chain) as (
    select distinct chain || '' from audit where ${ofTenant}at >= ${moved_since}
  )`;
}

function chainsOfTenant(tenant_id: string): RawBuilder<unknown> {
  return sql`chains(chain) as (
    select min(chain) from audit where tenant_id = ${tenant_id}
    union all
    select (select min(a.chain) from audit a where a.tenant_id = ${tenant_id} and a.chain > chains.chain)
      from chains where chains.chain is not null
  )`;
}

/** What moved, tenant by tenant: the one index by time there is begins with the tenant. */
function chainsOfEach(moved_since: number): RawBuilder<unknown> {
  return sql`owners(id) as (
    select min(tenant_id) from audit
    union all
    select (select min(a.tenant_id) from audit a where a.tenant_id > owners.id)
      from owners where owners.id is not null
  ), chains(chain) as (
    select distinct a.chain || '' from owners
    join audit a on a.tenant_id = owners.id and a.at >= ${moved_since}
  )`;
}

export function createAudit(db: Db): Store["audit"] {
  // One file has two indexes less. What they are for happens once a minute and when somebody asks, and may take a
  // moment; every event would pay for them, a third of what it costs to write it.
  const isOneFile = db.getExecutor().adapter instanceof SqliteAdapter;

  return {
    async append(rows) {
      if (rows.length > 0) await append(db, rows);
    },
    async readChain(chain, fromSeq, limit) {
      const rows = await db
        .selectFrom("audit")
        .selectAll()
        .where("chain", "=", chain)
        .where("seq", ">=", fromSeq)
        .orderBy("seq")
        .limit(limitOf({ limit }))
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async list(tenant_id, query) {
      const before = parseCursor(query.cursor, ["number", "string", "number"]);
      let select = db
        .selectFrom("audit")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("at", "desc")
        .orderBy("chain", "desc")
        .orderBy("seq", "desc")
        .limit(limitOf(query) + 1);
      if (query.from !== undefined) select = select.where("at", ">=", query.from);
      if (query.to !== undefined) select = select.where("at", "<", query.to);
      if (before !== undefined)
        select = select.where(sql<boolean>`(at, chain, seq) < (${sql.join(before)})`);
      const rows = (await select.execute()).map((row) => ({ ...row }));
      return toPage(rows, query, ({ at, chain, seq }) => [at, chain, seq]);
    },
    async heads(query = {}) {
      const { rows } = await sql<{ chain: string; tenant_id: string; seq: number; hash: string }>`
        with recursive ${chainsOf(query, isOneFile)}
        select a.chain, a.tenant_id, a.seq, a.hash from chains
        join audit a on a.chain = chains.chain
          and a.seq = (select max(b.seq) from audit b where b.chain = chains.chain)
          ${query.tenant_id === undefined ? sql`` : sql`and a.tenant_id = ${query.tenant_id}`}
        order by a.chain`.execute(db);
      return rows.map((row) => ({ ...row }));
    },
    async redact(rows) {
      if (rows.length === 0) return;
      await atomically(db, async (tx) => {
        for (const { chain, seq, body } of rows) {
          await tx
            .updateTable("audit")
            .set({ body })
            .where("chain", "=", chain)
            .where("seq", "=", seq)
            .execute();
        }
      });
    },
    async deleteBefore(at) {
      let deleted = 0;
      for (const { chain } of await chainsBegunBefore(db, at)) deleted += await cut(db, chain, at);
      return deleted;
    },
    async putCheckpoint(checkpoint) {
      await db.insertInto("audit_checkpoints").values(checkpoint).execute();
    },
    async listCheckpoints(page) {
      const after = parseCursor(page.cursor, ["number"]);
      let query = db
        .selectFrom("audit_checkpoints")
        .selectAll()
        .orderBy("seq")
        .limit(limitOf(page) + 1);
      if (after !== undefined) query = query.where("seq", ">", after[0]);
      const rows = (await query.execute()).map((row) => ({ ...row }));
      return toPage(rows, page, ({ seq }) => [seq]);
    },
    async lastCheckpoint() {
      const row = await db
        .selectFrom("audit_checkpoints")
        .selectAll()
        .where("seq", "=", (from) =>
          from.selectFrom("audit_checkpoints").select((eb) => eb.fn.max("seq").as("seq")),
        )
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async readCheckpoints(fromSeq, limit) {
      const rows = await db
        .selectFrom("audit_checkpoints")
        .selectAll()
        .where("seq", ">=", fromSeq)
        .orderBy("seq")
        .limit(limitOf({ limit }))
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async deleteCheckpointsBefore(seq) {
      await db.deleteFrom("audit_checkpoints").where("seq", "<", seq).execute();
    },
  };
}

async function append(db: Db, rows: readonly AuditRow[]): Promise<void> {
  await atomically(db, async (tx) => {
    for (let at = 0; at < rows.length; at += PIECE)
      await appendMissing(tx, rows.slice(at, at + PIECE));
  });
}

/** A link that is there already is the same one, sent again after an answer was lost; another in its place is a fork. */
async function appendMissing(db: Db, rows: readonly AuditRow[]): Promise<void> {
  const values: unknown[] = [];
  for (const row of rows) for (const column of COLUMNS) values.push(row[column]);
  const inserted = await insertMissing(db, "audit", COLUMNS, values);
  if (inserted === BigInt(rows.length)) return;
  for (const row of rows) await requireSame(db, row);
}

async function requireSame(db: Db, { chain, seq, hash }: AuditRow): Promise<void> {
  const there = await db
    .selectFrom("audit")
    .select("hash")
    .where("chain", "=", chain)
    .where("seq", "=", seq)
    .execute();
  if (there.length === 1 && there[0]?.hash === hash) return;
  throw new FairleadError("conflict", `Chain ${chain} has another link at ${seq} already.`, {
    details: { reason: "fork" },
  });
}

async function chainsBegunBefore(db: Db, at: number): Promise<{ chain: string }[]> {
  const { rows } = await sql<{ chain: string }>`with recursive ${CHAINS}
    select chains.chain from chains where chains.chain is not null
      and (select a.at from audit a where a.chain = chains.chain order by a.seq limit 1) < ${at}`.execute(
    db,
  );
  return rows;
}

/** Only what stands before the first event that has to be kept: a clock may have stepped back meanwhile. */
async function cut(db: Db, chain: string, at: number): Promise<number> {
  const kept = await db
    .selectFrom("audit")
    .select("seq")
    .where("chain", "=", chain)
    .where("at", ">=", at)
    .orderBy("seq")
    .limit(1)
    .executeTakeFirst();
  let query = db.deleteFrom("audit").where("chain", "=", chain);
  // Not all of it, even without one to keep: its writer may be appending this moment.
  query = kept === undefined ? query.where("at", "<", at) : query.where("seq", "<", kept.seq);
  const { numDeletedRows } = await query.executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
