import type { Store } from "../store.ts";
import type { Db } from "./tables.ts";

export function createDelegations(db: Db): Store["delegations"] {
  return {
    async insert(delegation) {
      await db.insertInto("delegations").values(delegation).execute();
    },
    async list(tenant_id, { at, to_principal_id }) {
      let query = db
        .selectFrom("delegations")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("expires_at", ">", at)
        .where("created_at", "<=", at)
        .orderBy("created_at")
        .orderBy("id");
      if (to_principal_id !== undefined)
        query = query.where("to_principal_id", "=", to_principal_id);
      return (await query.execute()).map((row) => ({ ...row }));
    },
    async delete(tenant_id, id) {
      await db
        .deleteFrom("delegations")
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .execute();
    },
  };
}
