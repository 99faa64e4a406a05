import { FairleadError } from "../../errors.ts";
import type { Db } from "./tables.ts";

/** Both databases take 32,766 parameters in a statement or more; wide rows reach that soon. */
const MAX_PARAMETERS = 30_000;

/** Pieces of a batch, each small enough for one statement. */
export function* chunksOf<T>(rows: readonly T[], columns: number): Generator<T[]> {
  const size = Math.floor(MAX_PARAMETERS / columns);
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

/**
 * One row per key, in the order of keys: a statement may not meet a row twice, and two processes that write the same
 * rows in the same order cannot wait for each other.
 */
export function mergedBy<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  merge: (one: T, other: T) => T,
): T[] {
  const merged = new Map<string, T>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = merged.get(key);
    merged.set(key, known === undefined ? row : merge(known, row));
  }
  return [...merged]
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, row]) => row);
}

/** Runs in the transaction at hand, or in one of its own. */
export function atomically<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

const TRIES = 4;

/** Tries again when it stood in another one's way; not in a transaction, of which nothing is left then. */
export async function repeatedly<T>(db: Db, work: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isCollision = error instanceof FairleadError && error.details?.reason === "concurrent";
    if (!isCollision || db.isTransaction || tries <= 1) throw error;
    return repeatedly(db, work, tries - 1);
  }
}

/** For updates that have to meet their row. */
export function requireRow(result: { numUpdatedRows: bigint }, what: string): void {
  if (result.numUpdatedRows > 0n) return;
  throw new FairleadError("not_found", `There is no such ${what}. It may have been deleted.`);
}
