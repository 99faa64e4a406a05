import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { FairleadError } from "@fairlead/core/errors";
import { loadSqlite } from "@fairlead/core/storage/node-sqlite";
import { type Contents, contentsOf, verifyFile } from "./verify.ts";

export interface BackupOptions {
  /** The embedded store's file. */
  from: string;
  to: string;
  /** Replaces what is there. */
  force?: boolean;
}

/** All pages at once: nothing else wants to run in this process. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies the records of one moment while a server goes on writing, makes sure that the copy is whole, and only then
 * gives it its name. Only its owner may read it.
 */
export async function backupStore({ from, to, force = false }: BackupOptions): Promise<Contents> {
  if (!existsSync(from)) {
    throw new FairleadError("not_found", `There is no store at ${from}: nothing to back up.`);
  }
  if (existsSync(to) && !force) throw isThere(to);
  const partial = `${to}.${process.pid}.partial`;
  try {
    closeSync(openSync(partial, "wx", 0o600));
    const contents = await copy(from, partial);
    if (!isDeepStrictEqual(verifyFile(partial), contents)) {
      throw new FairleadError("internal", `The copy of ${from} differs from it. Try again.`);
    }
    sync(partial);
    give(partial, to, force);
    sync(dirname(to) || ".");
    return contents;
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"])
      rmSync(partial + suffix, { force: true });
  }
}

/** Resolves with what the file held at the moment that the copy is of. */
async function copy(from: string, to: string): Promise<Contents> {
  const { DatabaseSync, backup } = loadSqlite();
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    // What is read in one transaction stays as it was, whatever others commit: both the counts and the copy.
    source.exec("begin");
    const contents = contentsOf(source);
    await backup(source, to, { rate: ALL_PAGES });
    source.exec("commit");
    // One file that can be carried elsewhere, without a log beside it.
    const target = new DatabaseSync(to);
    target.exec("pragma journal_mode = delete");
    target.close();
    return contents;
  } finally {
    source.close();
  }
}

function give(partial: string, to: string, force: boolean): void {
  if (force) return renameSync(partial, to);
  try {
    // Unlike renaming, this does not replace what somebody else has put there meanwhile.
    linkSync(partial, to);
  } catch (error) {
    if (existsSync(to)) throw isThere(to);
    throw error;
  }
}

function isThere(path: string): FairleadError {
  return new FairleadError(
    "conflict",
    `${path} is there already. Choose another name, or replace it with --force.`,
  );
}

/** Onto the disk: a backup that a power failure takes away is none. */
export function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
