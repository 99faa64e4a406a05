import type { StoredPolicy } from "../records.ts";
import type { Store } from "../store.ts";
import { requireRow } from "./rows.ts";
import type { Db, PolicyRow } from "./tables.ts";

export function createPolicies(db: Db): Store["policies"] {
  return {
    async insert(policy) {
      await db.insertInto("policies").values(toRow(policy)).execute();
    },
    async update(policy) {
      const { id, tenant_id, ...rest } = toRow(policy);
      const result = await db
        .updateTable("policies")
        .set(rest)
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .executeTakeFirstOrThrow();
      requireRow(result, "policy");
    },
    async list(tenant_id) {
      const rows = await db
        .selectFrom("policies")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("name")
        .execute();
      return rows.map((row) => ({ ...row, enabled: row.enabled === 1 }));
    },
    async delete(tenant_id, id) {
      await db
        .deleteFrom("policies")
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .execute();
    },
  };
}

function toRow(policy: StoredPolicy): PolicyRow {
  return { ...policy, enabled: policy.enabled ? 1 : 0 };
}
