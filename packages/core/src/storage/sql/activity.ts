import { sql } from "kysely";
import type { Store } from "../store.ts";
import { chunksOf, mergedBy } from "./rows.ts";
import type { Db } from "./tables.ts";

export function createActivity(db: Db): Store["activity"] {
  return {
    async find(tenant_id, principal_id) {
      const row = await db
        .selectFrom("activity")
        .select(["first_seen_at", "last_active_at"])
        .where("tenant_id", "=", tenant_id)
        .where("principal_id", "=", principal_id)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async touch(rows) {
      const spans = mergedBy(
        rows.map(({ at, ...who }) => ({ ...who, first_seen_at: at, last_active_at: at })),
        ({ tenant_id, principal_id }) => JSON.stringify([tenant_id, principal_id]),
        (one, other) => ({
          ...one,
          first_seen_at: Math.min(one.first_seen_at, other.first_seen_at),
          last_active_at: Math.max(one.last_active_at, other.last_active_at),
        }),
      );
      for (const chunk of chunksOf(spans, 4)) {
        await db
          .insertInto("activity")
          .values(chunk)
          .onConflict((conflict) =>
            conflict.columns(["tenant_id", "principal_id"]).doUpdateSet({
              first_seen_at: sql`case when excluded.first_seen_at < activity.first_seen_at
                then excluded.first_seen_at else activity.first_seen_at end`,
              last_active_at: sql`case when excluded.last_active_at > activity.last_active_at
                then excluded.last_active_at else activity.last_active_at end`,
            }),
          )
          .execute();
      }
    },
  };
}
