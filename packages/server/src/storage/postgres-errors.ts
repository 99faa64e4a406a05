import { FairleadError } from "@fairlead/core/errors";
import { collided, ownerMissing, storeAway, taken } from "@fairlead/core/storage/sql/store-errors";
import pg from "pg";

/** What errors of PostgreSQL mean to a caller (postgresql.org/docs/current/errcodes-appendix.html). */
export function toStoreError(error: unknown): unknown {
  if (error instanceof FairleadError) return error;
  // Whatever is no answer of the server is about the way to it: a refused or broken connection, a timeout.
  if (!(error instanceof pg.DatabaseError)) return storeAway(error);
  const { code = "" } = error;
  if (code === "23505") return taken(error);
  if (code === "23503") return ownerMissing(error);
  if (code === "40001" || code === "40P01") return collided(error);
  if (code === "22021" || code === "22P05") return unreadable(error);
  return isAway(code) ? storeAway(error) : error;
}

/** Whether a connection is of no more use after this error. */
export function breaksConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const { code = "" } = error;
  return code.startsWith("08") || code.startsWith("57P") || code === "25P03";
}

function isAway(code: string): boolean {
  // Connection, authorization, resources, lock not to be had, intervention of an operator (57014: took too long),
  // trouble with the disk, a standby that takes no writes, a transaction that was ended for idling.
  return /^(08|28|53|55P03|57|58|25006|25P03)/.test(code);
}

function unreadable(cause: unknown): FairleadError {
  return new FairleadError(
    "invalid_input",
    "A text holds a character that cannot be stored, such as NUL. Remove it.",
    { cause },
  );
}
