import { sql } from "kysely";
import type { Store } from "../store.ts";
import type { PlanRow } from "../write-records.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import { pageSealedWith } from "./sealed.ts";
import type { Db, KeptPlan } from "./tables.ts";

/** So long a plan can be looked at after it lapsed. */
const KEEP_MS = 86_400_000;

export function createPlans(db: Db): Store["plans"] {
  return {
    async insert(plan) {
      const row = { ...plan, look_at: plan.expires_at + KEEP_MS };
      await db.insertInto("plans").values(row).execute();
    },
    async find(tenant_id, id) {
      const row = await db
        .selectFrom("plans")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(tenant_id, query) {
      const before = parseCursor(query.cursor, ["number", "string"]);
      const { principal_id, open_at } = query;
      let select = db
        .selectFrom("plans")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .limit(limitOf(query) + 1);
      if (principal_id !== undefined) select = select.where("principal_id", "=", principal_id);
      if (before !== undefined)
        select = select.where(sql<boolean>`(created_at, id) < (${before[0]}, ${before[1]})`);
      if (open_at === undefined)
        select = select.orderBy("created_at", "desc").orderBy("id", "desc");
      else
        select = select
          .where("expires_at", ">", open_at)
          .where("denied_at", "is", null)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("journal")
                  .select("journal.id")
                  .whereRef("journal.tenant_id", "=", "plans.tenant_id")
                  .whereRef("journal.plan_id", "=", "plans.id"),
              ),
            ),
          )
          // An expression, lest all that lapsed be read to find in order the few that did not.
          .orderBy(sql`created_at + 0`, "desc")
          .orderBy("id", "desc");
      const rows = (await select.execute()).map(fromRow);
      return toPage(rows, query, ({ created_at, id }) => [created_at, id]);
    },
    async deny(tenant_id, id, at) {
      const { numUpdatedRows } = await db
        .updateTable("plans")
        .set({ denied_at: at })
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .where("denied_at", "is", null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async listSealedWith(data_key_id, page) {
      const fields = ["sealed_arguments", "sealed_state"] as const;
      const found = await pageSealedWith(db, { table: "plans", fields }, data_key_id, page);
      return { ...found, items: found.items.map(fromRow) };
    },
    async reseal({ tenant_id, id, sealed_arguments, sealed_state }, sealed) {
      const { numUpdatedRows } = await db
        .updateTable("plans")
        .set({
          sealed_arguments: sealed.sealed_arguments,
          sealed_state: sealed.sealed_state,
        })
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .where("sealed_arguments", "=", sealed_arguments)
        .where("sealed_state", "is not distinct from", sealed_state)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function fromRow({ look_at: _, ...plan }: KeptPlan): PlanRow {
  return plan;
}
