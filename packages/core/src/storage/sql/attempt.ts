import { sql } from "kysely";
import { FairleadError } from "../../errors.ts";
import type { Db } from "./tables.ts";

/** SQLite's driver knows by it that what failed before is gone. */
export const TAKE_BACK = "rollback to savepoint attempt";

/** A part of a transaction that can be taken back alone. Names may repeat: the innermost counts. */
export async function attempt<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  const run = (command: string) => sql.raw(command).execute(tx);
  await run("savepoint attempt");
  try {
    const result = await work();
    // Refused by both databases when a statement failed, whatever `work` made of that.
    await run("release savepoint attempt");
    return result;
  } catch (error) {
    // Where this fails, the transaction is over; what failed first says more.
    await run(TAKE_BACK)
      .then(() => run("release savepoint attempt"))
      .catch(() => {});
    throw error;
  }
}

/** False when an id or a unique name was taken; a transaction goes on. */
export async function unlessTaken(db: Db, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await (db.isTransaction ? attempt(db, work) : work());
  } catch (error) {
    if (error instanceof FairleadError && error.details?.reason === "taken") return false;
    throw error;
  }
}
