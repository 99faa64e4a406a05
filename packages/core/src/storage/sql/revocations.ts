import { sql } from "kysely";
import type { Store } from "../store.ts";
import type { Db } from "./tables.ts";

export function createRevocations(db: Db): Store["revocations"] {
  return {
    async add(revocation) {
      await db
        .insertInto("revocations")
        .values(revocation)
        .onConflict((conflict) =>
          conflict.column("id").doUpdateSet({
            expires_at: sql`case when excluded.expires_at > revocations.expires_at
              then excluded.expires_at else revocations.expires_at end`,
          }),
        )
        .execute();
    },
    async has(id) {
      const row = await db
        .selectFrom("revocations")
        .select("id")
        .where("id", "=", id)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
