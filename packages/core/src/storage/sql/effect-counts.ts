import { sql } from "kysely";
import type { Store } from "../store.ts";
import type { Db } from "./tables.ts";

export function createEffectCounts(db: Db): Store["effectCounts"] {
  return {
    async spend({ tenant_id, principal_id, budget, period, expires_at }, amount, limit) {
      if (amount > 0) {
        if (amount > limit) return false;
        const { numInsertedOrUpdatedRows = 0n } = await db
          .insertInto("effect_counts")
          .values({ tenant_id, principal_id, budget, period, expires_at, used: amount })
          .onConflict((conflict) =>
            conflict
              .columns(["tenant_id", "period", "principal_id", "budget"])
              .doUpdateSet({ used: sql`effect_counts.used + excluded.used` })
              .where(sql`effect_counts.used + excluded.used`, "<=", limit),
          )
          .executeTakeFirstOrThrow();
        return numInsertedOrUpdatedRows > 0n;
      }
      await db
        .updateTable("effect_counts")
        .set({ used: sql`case when used > ${-amount} then used - ${-amount} else 0 end` })
        .where("tenant_id", "=", tenant_id)
        .where("period", "=", period)
        .where("principal_id", "=", principal_id)
        .where("budget", "=", budget)
        .execute();
      return true;
    },
    async list(tenant_id, periods) {
      if (periods.length === 0) return [];
      const rows = await db
        .selectFrom("effect_counts")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("period", "in", periods)
        .execute();
      return rows.map((row) => ({ ...row }));
    },
  };
}
