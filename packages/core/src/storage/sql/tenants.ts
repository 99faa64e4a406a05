import { sql } from "kysely";
import type { Store } from "../store.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import { atomically, requireRow } from "./rows.ts";
import type { Db } from "./tables.ts";

/** What a tenant that is no record can have, too, and which therefore does not refer to it. */
const BY_NAME = [
  "activity",
  "usage_hours",
  // With the approvals of each.
  "plans",
  "journal",
  "operations",
  "undos",
  "effect_counts",
] as const;

export function createTenants(db: Db): Store["tenants"] {
  return {
    async insert(tenant) {
      await db.insertInto("tenants").values(tenant).execute();
    },
    async update({ id, ...rest }) {
      const result = await db
        .updateTable("tenants")
        .set(rest)
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      requireRow(result, "tenant");
    },
    async find(id) {
      const row = await db
        .selectFrom("tenants")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async findByName(name) {
      const row = await db
        .selectFrom("tenants")
        .selectAll()
        .where("name", "=", name)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async list(page) {
      const after = parseCursor(page.cursor, ["number", "string"]);
      let query = db
        .selectFrom("tenants")
        .selectAll()
        .orderBy("created_at")
        .orderBy("id")
        .limit(limitOf(page) + 1);
      if (after !== undefined)
        query = query.where(sql<boolean>`(created_at, id) > (${after[0]}, ${after[1]})`);
      const rows = (await query.execute()).map((row) => ({ ...row }));
      return toPage(rows, page, ({ created_at, id }) => [created_at, id]);
    },
    async lock(id) {
      // Takes the row's lock on PostgreSQL, and lets pass what only refers to it; on SQLite whoever writes is alone.
      const result = await db
        .updateTable("tenants")
        .set({ status: sql`status` })
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      requireRow(result, "tenant");
    },
    async delete(id) {
      await atomically(db, async (tx) => {
        // Whatever else is left somewhere, without these it cannot be opened.
        await tx.deleteFrom("data_keys").where("tenant_id", "=", id).execute();
        for (const table of BY_NAME)
          await tx.deleteFrom(table).where("tenant_id", "=", id).execute();
        // Every other row it owns refers to it and goes with it, also one that is being inserted at this moment.
        await tx.deleteFrom("tenants").where("id", "=", id).execute();
      });
    },
  };
}
