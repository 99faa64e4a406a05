import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname } from "node:path";
import { FairleadError } from "@fairlead/core/errors";
import { loadSqlite } from "@fairlead/core/storage/node-sqlite";
import { sync } from "./backup.ts";
import { type Contents, verifyFile } from "./verify.ts";

export interface RestoreOptions {
  /** A backup. */
  from: string;
  /** The embedded store's file. */
  to: string;
  /** Replaces it although a process has it open: what that process goes on writing is lost. */
  force?: boolean;
  /** Milliseconds since the epoch; names the file that is kept. */
  now: number;
}

export interface Restored extends Contents {
  /** What was there before; undefined when nothing was. */
  kept: string | undefined;
}

/** The log and its index: they belong to the file of their name, and would spoil another one. */
const BESIDE = ["-wal", "-shm"];

/** Puts a backup in the place of the records, after it was found to be whole. What was there is kept beside. */
export function restoreStore({ from, to, force = false, now }: RestoreOptions): Restored {
  if (!existsSync(from)) throw new FairleadError("not_found", `There is no file ${from}.`);
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const incoming = `${to}.${process.pid}.incoming`;
  try {
    // What is checked is what will stand there, on the same disk.
    copyFileSync(from, incoming, constants.COPYFILE_EXCL);
    chmodSync(incoming, 0o600);
    const contents = verifyFile(incoming);
    sync(incoming);
    const kept = existsSync(to) ? keep(to, force, now) : undefined;
    renameSync(incoming, to);
    sync(dirname(to));
    return { ...contents, kept };
  } finally {
    for (const suffix of ["", ...BESIDE]) rmSync(incoming + suffix, { force: true });
  }
}

function keep(path: string, force: boolean, now: number): string {
  const isFree = release(path);
  if (!isFree && !force) {
    throw new FairleadError(
      "conflict",
      `A process has ${path} open${openersOf(path, now)}. Stop it first, or replace the file all the same with --force.`,
      { details: { reason: "in_use" } },
    );
  }
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const kept = `${path}.replaced-${stamp}`;
  // Copied, so that there is never a moment without records in their place.
  copyFileSync(path, kept, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  for (const suffix of BESIDE) {
    if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
  }
  sync(kept);
  return kept;
}

/**
 * Whether nobody else has it open: SQLite gives up the log only then. What stood in the log is in the file afterwards.
 * A file that cannot be read any more is nobody's.
 */
function release(path: string): boolean {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  try {
    const { journal_mode: mode } = database.prepare("pragma journal_mode = delete").get() ?? {};
    return mode === "delete";
  } catch (error) {
    return !/locked|busy/.test(error instanceof Error ? error.message : "");
  } finally {
    database.close();
  }
}

/** Those that said so lately; a command that runs for a moment does not. */
function openersOf(path: string, now: number): string {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database
      .prepare("select host, pid from processes where seen_at > ? order by seen_at desc limit 5")
      .all(now - 60_000);
    const names = rows.map(({ host, pid }) => `process ${pid} on ${host}`);
    return names.length === 0 ? "" : ` (${names.join(", ")})`;
  } catch {
    return "";
  } finally {
    database.close();
  }
}
