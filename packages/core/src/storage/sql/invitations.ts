import type { Invitation } from "../records.ts";
import type { Store } from "../store.ts";
import type { Db, InvitationRow } from "./tables.ts";

export function createInvitations(db: Db): Store["invitations"] {
  return {
    async insert(invitation) {
      const row = { ...invitation, roles: JSON.stringify(invitation.roles) };
      await db.insertInto("invitations").values(row).execute();
    },
    async findByHash(hash) {
      const row = await db
        .selectFrom("invitations")
        .selectAll()
        .where("hash", "=", hash)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(tenant_id) {
      const rows = await db
        .selectFrom("invitations")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(fromRow);
    },
    async accept(id, by, at) {
      const { numUpdatedRows } = await db
        .updateTable("invitations")
        .set({ accepted_by: by, accepted_at: at })
        .where("id", "=", id)
        .where("accepted_at", "is", null)
        .where("expires_at", ">", at)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async delete(tenant_id, id) {
      await db
        .deleteFrom("invitations")
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .execute();
    },
  };
}

function fromRow(row: InvitationRow): Invitation {
  return { ...row, roles: JSON.parse(row.roles) };
}
