import type { DataKey } from "../records.ts";
import type { Store } from "../store.ts";
import { limitOf } from "./page.ts";
import { requireRow } from "./rows.ts";
import type { DataKeyRow, Db } from "./tables.ts";

export function createDataKeys(db: Db): Store["dataKeys"] {
  return {
    async insert(key) {
      await db.insertInto("data_keys").values(toRow(key)).execute();
    },
    async update(key) {
      const { id, tenant_id, ...rest } = toRow(key);
      const result = await db
        .updateTable("data_keys")
        .set(rest)
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .executeTakeFirstOrThrow();
      requireRow(result, "data key");
    },
    async list(tenant_id) {
      const rows = await db
        .selectFrom("data_keys")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(fromRow);
    },
    async listNotWrappedBy(master_key_id, limit) {
      const rows = await db
        .selectFrom("data_keys")
        .selectAll()
        // Said as two ranges, because no index answers "other than".
        .where((eb) =>
          eb.or([eb("master_key_id", "<", master_key_id), eb("master_key_id", ">", master_key_id)]),
        )
        .limit(limitOf({ limit }))
        .execute();
      return rows.map(fromRow);
    },
    async delete(tenant_id, id) {
      await db
        .deleteFrom("data_keys")
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .execute();
    },
  };
}

function toRow(key: DataKey): DataKeyRow {
  return { ...key, active: key.active ? 1 : 0 };
}

function fromRow(row: DataKeyRow): DataKey {
  return { ...row, active: row.active === 1 };
}
