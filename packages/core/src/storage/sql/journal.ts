import { type RawBuilder, sql } from "kysely";
import type { Store } from "../store.ts";
import type { JournalRow } from "../write-records.ts";
import { unlessTaken } from "./attempt.ts";
import { limitOf } from "./page.ts";
import { pageSealedWith } from "./sealed.ts";
import { insertRow, updateRows } from "./statements.ts";
import type { Db } from "./tables.ts";

const SEALED = ["sealed_arguments", "sealed_state", "sealed_outcome"] as const;
/** In the words of the index that holds these alone. */
const IS_OPEN: RawBuilder<boolean> = sql`state in ('intended', 'sent', 'unknown')`;

export function createJournal(db: Db): Store["journal"] {
  const of = (tenant_id: string) =>
    db.selectFrom("journal").selectAll().where("tenant_id", "=", tenant_id);

  return {
    async add(row) {
      return (await insertRow(db, "journal", row, "on conflict do nothing")) > 0n;
    },
    async find(tenant_id, id) {
      return copied(await of(tenant_id).where("id", "=", id).executeTakeFirst());
    },
    async findByKey(tenant_id, principal_id, key) {
      const query = of(tenant_id).where("principal_id", "=", principal_id).where("key", "=", key);
      return copied(await query.executeTakeFirst());
    },
    async findByPlan(tenant_id, plan_id) {
      return copied(await of(tenant_id).where("plan_id", "=", plan_id).executeTakeFirst());
    },
    async findOpen(tenant_id, request_hash) {
      const query = of(tenant_id).where("request_hash", "=", request_hash).where(IS_OPEN);
      return copied(await query.limit(1).executeTakeFirst());
    },
    async findByLane(tenant_id, lane) {
      return copied(await of(tenant_id).where("lane", "=", lane).executeTakeFirst());
    },
    async move(tenant_id, id, from, to) {
      const move = async () =>
        (await updateRows(db, "journal", to, { tenant_id, id, state: from })) > 0n;
      const { open_hash = null, lane = null } = to;
      // Only what takes a place can find it taken; everything else is one statement.
      return open_hash === null && lane === null ? move() : unlessTaken(db, move);
    },
    async due(now, limit) {
      const rows = await db
        .selectFrom("journal")
        .selectAll()
        .where("check_at", "<=", now)
        .orderBy("check_at")
        .limit(limitOf({ limit }))
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    listSealedWith: (data_key_id, page) =>
      pageSealedWith(db, { table: "journal", fields: SEALED }, data_key_id, page),
    async reseal({ tenant_id, id, sealed_arguments, sealed_state, sealed_outcome }, sealed) {
      const { numUpdatedRows } = await db
        .updateTable("journal")
        .set({
          sealed_arguments: sealed.sealed_arguments,
          sealed_state: sealed.sealed_state,
          sealed_outcome: sealed.sealed_outcome,
        })
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .where("sealed_arguments", "=", sealed_arguments)
        .where("sealed_state", "is not distinct from", sealed_state)
        .where("sealed_outcome", "is not distinct from", sealed_outcome)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function copied(row: JournalRow | undefined): JournalRow | undefined {
  return row === undefined ? undefined : { ...row };
}
