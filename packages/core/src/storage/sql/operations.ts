import { type RawBuilder, sql } from "kysely";
import { ENDED_STATES } from "../../operations/operation-of.ts";
import type { Store } from "../store.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import { pageSealedWith } from "./sealed.ts";
import { insertRow, updateRows } from "./statements.ts";
import type { Db } from "./tables.ts";

const SEALED = ["sealed_result", "sealed_call"] as const;
/** In the words of the index that holds these alone. */
const HAS_NOT_ENDED: RawBuilder<boolean> = sql`state not in ('completed', 'failed', 'cancelled')`;

export function createOperations(db: Db): Store["operations"] {
  return {
    async insert(operation) {
      await insertRow(db, "operations", operation);
    },
    async find(tenant_id, id) {
      const row = await db
        .selectFrom("operations")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async list(tenant_id, query) {
      const before = parseCursor(query.cursor, ["number", "string"]);
      const { principal_id, states, tool, from, to } = query;
      let select = db
        .selectFrom("operations")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("created_at", "desc")
        .orderBy("id", "desc")
        .limit(limitOf(query) + 1);
      if (principal_id !== undefined) select = select.where("principal_id", "=", principal_id);
      if (states !== undefined) {
        if (states.length === 0) return { items: [], next_cursor: null };
        select = select.where("state", "in", states);
        if (!states.some((state) => ENDED_STATES.has(state))) select = select.where(HAS_NOT_ENDED);
      }
      if (tool !== undefined) select = select.where("tool", "=", tool);
      if (from !== undefined) select = select.where("created_at", ">=", from);
      if (to !== undefined) select = select.where("created_at", "<", to);
      if (before !== undefined)
        select = select.where(sql<boolean>`(created_at, id) < (${before[0]}, ${before[1]})`);
      const rows = (await select.execute()).map((row) => ({ ...row }));
      return toPage(rows, query, ({ created_at, id }) => [created_at, id]);
    },
    async update(operation) {
      // What never changes stays out: SQLite would write the indexes of it anew.
      const { tenant_id, id, principal_id, connector, connection_id, tool, created_at, ...rest } =
        operation;
      const stored = { tenant_id, id, version: rest.version - 1 };
      return (await updateRows(db, "operations", rest, stored)) > 0n;
    },
    async due(now, limit) {
      const rows = await dueAt(db, now)
        .selectAll()
        .orderBy("due_at")
        .limit(limitOf({ limit }))
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async backlog(now) {
      const { waiting, oldest_due_at } = await dueAt(db, now)
        .select(({ fn }) => [
          fn.countAll<number>().as("waiting"),
          fn.min("due_at").as("oldest_due_at"),
        ])
        .executeTakeFirstOrThrow();
      return { waiting, oldest_due_at };
    },
    async findByPlan(tenant_id, plan_id) {
      const row = await db
        .selectFrom("operations")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("plan_id", "=", plan_id)
        // An expression, lest the tenant's operations be read in order until it is met.
        .orderBy(sql`created_at + 0`, "desc")
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    listSealedWith: (data_key_id, page) =>
      pageSealedWith(db, { table: "operations", fields: SEALED }, data_key_id, page),
    async reseal({ tenant_id, id, version }, { sealed_result, sealed_call }) {
      const { numUpdatedRows } = await db
        .updateTable("operations")
        // Whoever still has the old text in hand would write it back with the next change.
        .set({ sealed_result, sealed_call, version: version + 1 })
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .where("version", "=", version)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function dueAt(db: Db, now: number) {
  return db
    .selectFrom("operations")
    .where("due_at", "<=", now)
    .where(({ eb, or }) => or([eb("claimed_until", "is", null), eb("claimed_until", "<=", now)]));
}
