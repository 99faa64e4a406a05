import { FairleadError } from "../../errors.ts";
import { ownerMissing, storeAway, taken } from "./store-errors.ts";

/** Result codes of SQLite (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT_FOREIGNKEY = 787;
const CONSTRAINT_PRIMARYKEY = 1555;
const CONSTRAINT_UNIQUE = 2067;
const CONSTRAINT_ROWID = 2579;
const NOTADB = 26;

const AWAY: ReadonlySet<number> = new Set([
  BUSY,
  LOCKED,
  READONLY,
  IOERR,
  CORRUPT,
  FULL,
  CANTOPEN,
  NOTADB,
]);

export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (code & 0xff) === BUSY;
}

/** What an error of SQLite means to whoever called the store. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof FairleadError) return error;
  const code = codeOf(error);
  if (code === undefined) return isClosed(error) ? storeAway(error) : error;
  if (code === CONSTRAINT_FOREIGNKEY) return ownerMissing(error);
  if ([CONSTRAINT_PRIMARYKEY, CONSTRAINT_UNIQUE, CONSTRAINT_ROWID].includes(code))
    return taken(error);
  return AWAY.has(code & 0xff) ? storeAway(error) : error;
}

function codeOf(error: unknown): number | undefined {
  const isOurs = error instanceof Error && "errcode" in error;
  return isOurs && typeof error.errcode === "number" ? error.errcode : undefined;
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_INVALID_STATE";
}
