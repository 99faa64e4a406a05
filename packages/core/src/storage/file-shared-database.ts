import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { FairleadError } from "../errors.ts";
import { loadSqlite } from "./node-sqlite.ts";

/** Says in the file's header whose it is; `FLs1`. */
const APPLICATION_ID = 0x464c7331;
/** While it opens, others may be making the tables. */
const OPEN_WAIT_MS = 5_000;
/** Steps of others take microseconds. Waiting holds up the process, so whoever is stopped in the midst of one is not awaited. */
const STEP_WAIT_MS = 250;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const SCHEMA = `
  create table if not exists buckets (
    key text primary key, parts integer not null, parts_per_token integer not null, at integer not null,
    full_at integer not null) without rowid;
  create table if not exists windows (
    key text primary key, expires_at integer not null, counted text not null) without rowid;
  create table if not exists entries (
    key text primary key, ttl_ms integer not null, expires_at integer not null, fence integer not null,
    once integer not null, value text not null);
  create index if not exists entries_expires_at on entries (expires_at);
  create table if not exists leases (
    key text primary key, ttl_ms integer not null, expires_at integer not null, fence integer not null) without rowid;
  create table if not exists counters (name text primary key, value integer not null) without rowid;
  create table if not exists messages (
    id integer primary key autoincrement, handle integer not null, at integer not null, channel text not null,
    message text not null);
  create table if not exists members (handle integer primary key, seen_at integer not null);
  create table if not exists keeper (
    one integer primary key check (one = 1), handle integer not null, asked integer not null);
`;

/**
 * Opens the file, and makes what is missing. Nothing is synced to the disk (`synchronous = off`): a process that is
 * killed loses nothing, and when the power fails limits and leases are past anyway. A file that was damaged then is
 * made anew.
 */
export function openSharedDatabase(path: string): DatabaseSync {
  try {
    return openFile(path);
  } catch (error) {
    if (!isDamaged(error)) throw cannotOpen(path, error);
  }
  for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
  try {
    return openFile(path);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function openFile(path: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  if (path !== ":memory:") {
    mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
    // Made before SQLite would, so that nobody else can read it; its log gets the same rights.
    closeSync(openSync(path, "a", 0o600));
  }
  const database = new DatabaseSync(path);
  try {
    database.exec(`pragma busy_timeout = ${OPEN_WAIT_MS}`);
    const { application_id: owner } = database.prepare("pragma application_id").get() ?? {};
    if (owner !== 0 && owner !== APPLICATION_ID) throw new Error("it belongs to another program");
    database.exec("pragma journal_mode = wal; pragma synchronous = off");
    if (owner === 0) database.exec(`pragma application_id = ${APPLICATION_ID}`);
    database.exec(`begin immediate; ${SCHEMA} commit`);
    database.exec(`pragma busy_timeout = ${STEP_WAIT_MS}; pragma journal_size_limit = 16777216`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isDamaged(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return error.errcode === SQLITE_CORRUPT || error.errcode === SQLITE_NOTADB;
}

function cannotOpen(path: string, error: unknown): FairleadError {
  const why = error instanceof Error ? error.message : String(error);
  return new FairleadError(
    "upstream_unavailable",
    `The shared state in ${path} cannot be opened: ${why}. Check that the file is Fairlead's and that this user may write it.`,
    { details: { reason: "shared_state" }, cause: error },
  );
}
