import type { Store } from "../store.ts";
import type { Db } from "./tables.ts";

export function createSignIns(db: Db): Store["signIns"] {
  return {
    async insert(signIn) {
      await db.insertInto("sign_ins").values(signIn).execute();
    },
    async find(id) {
      const row = await db
        .selectFrom("sign_ins")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async delete(id) {
      await db.deleteFrom("sign_ins").where("id", "=", id).execute();
    },
    async deleteOf(tenant_id, principal_id) {
      await db
        .deleteFrom("sign_ins")
        .where("tenant_id", "=", tenant_id)
        .where("principal_id", "=", principal_id)
        .execute();
    },
  };
}
