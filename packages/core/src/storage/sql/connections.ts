import { FairleadError } from "../../errors.ts";
import type { StoredConnection } from "../records.ts";
import type { Store } from "../store.ts";
import type { ConnectionRow, Db } from "./tables.ts";

export function createConnections(db: Db): Store["connections"] {
  return {
    async insert(connection) {
      await db.insertInto("connections").values(toRow(connection)).execute();
    },
    async update(connection) {
      const { id, tenant_id, ...rest } = toRow(connection);
      const { numUpdatedRows } = await db
        .updateTable("connections")
        .set(rest)
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .where("version", "=", rest.version - 1)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) return;
      throw new FairleadError(
        "conflict",
        `Connection ${id} was changed or deleted meanwhile. Read it again, then repeat the change.`,
        { details: { reason: "version" } },
      );
    },
    async find(tenant_id, id) {
      const row = await db
        .selectFrom("connections")
        .selectAll()
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(tenant_id, connector) {
      let query = db
        .selectFrom("connections")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("connector")
        .orderBy("label");
      if (connector !== undefined) query = query.where("connector", "=", connector);
      return (await query.execute()).map(fromRow);
    },
    async listSealedWith(data_key_id) {
      // A data key belongs to one tenant, whose connections are few; its id stands in what it sealed.
      const rows = await db
        .selectFrom("connections")
        .selectAll()
        .where("tenant_id", "=", (from) =>
          from.selectFrom("data_keys").select("tenant_id").where("id", "=", data_key_id),
        )
        .where("sealed_credential", "is not", null)
        .execute();
      return rows
        .filter(({ sealed_credential }) => sealed_credential?.includes(data_key_id))
        .map(fromRow);
    },
    async delete(tenant_id, id) {
      await db
        .deleteFrom("connections")
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .execute();
    },
  };
}

function toRow(connection: StoredConnection): ConnectionRow {
  return { ...connection, settings: JSON.stringify(connection.settings) };
}

function fromRow(row: ConnectionRow): StoredConnection {
  return { ...row, settings: JSON.parse(row.settings) };
}
