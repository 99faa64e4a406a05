import { sql } from "kysely";
import type { Clock } from "../../ports.ts";
import type { Store } from "../store.ts";
import { limitOf } from "./page.ts";
import { atomically } from "./rows.ts";
import type { Db } from "./tables.ts";

export function createChanges(db: Db, clock: Clock): Store["changes"] {
  return {
    append: (change) =>
      atomically(db, async (tx) => {
        // Whoever counts on holds the row until it commits, so numbers come in the order of commits, and what is
        // rolled back leaves no hole.
        const { value: seq } = await tx
          .updateTable("counters")
          .set({ value: sql`value + 1` })
          .where("name", "=", "changes")
          .returning("value")
          .executeTakeFirstOrThrow();
        await tx
          .insertInto("changes")
          .values({ ...change, seq, at: clock.now() })
          .execute();
        return seq;
      }),
    async since(seq, limit) {
      const rows = await db
        .selectFrom("changes")
        .select(["seq", "tenant_id", "topic", "ref"])
        .where("seq", ">", seq)
        .orderBy("seq")
        .limit(limitOf({ limit }))
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async last() {
      const { value } = await db
        .selectFrom("counters")
        .select("value")
        .where("name", "=", "changes")
        .executeTakeFirstOrThrow();
      return value;
    },
  };
}
