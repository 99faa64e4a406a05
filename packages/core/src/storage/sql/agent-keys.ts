import type { Store } from "../store.ts";
import { requireRow } from "./rows.ts";
import type { Db } from "./tables.ts";

export function createAgentKeys(db: Db): Store["agentKeys"] {
  return {
    async insert(key) {
      await db.insertInto("agent_keys").values(key).execute();
    },
    async update({ address, public_key, tenant_id, ...rest }) {
      const result = await db
        .updateTable("agent_keys")
        .set(rest)
        .where("address", "=", address)
        .where("public_key", "=", public_key)
        .where("tenant_id", "=", tenant_id)
        .executeTakeFirstOrThrow();
      requireRow(result, "key pair");
    },
    async find(address, public_key) {
      const row = await db
        .selectFrom("agent_keys")
        .selectAll()
        .where("address", "=", address)
        .where("public_key", "=", public_key)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async list(tenant_id, principal_id) {
      const rows = await db
        .selectFrom("agent_keys")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("principal_id", "=", principal_id)
        .orderBy("created_at")
        .orderBy("public_key")
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async listSealedWith(data_key_id) {
      // A data key belongs to one tenant; its id stands in what it sealed.
      const rows = await db
        .selectFrom("agent_keys")
        .selectAll()
        .where("tenant_id", "=", (from) =>
          from.selectFrom("data_keys").select("tenant_id").where("id", "=", data_key_id),
        )
        .where("sealed_delegation", "is not", null)
        .execute();
      return rows
        .filter(({ sealed_delegation }) => sealed_delegation?.includes(data_key_id))
        .map((row) => ({ ...row }));
    },
    async reseal({ tenant_id, address, public_key, sealed_delegation }, sealed) {
      const { numUpdatedRows } = await db
        .updateTable("agent_keys")
        .set({ sealed_delegation: sealed })
        .where("address", "=", address)
        .where("public_key", "=", public_key)
        .where("tenant_id", "=", tenant_id)
        .where("sealed_delegation", "=", sealed_delegation)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}
