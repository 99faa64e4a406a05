import { sql } from "kysely";
import type { StoredPrincipal } from "../records.ts";
import type { Store } from "../store.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import { atomically, requireRow } from "./rows.ts";
import type { Db, PrincipalRow } from "./tables.ts";

export function createPrincipals(db: Db): Store["principals"] {
  return {
    async insert(principal) {
      await db.insertInto("principals").values(toRow(principal)).execute();
    },
    async update(principal) {
      const { id, tenant_id, ...rest } = toRow(principal);
      const result = await db
        .updateTable("principals")
        .set(rest)
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      requireRow(result, "principal");
    },
    async find(tenant_id, id) {
      const row = await db
        .selectFrom("principals")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async findBySubject(issuer, subject) {
      const row = await db
        .selectFrom("principals")
        .selectAll()
        .where("issuer", "=", issuer)
        .where("subject", "=", subject)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(tenant_id, page) {
      const after = parseCursor(page.cursor, ["number", "string"]);
      let query = db
        .selectFrom("principals")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("created_at")
        .orderBy("id")
        .limit(limitOf(page) + 1);
      if (after !== undefined)
        query = query.where(sql<boolean>`(created_at, id) > (${after[0]}, ${after[1]})`);
      const rows = (await query.execute()).map(fromRow);
      return toPage(rows, page, ({ created_at, id }) => [created_at, id]);
    },
    async delete(tenant_id, id) {
      await atomically(db, async (tx) => {
        await tx
          .deleteFrom("activity")
          .where("tenant_id", "=", tenant_id)
          .where("principal_id", "=", id)
          .execute();
        // Keys, sign-ins and key pairs refer to it and go with it.
        await tx
          .deleteFrom("principals")
          .where("tenant_id", "=", tenant_id)
          .where("id", "=", id)
          .execute();
      });
    },
  };
}

function toRow(principal: StoredPrincipal): PrincipalRow {
  return { ...principal, roles: JSON.stringify(principal.roles) };
}

function fromRow(row: PrincipalRow): StoredPrincipal {
  return { ...row, roles: JSON.parse(row.roles) };
}
