import type { Store } from "../store.ts";
import { pageSealedWith } from "./sealed.ts";
import type { Db } from "./tables.ts";

export function createUndos(db: Db): Store["undos"] {
  return {
    async insert(undo) {
      await db.insertInto("undos").values(undo).execute();
    },
    async find(tenant_id, id) {
      const row = await db
        .selectFrom("undos")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    async findByJournal(tenant_id, journal_id) {
      const row = await db
        .selectFrom("undos")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("journal_id", "=", journal_id)
        .executeTakeFirst();
      return row === undefined ? undefined : { ...row };
    },
    listSealedWith: (data_key_id, page) =>
      pageSealedWith(db, { table: "undos", fields: ["sealed_arguments"] }, data_key_id, page),
    async reseal({ tenant_id, id, sealed_arguments }, sealed) {
      const { numUpdatedRows } = await db
        .updateTable("undos")
        .set({ sealed_arguments: sealed.sealed_arguments })
        .where("tenant_id", "=", tenant_id)
        .where("id", "=", id)
        .where("sealed_arguments", "=", sealed_arguments)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}
