import type { Db } from "./tables.ts";

const HOUR_MS = 3_600_000;
/** A process beats every few seconds; this one is gone. */
const PROCESS_MS = 10 * 60_000;

export async function sweep(db: Db, now: number): Promise<void> {
  await db.deleteFrom("sign_ins").where("expires_at", "<=", now).execute();
  await db.deleteFrom("invitations").where("expires_at", "<=", now).execute();
  await db.deleteFrom("revocations").where("expires_at", "<=", now).execute();
  await db
    .deleteFrom("processes")
    .where("seen_at", "<", now - PROCESS_MS)
    .execute();
  await db
    .deleteFrom("changes")
    .where("at", "<", now - HOUR_MS)
    // The newest stays, so that whoever slept through all the others meets a number that it did not expect.
    .where("seq", "<", (from) =>
      from.selectFrom("counters").select("value").where("name", "=", "changes"),
    )
    .execute();
}
