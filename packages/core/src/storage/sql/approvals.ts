import type { Store } from "../store.ts";
import type { Db } from "./tables.ts";

export function createApprovals(db: Db): Store["approvals"] {
  return {
    async add(approval) {
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto("approvals")
        .values(approval)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },
    async listOf(tenant_id, plan_id) {
      const rows = await db
        .selectFrom("approvals")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("plan_id", "=", plan_id)
        .orderBy("at")
        .orderBy("principal_id")
        .execute();
      return rows.map((row) => ({ ...row }));
    },
  };
}
