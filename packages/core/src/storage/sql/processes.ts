import type { Store } from "../store.ts";
import type { Db } from "./tables.ts";

export function createProcesses(db: Db): Store["processes"] {
  return {
    async beat(row) {
      const { id: _, ...rest } = row;
      await db
        .insertInto("processes")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doUpdateSet(rest))
        .execute();
    },
    async list(seenSince) {
      const rows = await db
        .selectFrom("processes")
        .selectAll()
        .where("seen_at", ">=", seenSince)
        .orderBy("started_at")
        .orderBy("id")
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async remove(id) {
      await db.deleteFrom("processes").where("id", "=", id).execute();
    },
  };
}
